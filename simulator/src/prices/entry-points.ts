const hourMs = 3_600_000
/** From the click on an ad to the answer. Source: Meta, "Pricing", free entry points. */
const answerWithinMs = 24 * hourMs
/** From that answer on, all is free. */
const freeForMs = 72 * hourMs

interface Click {
  clickedAt: number
  openedAt?: number
}

/** A window in which everything is free. */
export interface FreeEntryPoint {
  /** Unix ms. */
  openedAt: number
  endsAt: number
}

/** Customers who came by an ad or a post that starts a chat, and what is free since they were answered. */
export class EntryPoints {
  readonly #clicks = new Map<string, Click>()

  clicked(phoneNumberId: string, waId: string, at: number): void {
    const key = `${phoneNumberId}/${waId}`
    if (!this.#openOf(key, at)) this.#clicks.set(key, { clickedAt: at })
  }

  /** The business writes: opens the window when this answers a click in time. Undefined: nothing is free. */
  answered(phoneNumberId: string, waId: string, at: number): FreeEntryPoint | undefined {
    if (this.#clicks.size === 0) return undefined
    const key = `${phoneNumberId}/${waId}`
    const click = this.#clicks.get(key)
    if (click && click.openedAt === undefined && at - click.clickedAt < answerWithinMs) click.openedAt = at
    const open = this.#openOf(key, at)
    if (click && !open) this.#clicks.delete(key)
    return open
  }

  #openOf(key: string, at: number): FreeEntryPoint | undefined {
    const openedAt = this.#clicks.get(key)?.openedAt
    if (openedAt === undefined || at - openedAt >= freeForMs) return undefined
    return { openedAt, endsAt: openedAt + freeForMs }
  }
}
