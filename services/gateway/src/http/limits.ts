import { AppError, appError } from '@palomar/errors'
import type { Limiter } from '@palomar/ratelimit'
import type { Session } from '../auth/exchange.ts'

export interface LimitHeaders {
  [name: string]: string
}

export interface ApiLimits {
  /** One request of this caller; its headers, or `rate_limited`. */
  takeRequest(session: Session): Promise<LimitHeaders>
  /** One request before there is a caller: what it asks costs the database a look-up. */
  takePublic(ip: string): Promise<void>
  /** U11: one attempt to sign in from this address. */
  takeLogin(ip: string): Promise<void>
}

/** A refusal that knows how much there is: the headers belong on the 429 as well. */
export class Throttled extends AppError {
  constructor(
    readonly headers: LimitHeaders,
    options: { detail: string; until: Date },
  ) {
    super('rate_limited', options)
  }
}

const loginWindowS = 15 * 60
/** An office of hundreds refreshes its tokens behind one address. */
const publicRate = { ratePerSecond: 20, burst: 200 }

export function createApiLimits(
  limiter: Limiter,
  options: { ratePerSecond: number; loginAttemptsMax: number },
): ApiLimits {
  return {
    async takeRequest({ identity }) {
      const limit = identity.ratePerSecond > 0 ? identity.ratePerSecond : options.ratePerSecond
      const taken = await limiter.take(`api:${identity.actorId}`, { ratePerSecond: limit, burst: limit })
      const headers = {
        'ratelimit-limit': String(limit),
        'ratelimit-remaining': String(Math.max(0, Math.floor(taken.remaining))),
        'ratelimit-reset': String(Math.ceil(taken.retryAfterMs / 1000)),
      }
      if (taken.ok) return headers
      throw new Throttled(headers, {
        detail: `This key may make ${limit} requests per second.`,
        until: new Date(Date.now() + taken.retryAfterMs),
      })
    },
    async takePublic(ip) {
      const taken = await limiter.take(`public:${ip}`, publicRate)
      if (!taken.ok) throw appError('rate_limited', { until: new Date(Date.now() + taken.retryAfterMs) })
    },
    async takeLogin(ip) {
      const burst = options.loginAttemptsMax
      const taken = await limiter.take(`login:${ip}`, { ratePerSecond: burst / loginWindowS, burst })
      if (taken.ok) return
      throw appError('rate_limited', {
        detail: 'Too many attempts to sign in; try again later.',
        until: new Date(Date.now() + taken.retryAfterMs),
      })
    },
  }
}
