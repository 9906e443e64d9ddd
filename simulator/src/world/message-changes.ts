import type { Chat } from './types.ts'

/** A message is corrected, or deleted for everyone; false when the chat does not hold it. */
export function changeMessage(chat: Chat, type: 'edit' | 'revoke', content: unknown): boolean {
  const { original_message_id, message } = (content ?? {}) as {
    original_message_id?: unknown
    message?: { text?: { body?: string } }
  }
  const original = chat.messages.find(({ wamid }) => wamid === original_message_id)
  if (!original) return false
  if (type === 'revoke') original.isRevoked = true
  else {
    original.isEdited = true
    original.text = message?.text?.body ?? original.text
  }
  return true
}

/** Someone reacts to a message, or takes the reaction back (no emoji, or an empty one); false when the chat does not hold it. */
export function react(chat: Chat, content: unknown): boolean {
  const { message_id, emoji } = (content ?? {}) as { message_id?: unknown; emoji?: unknown }
  const message = chat.messages.find(({ wamid }) => wamid === message_id)
  if (!message) return false
  if (typeof emoji === 'string' && emoji !== '') message.reaction = emoji
  else delete message.reaction
  return true
}
