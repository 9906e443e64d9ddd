import { titleOf } from '../errors/policy.ts'
import { isObject } from '../json.ts'
import { withDecoded } from './encoded.ts'
import { checkEnvelope } from './envelope.ts'
import { Field } from './field.ts'
import { checkContacts } from './kinds/contacts.ts'
import { checkInteractive } from './kinds/interactive.ts'
import { checkLocation } from './kinds/location.ts'
import { checkMedia } from './kinds/media.ts'
import { checkReaction } from './kinds/reaction.ts'
import { checkTemplate } from './kinds/template.ts'
import { checkText } from './kinds/text.ts'
import type { SendMessage, SendType } from './message.ts'
import { Report, type SendProblem } from './report.ts'
import type { SendRules } from './rules.ts'

const docsRoot = 'https://developers.facebook.com/docs/whatsapp/cloud-api'

/** Each type: how its own object is checked, and the page that documents it. */
const kinds: Readonly<Record<SendType, { check(content: Field, root: Field): void; docs: string }>> = {
  text: { check: checkText, docs: 'messages/text-messages' },
  image: { check: (field) => checkMedia(field, 'image'), docs: 'messages/image-messages' },
  video: { check: (field) => checkMedia(field, 'video'), docs: 'messages/video-messages' },
  audio: { check: (field) => checkMedia(field, 'audio'), docs: 'messages/audio-messages' },
  document: { check: (field) => checkMedia(field, 'document'), docs: 'messages/document-messages' },
  sticker: { check: (field) => checkMedia(field, 'sticker'), docs: 'messages/sticker-messages' },
  location: { check: checkLocation, docs: 'messages/location-messages' },
  contacts: { check: checkContacts, docs: 'messages/contacts-messages' },
  reaction: { check: checkReaction, docs: 'messages/reaction-messages' },
  interactive: { check: checkInteractive, docs: 'messages/interactive-messages' },
  template: { check: checkTemplate, docs: 'guides/send-message-templates' },
}

export const sendTypes = Object.keys(kinds) as SendType[]

export type SendValidation =
  | { ok: true; message: SendMessage }
  | { ok: false; code: number; title: string; errors: SendProblem[] }

/**
 * Whether a body may go to `POST /{phone_number_id}/messages`: shape, words and limits, nothing that needs state. All
 * problems at once; `code` is what Meta would answer to the first. The message comes back as it was given, with
 * `messaging_product`, `recipient_type` and `type` filled in.
 */
export function validateSend(given: unknown, rules: SendRules = {}): SendValidation {
  const report = new Report(`${docsRoot}/reference/messages`, rules)
  const body = isObject(given) ? withDecoded(given, sendTypes) : given
  const root = new Field(body, '', report)
  if (!isObject(body)) {
    report.add('', 'wrong_type', 'The request body must be a JSON object.')
    return refused(report)
  }
  const type = checkEnvelope(root, sendTypes)
  if (type !== undefined) {
    report.docs = `${docsRoot}/${kinds[type].docs}`
    kinds[type].check(root.get(type), root)
  }
  if (report.problems.length > 0) return refused(report)
  const message = {
    ...body,
    messaging_product: 'whatsapp',
    recipient_type: body.recipient_type ?? 'individual',
    type,
    ...(typeof body.to === 'number' ? { to: String(body.to) } : {}),
  }
  // Each field that SendMessage names was looked at above.
  return { ok: true, message: message as unknown as SendMessage }
}

/** What Meta would answer to the first of the problems. */
export function refused(report: Report): { ok: false; code: number; title: string; errors: SendProblem[] } {
  const code = report.problems[0]?.code ?? 100
  return { ok: false, code, title: titleOf(code), errors: report.problems }
}
