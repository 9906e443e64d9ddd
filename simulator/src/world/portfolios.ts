const dayMs = 86_400_000

/** Unique people outside a window in 24 hours. Source: Meta, "Messaging limits". */
export const tiers = {
  TIER_250: 250,
  TIER_2K: 2_000,
  TIER_10K: 10_000,
  TIER_100K: 100_000,
  TIER_UNLIMITED: Number.POSITIVE_INFINITY,
} as const
export type Tier = keyof typeof tiers

/** One step up. */
export function nextTier(tier: Tier): Tier {
  const names = Object.keys(tiers) as Tier[]
  return names[names.indexOf(tier) + 1] ?? tier
}

interface Portfolio {
  tier: Tier
  /** wa_id → when the 24 hours of the last message began. */
  reached: Map<string, number>
  /** The same of seven days, which a higher limit asks for. */
  week: Map<string, number>
  /** Pays the rate for authentication from abroad where there is one. */
  isInternational: boolean
  /** Meta knows that the business is one. */
  isVerified: boolean
}

/** Business portfolios and whom they have reached: the messaging limit is theirs, shared by all their numbers. */
export class Portfolios {
  readonly #portfolios = new Map<string, Portfolio>()

  tierOf(businessId: string): Tier {
    return this.#of(businessId).tier
  }

  setTier(businessId: string, tier: Tier): void {
    this.#of(businessId).tier = tier
  }

  /** Those that have a limit. */
  limited(): string[] {
    return [...this.#portfolios].flatMap(([id, { tier }]) => (tier === 'TIER_UNLIMITED' ? [] : [id]))
  }

  /** Unique people of the last seven days, counted while there is a limit. */
  reachedInAWeek(businessId: string, now: number): number {
    return recent(this.#of(businessId).week, now, 7 * dayMs).size
  }

  isVerified(businessId: string): boolean {
    return this.#of(businessId).isVerified
  }

  setVerified(businessId: string, isVerified: boolean): void {
    this.#of(businessId).isVerified = isVerified
  }

  paysInternational(businessId: string): boolean {
    return this.#of(businessId).isInternational
  }

  setInternational(businessId: string, isInternational: boolean): void {
    this.#of(businessId).isInternational = isInternational
  }

  /** Whether one more person may be written to outside a window; he counts when he may. */
  mayReach(businessId: string, waId: string, now: number): boolean {
    const { tier, reached, week } = this.#of(businessId)
    const limit = tiers[tier]
    if (limit === Number.POSITIVE_INFINITY) return true
    recent(reached, now, dayMs)
    const isKnown = reached.delete(waId)
    if (!isKnown && reached.size >= limit) return false
    // Last again, so that the oldest are first.
    reached.set(waId, now)
    week.delete(waId)
    week.set(waId, now)
    return true
  }

  #of(businessId: string): Portfolio {
    const known = this.#portfolios.get(businessId)
    if (known) return known
    const made: Portfolio = {
      tier: 'TIER_UNLIMITED',
      reached: new Map(),
      week: new Map(),
      isInternational: false,
      isVerified: true,
    }
    this.#portfolios.set(businessId, made)
    return made
  }
}

/** Without those that are older than so long; the oldest are first. */
function recent(reached: Map<string, number>, now: number, ms: number): Map<string, number> {
  for (const [known, at] of reached) {
    if (now - at < ms) break
    reached.delete(known)
  }
  return reached
}
