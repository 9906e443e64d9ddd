import { isObject } from '../json.ts'
import { pages } from '../pages.ts'
import { Field } from './field.ts'
import { Report, type SendProblem } from './report.ts'
import type { SendRules } from './rules.ts'
import { refused, type SendValidation, validateSend } from './validate.ts'

/** `POST /{phone_number_id}/messages` of a message that was read, and that we are typing an answer to. */
export interface ReadReceipt {
  messaging_product: 'whatsapp'
  status: 'read'
  message_id: string
  typing_indicator?: { type: 'text' }
}

export type ReadReceiptValidation =
  | { ok: true; receipt: ReadReceipt }
  | { ok: false; code: number; title: string; errors: SendProblem[] }

const fields = new Set(['messaging_product', 'status', 'message_id', 'typing_indicator'])

export function validateReadReceipt(body: unknown, rules: SendRules = {}): ReadReceiptValidation {
  const report = new Report(pages.readReceipts, rules)
  const root = new Field(body, '', report)
  if (!isObject(body)) {
    report.add('', 'wrong_type', 'The request body must be a JSON object.')
    return refused(report)
  }
  root.get('messaging_product').oneOf(['whatsapp'])
  root.get('status').oneOf(['read'])
  const messageId = root.get('message_id').text('messageId')
  root.get('typing_indicator').optional((typing) => {
    if (typing.object()) typing.get('type').oneOf(['text'])
  })
  if (rules.unknownFields !== 'allow')
    for (const key of Object.keys(body))
      if (!fields.has(key))
        root
          .get(key)
          .refuse('unknown_field', `Param ${key.slice(0, 80)} is not a parameter of a read receipt.`)
  if (report.problems.length > 0 || messageId === undefined) return refused(report)
  const { typing_indicator: typing, ...others } = body
  const receipt = { ...others, messaging_product: 'whatsapp', status: 'read', message_id: messageId } as const
  const isTyping = typing !== undefined && typing !== null
  return { ok: true, receipt: isTyping ? { ...receipt, typing_indicator: { type: 'text' } } : receipt }
}

/** A body of either kind that the endpoint takes: a message, or what has a `status` and no `type`. */
export const validateRequest = (body: unknown, rules?: SendRules): SendValidation | ReadReceiptValidation =>
  isReadReceipt(body) ? validateReadReceipt(body, rules) : validateSend(body, rules)

export const isReadReceipt = (body: unknown): boolean =>
  isObject(body) && body.status !== undefined && body.type === undefined && body.to === undefined
