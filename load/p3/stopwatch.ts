import type { Delivery, What } from './plan.ts'
import type { MessageFrame } from './socket.ts'

const rank: Record<string, number> = { sent: 1, delivered: 2, read: 3 }
const upTo = ['sent', 'delivered', 'read'] as const

/** From the start of each POST to the frame that shows what it brought; one process, one clock. */
export class Stopwatch {
  readonly #started = new Map<string, number>()
  readonly took = new Map<string, { what: What; startedAt: number; ms: number }>()

  start({ what, wamid }: Delivery): void {
    this.#started.set(`${what} ${wamid}`, performance.now())
  }

  get waiting(): number {
    return this.#started.size
  }

  /** A later state shows the earlier ones as well. */
  see({ direction, state, wamid }: MessageFrame, at: number): void {
    if (!wamid) return
    const shown: readonly What[] = direction === 'inbound' ? ['inbound'] : upTo.slice(0, rank[state] ?? 0)
    for (const what of shown) this.#stop(what, wamid, at)
  }

  #stop(what: What, wamid: string, at: number): void {
    const key = `${what} ${wamid}`
    const startedAt = this.#started.get(key)
    if (startedAt === undefined) return
    this.#started.delete(key)
    this.took.set(key, { what, startedAt, ms: at - startedAt })
  }
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
