import { isObject } from '../json.ts'
import type { GraphAnswer, GraphResult } from './answer.ts'
import { edge, type GraphCall, type GraphCore, successIn } from './core.ts'

export interface SendCall extends GraphCall {
  phoneNumberId: string
  body: unknown
}

export interface ReadReceiptCall extends GraphCall {
  phoneNumberId: string
  /** The received message; earlier ones of a chat count as read too, in a group each for itself. */
  messageId: string
  /** Also shows that we are typing, for 25 s or until our answer. */
  typing?: boolean
}

export interface MessageCalls {
  /** `POST /{phone_number_id}/messages`, once. */
  sendMessage(call: SendCall): Promise<GraphResult>
  /** `POST /{phone_number_id}/marketing_messages`, once: marketing templates only. */
  sendMarketingMessage(call: SendCall): Promise<GraphResult>
  markRead(call: ReadReceiptCall): Promise<GraphAnswer<true>>
}

/** `pages.messages` */
export function messageCalls(core: GraphCore): MessageCalls {
  const send = (call: SendCall, name: string) =>
    core.request(
      call,
      { method: 'POST', path: edge(call.phoneNumberId, name), json: call.body },
      // A read receipt is answered with success alone.
      (json) => messageIdIn(json) !== undefined || json.success === true,
    )
  return {
    sendMessage: (call) => send(call, 'messages'),
    sendMarketingMessage: (call) => send(call, 'marketing_messages'),
    markRead: (call) =>
      core.ask(
        call,
        {
          method: 'POST',
          path: edge(call.phoneNumberId, 'messages'),
          json: {
            messaging_product: 'whatsapp',
            status: 'read',
            message_id: call.messageId,
            ...(call.typing ? { typing_indicator: { type: 'text' } } : {}),
          },
        },
        successIn,
      ),
  }
}

/** What Graph says of a message that it took. */
export interface Accepted {
  wamid: string
  /** Templates only: `accepted`, `held_for_quality_assessment`, `paused`. */
  status?: string
  /** What we sent to, and what WhatsApp calls them: the best pair to learn a `wa_id` from. */
  contacts: { input: string; waId?: string; userId?: string }[]
}

export function acceptedIn(json: unknown): Accepted | undefined {
  const wamid = messageIdIn(json)
  if (wamid === undefined || !isObject(json)) return undefined
  const [message] = Array.isArray(json.messages) ? json.messages : []
  const contacts = Array.isArray(json.contacts) ? json.contacts.filter(isObject) : []
  return {
    wamid,
    ...(isObject(message) && typeof message.message_status === 'string'
      ? { status: message.message_status }
      : {}),
    contacts: contacts.map(({ input, wa_id, user_id }) => ({
      input: String(input ?? ''),
      ...(typeof wa_id === 'string' && wa_id !== '' ? { waId: wa_id } : {}),
      ...(typeof user_id === 'string' && user_id !== '' ? { userId: user_id } : {}),
    })),
  }
}

/** The wamid in the answer to a send. */
export function messageIdIn(json: unknown): string | undefined {
  if (!isObject(json) || !Array.isArray(json.messages)) return undefined
  const [first] = json.messages
  return isObject(first) && typeof first.id === 'string' && first.id !== '' ? first.id : undefined
}
