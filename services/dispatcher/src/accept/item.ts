import { type SendMessage, validateSend } from '@palomar/cloud-api'
import { type dispatcherV1, parseId, type Uuid, uuidOf } from '@palomar/contracts'
import { type Refusal, refusal } from '../domain/refusal.ts'

/** Meta's largest body is an interactive list of some 10 KB; this leaves room and bounds a row. */
const contentBytesMax = 64 * 1024
const yearMs = 366 * 86_400_000

/** An item of AcceptMessages whose form is right. */
export interface Item {
  messageId: Uuid
  numberId: Uuid
  to: string
  userId: string
  type: string
  contentJson: string
  message: SendMessage
  contextWamid: string
  callbackData: string
  dueAt: Date
}

/** Programs may call this service without the gateway, so the body is checked here too. */
export function parseItem(item: dispatcherV1.OutboundItem, now: Date): Item | Refusal {
  const invalid = (field: string, detail: string) => refusal('validation_failed', { field, detail })
  const messageId = parseId('message', item.messageId)
  if (!messageId) return invalid('message_id', 'This is not a message id.')
  const numberId = parseId('number', item.numberId)
  if (!numberId) return refusal('number_unknown', { field: 'number_id' })
  const { to = '', userId = '' } = item.recipient ?? {}
  if (to === '' && userId === '') return invalid('to', 'Name the recipient.')
  if (Buffer.byteLength(item.contentJson) > contentBytesMax)
    return invalid('content', 'The message is too large.')
  const content = parseObject(item.contentJson)
  if (!content) return invalid('content', 'The message is not a JSON object.')
  const recipient = { ...(to && { to }), ...(userId && { recipient: userId }) }
  const checked = validateSend(
    { messaging_product: 'whatsapp', ...content, type: item.type || content.type, ...recipient },
    { unknownFields: 'allow' },
  )
  if (!checked.ok) {
    const [problem] = checked.errors
    return invalid(problem?.path ?? '', problem?.detail ?? checked.title)
  }
  const dueAt = item.scheduledAt && item.scheduledAt > now ? item.scheduledAt : now
  if (dueAt.getTime() - now.getTime() > yearMs)
    return invalid('scheduled_at', 'A message can be scheduled at most one year ahead.')
  return {
    messageId: uuidOf(messageId),
    numberId: uuidOf(numberId),
    to,
    userId,
    type: checked.message.type,
    contentJson: item.contentJson,
    message: checked.message,
    contextWamid: item.contextWamid,
    callbackData: item.callbackData,
    dueAt,
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
