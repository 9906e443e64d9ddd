import { chatKey } from '../world/chats.ts'
import type { Responder } from './responder.ts'

interface Thread {
  owner: Responder
  /** When the customer last wrote, or the thread changed hands, Unix ms. */
  at: number
}

/** Who owns which thread: one per number and customer. It is nobody's again after a while without the customer's word. */
export class Threads {
  readonly #threads = new Map<string, Thread>()

  ownerOf(phoneNumberId: string, waId: string, now: number, idleMs: number): Responder | undefined {
    const thread = this.#threads.get(chatKey(phoneNumberId, waId))
    return thread && now - thread.at < idleMs ? thread.owner : undefined
  }

  own(phoneNumberId: string, waId: string, owner: Responder, at: number): void {
    this.#threads.set(chatKey(phoneNumberId, waId), { owner, at })
  }

  release(phoneNumberId: string, waId: string): void {
    this.#threads.delete(chatKey(phoneNumberId, waId))
  }
}
