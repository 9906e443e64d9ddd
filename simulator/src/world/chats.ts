import type { Chat, ChatMessage } from './types.ts'

/** Enough for a phone's screen; the ledger of accepted messages is kept apart. */
const messagesMax = 300
/** A load test writes to a million people; the phone shows a few. The longest untouched chat goes first. */
const chatsMax = 2_000
const windowMs = 24 * 3_600_000

export type ChatKey = string
export const chatKey = (phoneNumberId: string, waId: string): ChatKey => `${phoneNumberId}/${waId}`

/** The conversations as the customers' phones show them, and when each customer last wrote. */
export class Chats {
  readonly #chats = new Map<ChatKey, Chat>()
  /** Kept for every pair: windows outlive what a phone shows. */
  readonly #lastInboundAt = new Map<ChatKey, number>()
  readonly #lastCallAt = new Map<ChatKey, number>()
  readonly #changed = new Set<ChatKey>()

  find(phoneNumberId: string, waId: string): Chat | undefined {
    return this.#chats.get(chatKey(phoneNumberId, waId))
  }

  /** The chat, made when there was none. */
  open(phoneNumberId: string, waId: string): Chat {
    const key = chatKey(phoneNumberId, waId)
    const known = this.#chats.get(key)
    if (known) return known
    const chat: Chat = { phoneNumberId, waId, messages: [], isOpen: false, typingUntil: 0 }
    this.restore(chat)
    return chat
  }

  restore(chat: Chat): void {
    this.#chats.set(chatKey(chat.phoneNumberId, chat.waId), chat)
    if (this.#chats.size <= chatsMax) return
    for (const [key, old] of this.#chats) {
      if (old.isOpen) continue
      this.#chats.delete(key)
      return
    }
  }

  add(chat: Chat, message: ChatMessage): void {
    const key = chatKey(chat.phoneNumberId, chat.waId)
    chat.messages.push(message)
    if (chat.messages.length > messagesMax) chat.messages.shift()
    // Now the last to go.
    this.#chats.delete(key)
    this.#chats.set(key, chat)
    this.#changed.add(key)
  }

  /** Somebody takes their chats to another number of theirs. */
  move(phoneNumberId: string, from: string, to: string): void {
    const chat = this.#chats.get(chatKey(phoneNumberId, from))
    const at = this.lastInboundAt(phoneNumberId, from)
    this.#drop(chatKey(phoneNumberId, from))
    if (at !== undefined) this.wrote(phoneNumberId, to, at)
    if (!chat) return
    chat.waId = to
    this.restore(chat)
    this.#changed.add(chatKey(phoneNumberId, to))
  }

  /** Who has the number now knows nothing of what was said before. */
  forget(waId: string): void {
    for (const key of new Set([...this.#chats.keys(), ...this.#lastInboundAt.keys()]))
      if (key.endsWith(`/${waId}`)) this.#drop(key)
  }

  #drop(key: ChatKey): void {
    this.#chats.delete(key)
    this.#lastInboundAt.delete(key)
    this.#changed.add(key)
  }

  changed({ phoneNumberId, waId }: Chat): void {
    this.#changed.add(chatKey(phoneNumberId, waId))
  }

  /** The keys of what changed since the last call. */
  takeChanged(): ChatKey[] {
    const keys = [...this.#changed]
    this.#changed.clear()
    return keys
  }

  wrote(phoneNumberId: string, waId: string, at: number): void {
    this.#lastInboundAt.set(chatKey(phoneNumberId, waId), at)
  }

  /** A call of the customer's, taken or missed: it opens the window as a message does. */
  called(phoneNumberId: string, waId: string, at: number): void {
    this.#lastCallAt.set(chatKey(phoneNumberId, waId), at)
  }

  isWindowOpen(phoneNumberId: string, waId: string, now: number): boolean {
    const key = chatKey(phoneNumberId, waId)
    const at = Math.max(this.#lastInboundAt.get(key) ?? -windowMs, this.#lastCallAt.get(key) ?? -windowMs)
    return now - at < windowMs
  }

  lastInboundAt(phoneNumberId: string, waId: string): number | undefined {
    return this.#lastInboundAt.get(chatKey(phoneNumberId, waId))
  }

  lastCallAt(phoneNumberId: string, waId: string): number | undefined {
    return this.#lastCallAt.get(chatKey(phoneNumberId, waId))
  }

  /** The latest chats, latest last. */
  latest(count: number): Chat[] {
    return [...this.#chats.values()].slice(-count)
  }
}
