/** Whose a number or WABA is: tenancy's answers, kept for a while, dropped when tenancy says that something changed. */
import { AppError } from '@palomar/errors'
import type { Clock } from '@palomar/runtime'
import { type Route, type RouteKey, textOfKey } from './domain/route.ts'

/** Undefined only when tenancy is certain that nobody has it; rejects when that cannot be known now. */
export type AskRoute = (key: RouteKey) => Promise<Route | undefined>

export interface RoutesOptions {
  ask: AskRoute
  clock: Clock
  /** How long an answer holds when no event drops it: events can be missed while NATS reconnects. */
  ttlMs?: number
  /** The same for "nobody has it"; short, because a number may be added at any moment. */
  negativeTtlMs?: number
  /** How long after its end an answer still serves while tenancy is away: nothing can change without tenancy. */
  staleMs?: number
}

export interface Routes {
  get(key: RouteKey): Promise<Route | undefined>
  /** Asks tenancy, whatever is known. */
  fresh(key: RouteKey): Promise<Route | undefined>
  /** A number changed; `wabaId` drops its account's route too. */
  dropNumber(phoneNumberId: string, wabaId: string): void
  dropTenant(tenantId: string): void
  readonly size: number
}

interface Known {
  route: Route | undefined
  until: number
}

/** 10,000 numbers and their WABAs, with room for the unknown ones of a flood; past it the oldest answer goes. */
const entriesMax = 50_000

export function createRoutes(options: RoutesOptions): Routes {
  const { ask, clock, ttlMs = 30_000, negativeTtlMs = 5_000, staleMs = 600_000 } = options
  const known = new Map<string, Known>()
  const underway = new Map<string, Promise<Route | undefined>>()
  /** Moves with each drop: an answer asked for before it must not be kept after it. */
  let generation = 0

  async function fresh(key: RouteKey): Promise<Route | undefined> {
    const asked = generation
    const route = await ask(key)
    if (asked === generation) keep(textOfKey(key), route)
    return route
  }

  function keep(text: string, route: Route | undefined): void {
    known.delete(text)
    known.set(text, { route, until: clock.monotonic() + (route ? ttlMs : negativeTtlMs) })
    if (known.size <= entriesMax) return
    const oldest = known.keys().next().value
    if (oldest !== undefined) known.delete(oldest)
  }

  /** One question at a time per key, however many ask. */
  function shared(key: RouteKey, text: string): Promise<Route | undefined> {
    const running = underway.get(text)
    if (running) return running
    const question = fresh(key).finally(() => {
      if (underway.get(text) === question) underway.delete(text)
    })
    underway.set(text, question)
    return question
  }

  function drop(matches: (text: string, one: Known) => boolean): void {
    generation++
    // Whoever asks from now on must not be given an answer from before.
    underway.clear()
    for (const [text, one] of known) if (matches(text, one)) known.delete(text)
  }

  return {
    async get(key) {
      const text = textOfKey(key)
      const one = known.get(text)
      const now = clock.monotonic()
      if (one && now < one.until) return one.route
      try {
        return await shared(key, text)
      } catch (error) {
        const still = known.get(text)
        if (still?.route && now < still.until + staleMs && isAway(error)) return still.route
        throw error
      }
    },
    fresh,
    dropNumber(phoneNumberId, wabaId) {
      const texts = [textOfKey({ phoneNumberId, wabaId }), textOfKey({ phoneNumberId: '', wabaId })]
      drop((text) => texts.includes(text))
    },
    dropTenant: (tenantId) => drop((_, { route }) => route?.tenantId === tenantId),
    get size() {
      return known.size
    },
  }
}

function isAway(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'unavailable' || error.code === 'deadline_exceeded')
}
