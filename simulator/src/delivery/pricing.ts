import type { Value } from './values.ts'

/** Since October 2026 so many service messages of a number are free each month. */
const freeServiceMax = 1_000

/** Meta's prices as the webhooks tell them: per message, service free for the month's first thousand. */
export class PriceList {
  readonly #service = new Map<string, number>()

  /** What Meta charges for a message that goes out now; once per message. */
  priceOf(phoneNumberId: string, category: string, at: number): Value {
    if (category !== 'service') return { billable: true, pricing_model: 'PMP', type: 'regular', category }
    const month = `${phoneNumberId} ${new Date(at).toISOString().slice(0, 7)}`
    const used = this.#service.get(month) ?? 0
    this.#service.set(month, used + 1)
    const isFree = used < freeServiceMax
    return {
      billable: !isFree,
      pricing_model: 'PMP',
      type: isFree ? 'free_customer_service' : 'regular',
      category,
    }
  }
}
