import type { Notification } from '#lib/api-types.ts'
import { phone } from '#lib/format.ts'
import { m } from '#lib/paraglide/messages.js'

const titles: Record<string, () => string> = {
  message_failed: m.notification_message_failed,
  number_paused: m.notification_number_paused,
  number_token_expired: m.notification_token_expired,
  number_refused: m.notification_number_refused,
  webhook_endpoint_failing: m.notification_endpoint_failing,
}
/** Bodies that need no more than a number; the API's own sentence, in the company's language, serves for the others. */
const bodies: Record<string, (values: { phone: string }) => string> = {
  number_paused: m.notification_number_paused_body,
  number_token_expired: m.notification_token_expired_body,
}

/** What it says, in the person's language where the code is known. */
export function wordsOf({ code, title, body, params }: Notification): { title: string; body: string } {
  const number = phone(typeof params?.phone === 'string' ? params.phone : '')
  return {
    title: titles[code]?.() ?? (title || code),
    body: (number && bodies[code]?.({ phone: number })) || body,
  }
}

const places: Record<string, (id: string) => string> = {
  conversation: (id) => `/inbox/${id}`,
  number: (id) => `/numbers/${id}`,
  webhook_endpoint: (id) => `/settings/webhooks/${id}`,
}

/** Where it leads; undefined when there is no page for it. A message is read in its conversation. */
export function linkOf({ related_type, related_id, params }: Notification): string | undefined {
  const conversation = params?.conversation_id
  if (related_type === 'message' && typeof conversation === 'string')
    return places.conversation?.(conversation)
  return related_type && related_id ? places[related_type]?.(encodeURIComponent(related_id)) : undefined
}
