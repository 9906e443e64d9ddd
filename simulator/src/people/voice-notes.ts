import type { Outbound } from '../delivery/outbox.ts'
import type { Simulation } from '../simulation.ts'

/** Beyond these the oldest are never played. */
const unplayedMax = 1_000

/** Voice notes that a customer has and has not played: the first time is told. Source: Meta, "Audio messages", played. */
export class VoiceNotes {
  readonly #unplayed = new Map<string, Outbound>()

  constructor(readonly simulation: Simulation) {}

  arrived(send: Outbound): void {
    const { type, content } = send.shown
    if (type !== 'audio' || (content as { voice?: unknown }).voice !== true) return
    this.#unplayed.set(send.wamid, send)
    const [oldest] = this.#unplayed.keys()
    if (this.#unplayed.size > unplayedMax && oldest !== undefined) this.#unplayed.delete(oldest)
  }

  /** Somebody who was not looking has read it, and plays it after a while. */
  read({ wamid }: Outbound): void {
    const { settings, timers } = this.simulation
    if (settings.playedMs !== null && this.#unplayed.has(wamid))
      timers.after(settings.playedMs, () => this.play(wamid))
  }

  /** Whether it was played for the first time; without read receipts that is not told either. */
  play(wamid: string): boolean {
    const send = this.#unplayed.get(wamid)
    if (!send) return false
    this.#unplayed.delete(wamid)
    const chat = this.simulation.world.chats.find(send.number.id, send.person.waId)
    const message = chat?.messages.find((each) => each.wamid === wamid)
    if (chat && message) {
      message.isPlayed = true
      this.simulation.world.chats.changed(chat)
    }
    if (send.person.tellsRead) this.simulation.outbox.played(send)
    return true
  }
}
