import { type dispatcherV1, parseId, type Uuid, uuidOf } from '@palomar/contracts'
import { z } from 'zod'
import { type Refusal, refusal } from '../domain/refusal.ts'

/** Meta's largest body is an interactive list of some 10 KB; this leaves room and bounds a row. */
const contentBytesMax = 64 * 1024
const yearMs = 366 * 86_400_000

/** The parts of the body that decide where and when it may go. All else is Meta's to read. */
const content = z.looseObject({
  category: z.string().optional(),
  template: z
    .looseObject({ name: z.string(), language: z.looseObject({ code: z.string() }).optional() })
    .optional(),
})

/** An item of AcceptMessages whose form is right. */
export interface Item {
  messageId: Uuid
  numberId: Uuid
  to: string
  userId: string
  type: string
  contentJson: string
  category: string | undefined
  template: { name: string; language: string } | undefined
  contextWamid: string
  callbackData: string
  dueAt: Date
}

export function parseItem(item: dispatcherV1.OutboundItem, now: Date): Item | Refusal {
  const invalid = (field: string, detail: string) => refusal('validation_failed', { field, detail })
  const messageId = parseId('message', item.messageId)
  if (!messageId) return invalid('message_id', 'This is not a message id.')
  const numberId = parseId('number', item.numberId)
  if (!numberId) return refusal('number_unknown', { field: 'number_id' })
  const { to = '', userId = '' } = item.recipient ?? {}
  if (to === '' && userId === '') return invalid('to', 'Name the recipient.')
  if (item.type === '') return invalid('type', 'Name the type of the message.')
  if (Buffer.byteLength(item.contentJson) > contentBytesMax)
    return invalid('content', 'The message is too large.')
  const body = parseContent(item.contentJson)
  if (!body) return invalid('content', 'The message is not a JSON object.')
  const dueAt = item.scheduledAt && item.scheduledAt > now ? item.scheduledAt : now
  if (dueAt.getTime() - now.getTime() > yearMs)
    return invalid('scheduled_at', 'A message can be scheduled at most one year ahead.')
  return {
    messageId: uuidOf(messageId),
    numberId: uuidOf(numberId),
    to,
    userId,
    type: item.type,
    contentJson: item.contentJson,
    category: body.category,
    template: body.template && { name: body.template.name, language: body.template.language?.code ?? '' },
    contextWamid: item.contextWamid,
    callbackData: item.callbackData,
    dueAt,
  }
}

function parseContent(text: string): z.infer<typeof content> | undefined {
  try {
    const parsed = content.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
