/** When Meta's rules changed. Source: Meta, "Pricing updates". */
export const perMessageFrom = Date.UTC(2025, 6, 1)
export const serviceChargedFrom = Date.UTC(2026, 9, 1)

/** Since October 2026 so many service messages of a number are free each month. */
export const freeServiceMax = 1_000

/**
 * Countries with a rate of their own for authentication from abroad, by calling code, and since when. Source: Meta,
 * "Authentication-international rates".
 */
export const internationalRates: readonly { code: string; country: string; since: number }[] = [
  { code: '62', country: 'ID', since: Date.UTC(2024, 5, 1) },
  { code: '91', country: 'IN', since: Date.UTC(2024, 6, 1) },
  { code: '20', country: 'EG', since: Date.UTC(2025, 1, 1) },
  { code: '60', country: 'MY', since: Date.UTC(2025, 1, 1) },
  { code: '234', country: 'NG', since: Date.UTC(2025, 1, 1) },
  { code: '92', country: 'PK', since: Date.UTC(2025, 1, 1) },
  { code: '966', country: 'SA', since: Date.UTC(2025, 1, 1) },
  { code: '27', country: 'ZA', since: Date.UTC(2025, 1, 1) },
  { code: '971', country: 'AE', since: Date.UTC(2025, 1, 1) },
]
