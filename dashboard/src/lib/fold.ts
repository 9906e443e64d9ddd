import type { Conversation, Message } from './api-types.ts'

/** Frames and answers come twice, late and out of order: the higher version stays. */
export function newer<T extends { version: number }>(held: T | undefined, arrived: T): T {
  return held && held.version > arrived.version ? held : arrived
}

/** A thread's order: by Meta's or our time, then id; never by arrival. */
export function byTime(a: Message, b: Message): number {
  return a.created_at < b.created_at
    ? -1
    : a.created_at > b.created_at
      ? 1
      : a.id < b.id
        ? -1
        : a.id > b.id
          ? 1
          : 0
}

/** A list's order: the last message on top. */
export function byLastMessage(a: Conversation, b: Conversation): number {
  const [x, y] = [a.last_message_at ?? a.created_at, b.last_message_at ?? b.created_at]
  return x > y ? -1 : x < y ? 1 : a.id > b.id ? -1 : 1
}

/** `held` with `arrived` folded in. */
export function foldInto<T extends { id: string; version: number }>(
  held: T[],
  arrived: T[],
  order: (a: T, b: T) => number,
): T[] {
  const byId = new Map(held.map((item) => [item.id, item]))
  for (const item of arrived) byId.set(item.id, newer(byId.get(item.id), item))
  return [...byId.values()].sort(order)
}

/** The conversation with the state of its last message, when `message` is that one. */
export function withLastState(conversation: Conversation, message: Message): Conversation {
  if (conversation.id !== message.conversation_id || message.direction !== 'outbound') return conversation
  if (message.created_at < (conversation.last_message_at ?? '')) return conversation
  return { ...conversation, last_message_state: message.state }
}

/** Consecutive messages of one side within a minute share a group of bubbles. */
export function startsGroup(previous: Message | undefined, message: Message): boolean {
  if (!previous || previous.direction !== message.direction) return true
  return previous.created_at.slice(0, 16) !== message.created_at.slice(0, 16)
}

export function startsDay(previous: Message | undefined, message: Message): boolean {
  return (
    !previous || new Date(previous.created_at).toDateString() !== new Date(message.created_at).toDateString()
  )
}
