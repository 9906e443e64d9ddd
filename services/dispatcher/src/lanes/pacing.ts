import type { Clock } from '@palomar/runtime'

/** What a number may send before Meta or tenancy has told its throughput. */
const rateUnknown = 20

interface Lane {
  rate: number
  tokens: number
  refilledAt: number
  /** Starts of the last second, oldest first, by the monotonic clock. */
  starts: number[]
  restUntil: number
}

/**
 * How fast each number may go: never more than its throughput in any sliding second, in small bursts (5 % of the
 * rate, at least 5), so that a stall is caught up without a flood. In memory of the lane's owner; a new owner
 * starts from the log that the last one left, or stays silent for a second.
 */
export function createPacing(clock: Clock) {
  const lanes = new Map<string, Lane>()
  const burst = (rate: number) => Math.max(5, Math.ceil(rate * 0.05))

  function laneOf(numberId: string): Lane {
    let lane = lanes.get(numberId)
    if (!lane) {
      lane = {
        rate: rateUnknown,
        tokens: burst(rateUnknown),
        refilledAt: clock.monotonic(),
        starts: [],
        restUntil: 0,
      }
      lanes.set(numberId, lane)
    }
    const now = clock.monotonic()
    lane.tokens = Math.min(burst(lane.rate), lane.tokens + ((now - lane.refilledAt) / 1000) * lane.rate)
    lane.refilledAt = now
    while (lane.starts.length > 0 && (lane.starts[0] ?? 0) <= now - 1000) lane.starts.shift()
    return lane
  }

  return {
    setRate(numberId: string, perSecond: number): void {
      laneOf(numberId).rate = Math.max(1, perSecond)
    },
    /** How many sends may start now. */
    budget(numberId: string): number {
      const lane = laneOf(numberId)
      if (lane.restUntil > clock.monotonic()) return 0
      return Math.max(0, Math.min(Math.floor(lane.tokens), lane.rate - lane.starts.length))
    },
    spend(numberId: string): void {
      const lane = laneOf(numberId)
      lane.tokens -= 1
      lane.starts.push(clock.monotonic())
    },
    /** A send that never left us has cost nothing. */
    refund(numberId: string): void {
      const lane = laneOf(numberId)
      lane.tokens += 1
      lane.starts.pop()
    },
    /** No sends for a while: Meta asked for it, or the way to Meta is down. */
    rest(numberId: string, ms: number): void {
      const lane = laneOf(numberId)
      lane.restUntil = Math.max(lane.restUntil, clock.monotonic() + ms)
    },
    /** Milliseconds until at least one send may start; 0 when one may now. */
    waitMs(numberId: string): number {
      const lane = laneOf(numberId)
      const now = clock.monotonic()
      const forToken = lane.tokens >= 1 ? 0 : ((1 - lane.tokens) / lane.rate) * 1000
      const oldest =
        lane.starts.length >= lane.rate ? (lane.starts[lane.starts.length - lane.rate] ?? now) : now - 1000
      return Math.max(0, lane.restUntil - now, forToken, oldest + 1000 - now)
    },
    /** Starts of the last second in epoch milliseconds, for the next owner. */
    lastSecond(numberIds: Iterable<string>): Record<string, number[]> {
      const offset = clock.now() - clock.monotonic()
      const log: Record<string, number[]> = {}
      for (const id of numberIds) {
        const starts = lanes.has(id) ? laneOf(id).starts : []
        if (starts.length > 0) log[id] = starts.map((at) => Math.round(at + offset))
      }
      return log
    },
    /** Takes over another owner's log: what it started in the last second is spent. */
    adopt(log: Record<string, number[]>): void {
      const offset = clock.now() - clock.monotonic()
      for (const [id, starts] of Object.entries(log)) {
        const lane = laneOf(id)
        lane.starts = [...lane.starts, ...starts.map((at) => at - offset)].sort((a, b) => a - b)
        lane.tokens = 0
      }
    },
    /** Lanes that nobody has used for a while need no memory. */
    forget(numberId: string): void {
      lanes.delete(numberId)
    },
  }
}

export type Pacing = ReturnType<typeof createPacing>
