import { createHash } from 'node:crypto'
import type { Value } from '../delivery/values.ts'
import type { World } from '../world/world.ts'
import type { FreeEntryPoint } from './entry-points.ts'
import { freeServiceMax, internationalRates, perMessageFrom, serviceChargedFrom } from './policies.ts'

const dayMs = 86_400_000

/** A message that goes out now. */
export interface Priced {
  phoneNumberId: string
  businessId: string
  waId: string
  /** Of the number that sends it, digits. */
  displayPhoneNumber: string
  /** utility, marketing, marketing_lite, authentication, service. */
  category: string
  at: number
}

/** What its statuses tell of its price. */
export interface Price {
  pricing: Value
  /** Since v24 only in a free entry point. `expiration_timestamp` belongs to `sent` alone. */
  conversation?: Value | undefined
}

/** Meta's prices as the webhooks tell them, by the day's rules. */
export class PriceList {
  /** Service messages of a number in a month. */
  readonly #service = new Map<string, number>()
  /** Conversations of the old prices: until when each lasts. */
  readonly #conversations = new Map<string, number>()

  constructor(readonly world: World) {}

  /** What Meta charges for a message that goes out now; once per message. */
  priceOf(priced: Priced): Price {
    const { phoneNumberId, waId, at } = priced
    const free = this.world.entryPoints.answered(phoneNumberId, waId, at)
    if (at < perMessageFrom) return this.legacyPriceOf(priced, free)
    if (free) return freeEntry(priced, free)
    const price = { pricing: this.#perMessage(priced) }
    if (!this.world.tellsConversations) return price
    return { ...price, conversation: conversation(priced, at + dayMs, String(this.world.counters.accepted)) }
  }

  /** Of one participant of a group; the month's free messages are the same as those to single people. */
  groupPriceOf(phoneNumberId: string, category: string, at: number): Value {
    const isFree =
      category === 'service' && (at < serviceChargedFrom || this.#isWithinTheMonths(phoneNumberId, at))
    const type = isFree ? 'free_group_customer_service' : 'regular'
    return { billable: !isFree, pricing_model: 'PMP', type, category: `group_${category}` }
  }

  /** A conversation of 24 hours has one price, whatever is sent in it. */
  legacyPriceOf(priced: Priced, free?: FreeEntryPoint): Price {
    const { phoneNumberId, waId, at } = priced
    const category = free ? 'referral_conversion' : this.#categoryOf(priced)
    const key = `${phoneNumberId}/${waId}/${category}`
    const known = this.#conversations.get(key) ?? 0
    const endsAt = free?.endsAt ?? (known > at ? known : at + dayMs)
    this.#conversations.set(key, endsAt)
    const billable = category !== 'service' && category !== 'referral_conversion'
    return {
      pricing: { billable, pricing_model: 'CBP', category: category.replace('-', '_') },
      conversation: conversation({ ...priced, category }, endsAt),
    }
  }

  #perMessage(priced: Priced): Value {
    const { phoneNumberId, waId, at } = priced
    const category = this.#categoryOf(priced)
    const isCharged = at >= serviceChargedFrom
    const isFree =
      category === 'service'
        ? !isCharged || this.#isWithinTheMonths(phoneNumberId, at)
        : category === 'utility' && !isCharged && this.world.chats.isWindowOpen(phoneNumberId, waId, at)
    const type = isFree ? 'free_customer_service' : 'regular'
    return { billable: !isFree, pricing_model: 'PMP', type, category }
  }

  #isWithinTheMonths(phoneNumberId: string, at: number): boolean {
    const month = `${phoneNumberId} ${new Date(at).toISOString().slice(0, 7)}`
    const used = this.#service.get(month) ?? 0
    this.#service.set(month, used + 1)
    return used < freeServiceMax
  }

  /** Portfolios beyond Meta's volume pay another rate for codes to another country. */
  #categoryOf({ category, businessId, waId, displayPhoneNumber, at }: Priced): string {
    if (category !== 'authentication' || !this.world.portfolios.paysInternational(businessId)) return category
    const rate = internationalRates.find(({ code, since }) => waId.startsWith(code) && since <= at)
    const isAbroad = rate !== undefined && !displayPhoneNumber.startsWith(rate.code)
    return isAbroad ? 'authentication-international' : category
  }
}

const freeEntry = (priced: Priced, { openedAt, endsAt }: FreeEntryPoint): Price => ({
  pricing: {
    billable: false,
    pricing_model: 'PMP',
    type: 'free_entry_point',
    category: 'referral_conversion',
  },
  conversation: conversation({ ...priced, category: 'referral_conversion' }, endsAt, String(openedAt)),
})

/** The same id for all that has the same end, or the same `mark`. */
function conversation({ phoneNumberId, waId, category }: Priced, endsAt: number, mark = ''): Value {
  const seed = `${phoneNumberId}/${waId}/${category}/${mark || endsAt}`
  return {
    id: createHash('sha256').update(seed).digest('hex').slice(0, 32),
    expiration_timestamp: String(Math.floor(endsAt / 1_000)),
    origin: { type: category.replace('-', '_') },
  }
}
