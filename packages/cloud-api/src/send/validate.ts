import { titleOf } from '../errors/policy.ts'
import { isObject } from '../json.ts'
import { pages } from '../pages.ts'
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

/** Each type: how its own object is checked, and the page that documents it. */
const kinds: Readonly<Record<SendType, { check(content: Field, root: Field): void; docs: string }>> = {
  text: { check: checkText, docs: pages.textMessages },
  image: { check: (field) => checkMedia(field, 'image'), docs: pages.imageMessages },
  video: { check: (field) => checkMedia(field, 'video'), docs: pages.videoMessages },
  audio: { check: (field) => checkMedia(field, 'audio'), docs: pages.audioMessages },
  document: { check: (field) => checkMedia(field, 'document'), docs: pages.documentMessages },
  sticker: { check: (field) => checkMedia(field, 'sticker'), docs: pages.stickerMessages },
  location: { check: checkLocation, docs: pages.locationMessages },
  contacts: { check: checkContacts, docs: pages.contactsMessages },
  reaction: { check: checkReaction, docs: pages.reactionMessages },
  interactive: { check: checkInteractive, docs: pages.sending },
  template: { check: checkTemplate, docs: pages.templateMessages },
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
  const report = new Report(pages.messages, rules)
  const body = isObject(given) ? withDecoded(given, sendTypes) : given
  const root = new Field(body, '', report)
  if (!isObject(body)) {
    report.add('', 'wrong_type', 'The request body must be a JSON object.')
    return refused(report)
  }
  const type = checkEnvelope(root, sendTypes)
  if (type !== undefined) {
    report.docs = kinds[type].docs
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
  return { ok: true, message: message as SendMessage }
}

/** What Meta would answer to the first of the problems. */
export function refused(report: Report): { ok: false; code: number; title: string; errors: SendProblem[] } {
  const code = report.problems[0]?.code ?? 100
  return { ok: false, code, title: titleOf(code), errors: report.problems }
}
