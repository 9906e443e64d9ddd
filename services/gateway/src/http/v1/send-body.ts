/** The body of POST /v1/messages: Meta's own, plus which number sends it and when. */
import { validateSend } from '@palomar/cloud-api'
import { type dispatcherV1, newId, parseId } from '@palomar/contracts'
import { type AppError, appError, type FieldError } from '@palomar/errors'
import { z } from 'zod'
import { validate } from '../validate.ts'
import { id, instant } from './fields.ts'

/** As many as one transaction of the ledger takes. */
export const messagesMax = 500

const own = z
  .object({
    number_id: id('number').optional(),
    from: z.string().max(90).optional(),
    scheduled_at: instant.optional(),
  })
  .refine((body) => (body.number_id === undefined) !== (body.from === undefined), {
    path: ['number_id'],
    message: 'give one of number_id and from',
  })

/** num_… of the number that Meta knows by this phone_number_id; `number_unknown` when it is not the caller's. */
export type ResolveNumber = (phoneNumberId: string) => Promise<string>

/** Throws `validation_failed`, or `number_unknown`. */
export async function parseSend(body: unknown, resolve: ResolveNumber): Promise<dispatcherV1.OutboundItem> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid([{ path: '$', code: 'invalid_type', detail: 'A message is an object.' }])
  }
  const { number_id, from, scheduled_at, ...metas } = body as Record<string, unknown>
  const named = validate(own, { number_id, from, scheduled_at })
  // Meta wants to hear which product it is; here there is only one.
  const check = validateSend({ messaging_product: 'whatsapp', ...metas })
  if (!check.ok) {
    throw invalid(
      check.errors.map(({ path, rule, detail }) => ({ path: path || '$', code: codeOf(rule), detail })),
    )
  }
  const { to, recipient, biz_opaque_callback_data, ...content } = check.message
  return {
    messageId: newId('message'),
    numberId: named.number_id ?? (await numberOf(named.from ?? '', resolve)),
    recipient: { to: to === undefined ? '' : String(to), userId: recipient ?? '', key: '' },
    type: content.type,
    contentJson: JSON.stringify(content),
    contextWamid: content.context?.message_id ?? '',
    callbackData: biz_opaque_callback_data ?? '',
    scheduledAt: named.scheduled_at === undefined ? undefined : new Date(named.scheduled_at),
  }
}

async function numberOf(from: string, resolve: ResolveNumber): Promise<string> {
  if (parseId('number', from)) return from
  if (/^\d{1,32}$/.test(from)) return resolve(from)
  throw numberUnknown()
}

export function numberUnknown(): AppError {
  const fields = [{ path: 'from', code: 'number_unknown', detail: 'This company has no such number.' }]
  return appError('number_unknown', { fields })
}

/** One word for a missing field, whoever looked. */
const codeOf = (rule: string): string => (rule === 'missing' ? 'required' : rule)

function invalid(fields: FieldError[]): AppError {
  return appError('validation_failed', { fields })
}
