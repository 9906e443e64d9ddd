import type { Value } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import { nextTier, type Tier, tiers } from '../world/portfolios.ts'
import type { PhoneNumber } from '../world/types.ts'

/** Numbers of a portfolio; what Meta's page shows. */
const numbersMax = 20

/**
 * Raises portfolios' messaging limits: one step when no number's quality is RED and half of the limit was used within seven
 * days; from 250 only a verified business. Source: Meta, "Messaging limits".
 */
export class LimitGrowth {
  #isWatching = false

  constructor(readonly simulation: Simulation) {}

  /** From now on, every few hours, while some portfolio has a limit. */
  watch(): void {
    if (this.#isWatching) return
    this.#isWatching = true
    const { timers, settings } = this.simulation
    timers.after(settings.growthEveryMs, () => {
      this.#isWatching = false
      for (const businessId of this.simulation.world.portfolios.limited()) {
        this.#look(businessId)
        this.watch()
      }
    })
  }

  /** A portfolio's limit is another, and its accounts hear of it. */
  set(businessId: string, tier: Tier): void {
    const { portfolios } = this.simulation.world
    const before = portfolios.tierOf(businessId)
    portfolios.setTier(businessId, tier)
    if (tier !== before) this.#tell(businessId, before, tier)
    this.watch()
  }

  #look(businessId: string): void {
    const { portfolios } = this.simulation.world
    const tier = portfolios.tierOf(businessId)
    const isBad = this.#numbersOf(businessId).some(({ quality }) => quality === 'RED')
    if (isBad || portfolios.reachedInAWeek(businessId, this.simulation.now()) < tiers[tier] / 2) return
    if (tier === 'TIER_250' && !portfolios.isVerified(businessId))
      this.#alert(businessId, 'INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO')
    else this.set(businessId, nextTier(tier))
  }

  #tell(businessId: string, before: Tier, tier: Tier): void {
    const { simulation } = this
    const now = Math.floor(simulation.now() / 1_000)
    const max_daily_conversations_per_business = limitOf(tier, simulation.settings.limitsAs)
    const capability = { max_daily_conversations_per_business, max_phone_numbers_per_business: numbersMax }
    const isUp = tiers[tier] > tiers[before]
    for (const number of this.#numbersOf(businessId)) {
      simulation.emit(number, qualityOf(number, isUp, before, tier), 'phone_number_quality_update', now)
    }
    for (const number of this.#accountsOf(businessId))
      simulation.emit(number, capability, 'business_capability_update', now)
  }

  #alert(businessId: string, alert_type: string): void {
    const { simulation } = this
    const value = {
      entity_type: 'BUSINESS',
      entity_id: businessId,
      alert_info: {
        alert_severity: 'INFORMATIONAL',
        alert_status: 'NONE',
        alert_type,
        alert_description: 'Verify your business to message more people.',
      },
    }
    for (const number of this.#accountsOf(businessId))
      simulation.emit(number, value, 'account_alerts', Math.floor(simulation.now() / 1_000))
  }

  #numbersOf(businessId: string): PhoneNumber[] {
    return [...this.simulation.world.numbers.values()].filter((number) => number.businessId === businessId)
  }

  /** One number of each of its accounts. */
  #accountsOf(businessId: string): PhoneNumber[] {
    return [...new Map(this.#numbersOf(businessId).map((number) => [number.wabaId, number])).values()]
  }
}

/** As webhooks tell it. */
export const limitOf = (tier: Tier, as: 'tier' | 'number'): string | number =>
  as === 'number' && tier !== 'TIER_UNLIMITED' ? tiers[tier] : tier

const qualityOf = (number: PhoneNumber, isUp: boolean, old_limit: Tier, current_limit: Tier): Value => ({
  display_phone_number: number.displayPhoneNumber.replace(/\D/g, ''),
  event: isUp ? 'UPGRADE' : 'DOWNGRADE',
  old_limit,
  current_limit,
  max_daily_conversations_per_business: current_limit,
})
