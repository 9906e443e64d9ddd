/** Meta's Cloud API as a library: what may be sent, what comes in, what errors mean, and the call itself. */
export { build } from './build/build.ts'
export type { BuildOptions, Recipient } from './build/envelope.ts'
export type { TemplateFill } from './build/template.ts'
export { metaErrors, metaSubcodes } from './errors/catalogue.ts'
export {
  type ErrorCause,
  type ErrorClass,
  type ErrorEntry,
  errorClasses,
  type Words,
} from './errors/entry.ts'
export { type GraphError, parseGraphError } from './errors/graph-error.ts'
export { type ErrorHints, errorPolicy, titleOf, unknownErrorCounts } from './errors/policy.ts'
export type { AnalyticsCall, Health } from './graph/account.ts'
export type { GraphAnswer, GraphResult, GraphUsage } from './graph/answer.ts'
export type { TokenInfo } from './graph/app.ts'
export type { BlockedUser, BlockOutcome } from './graph/blocks.ts'
export { createGraphClient, type GraphClient } from './graph/client.ts'
export type { GraphCall, GraphClientOptions, Page } from './graph/core.ts'
export { type DownloadCall, MediaCut, type MediaDownload } from './graph/download.ts'
export type { MediaInfo, UploadCall } from './graph/media.ts'
export { type Accepted, acceptedIn, messageIdIn, type SendCall } from './graph/messages.ts'
export type { Profile, QrCode } from './graph/profile.ts'
export type { CreatedTemplate, TemplateListing } from './graph/templates.ts'
export { parseUsage, type UsageLevel } from './graph/usage.ts'
export type { Json, JsonObject } from './json.ts'
export type { Limit } from './limits/limit.ts'
export { type LimitName, type Limits, limits } from './limits/limits.ts'
export {
  validateAnalytics,
  validateAutomation,
  validateBlocks,
  validateGroup,
  validateNewNumber,
  validateOverride,
  validatePin,
  validateProfile,
  validateQrCode,
  validateTemplateDeletion,
} from './manage/account.ts'
export type { Check, CheckRules } from './manage/check.ts'
export { type FileKind, type FileRules, type FileToSend, mediaTypes, validateFile } from './manage/media.ts'
export { validateTemplate } from './manage/template.ts'
export { canSend, needsWindow, type SendDecision, type SendSubject } from './may-send/can-send.ts'
export {
  type Charge,
  chargeOf,
  freeServiceMessagesPerMonth,
  marketOf,
  type PricedSend,
} from './may-send/pricing.ts'
export { pairAfter, pairRule, throughputOf, tierRecipients } from './may-send/rates.ts'
export { type Alternative, type Refusal, type RefusalCode, refusalDetails } from './may-send/refusal.ts'
export type { SendState } from './may-send/state.ts'
export {
  freeEntryPointAfter,
  freeEntryPointMs,
  serviceWindowMs,
  windowAfter,
  windowAfterCall,
} from './may-send/window.ts'
export { type Call, callsIn } from './meaning/call.ts'
export { contentOf, type InboundContent, type InboundMedia, type MediaType } from './meaning/content.ts'
export type { InteractiveReply } from './meaning/interactive-reply.ts'
export {
  contactsIn,
  type InboundMessage,
  type MessageContext,
  messagesIn,
  namelessIn,
} from './meaning/message.ts'
export { errorItems, type MetaErrorItem } from './meaning/meta-error.ts'
export type { Person } from './meaning/person.ts'
export { type Pricing, type Status, statusesIn } from './meaning/status.ts'
export { isBsuid } from './people/bsuid.ts'
export { type Country, canonicalPhone, phoneVariants, plainPhone, toE164 } from './people/phone.ts'
export { type Identity, type RecipientKey, recipientKey } from './people/recipient-key.ts'
export type { Interactive, InteractiveType } from './send/interactive.ts'
export type { ContactCard, Envelope, MediaSend, SendContent, SendMessage, SendType } from './send/message.ts'
export {
  isReadReceipt,
  type ReadReceipt,
  type ReadReceiptValidation,
  validateReadReceipt,
  validateRequest,
} from './send/read-receipt.ts'
export type { Rule, SendProblem } from './send/report.ts'
export type { SendRules } from './send/rules.ts'
export type { TemplateParameter, TemplateSend, TemplateSendComponent } from './send/template.ts'
export { type SendValidation, sendTypes, validateSend } from './send/validate.ts'
export {
  holesIn,
  type TemplateButton,
  type TemplateComponent,
  type TemplateDefinition,
} from './template/definition.ts'
export { fitTemplate, type TemplateFit } from './template/fit.ts'
export { parseTemplatePage } from './template/list.ts'
export { type RenderedTemplate, renderTemplate } from './template/render.ts'
export { type ParsedChange, writeChange } from './webhook/change.ts'
export { type Exact, stringifyExact } from './webhook/exact.ts'
export type { FieldName, FieldValue } from './webhook/fields/fields.ts'
export type { WireMessage } from './webhook/fields/message.ts'
export type { WireStatus } from './webhook/fields/status.ts'
export { answerHandshake, type Handshake } from './webhook/handshake.ts'
export {
  type ParsedWebhook,
  parseChange,
  parseWebhook,
  type UnparsedReason,
  type Webhook,
  writeWebhook,
} from './webhook/parse.ts'
export type { RawPart } from './webhook/part.ts'
export type { ChangeRoute } from './webhook/route.ts'
export { signPayload, verifySignature } from './webhook/signature.ts'
