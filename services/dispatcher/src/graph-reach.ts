/**
 * Whether Graph can be reached, for those who only ask (O1): a call that Graph answered a moment ago is proof; without
 * one its address is asked for anything at all. Nothing that sends waits for this or believes it.
 */
import type { Clock } from '@palomar/runtime'

export interface GraphReach {
  /** Graph has answered one of our calls, be it with an error of its own. */
  answered(): void
  isReachable(): Promise<boolean>
}

/** Younger answers are proof enough. */
const proofMsMax = 30_000
/** So rarely is an address asked that is away or quiet, however often we are. */
const askAgainMs = 2_000
const askMsMax = 1_200

export function createGraphReach(baseUrl: string, clock: Pick<Clock, 'monotonic'>): GraphReach {
  let answeredAt = Number.NEGATIVE_INFINITY
  let asked: { at: number; result: Promise<boolean> } | undefined

  return {
    answered() {
      answeredAt = clock.monotonic()
    },
    async isReachable() {
      const now = clock.monotonic()
      if (now - answeredAt < proofMsMax) return true
      if (!asked || now - asked.at >= askAgainMs) asked = { at: now, result: answersAtAll(baseUrl) }
      return asked.result
    },
  }
}

/** Any answer will do: without a token Graph's is an error. A 5xx may be a proxy's in front of nothing. */
async function answersAtAll(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(baseUrl, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(askMsMax),
    })
    return response.status < 500
  } catch {
    return false
  }
}
