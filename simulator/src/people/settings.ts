/** How Meta deals with people, where it differs by date or where nobody has seen it; see README. */
export interface PeopleSettings {
  /** Portfolios keep a contact book: whose number they met they are told for good. */
  contactBook: boolean
  /**
   * What tells that somebody changed number: Meta's form since 11 August 2026; the one before, without
   * `previous_user_id`; that of clients before 2022; or the withdrawn field `user_id_update`.
   */
  numberChange: 'current' | 'before_2026_08_11' | 'legacy' | 'user_id_update'
  /** A number that checks identities hears of a new installation by a system message. Only in older pages. */
  identityChangedMessage: boolean
  /** What becomes of a message to somebody who blocks the business: 131026, or it stays sent. */
  whenBlocked: 'failed' | 'sent'
  /** Marketing to +1 of the United States: 131049 since April 2025. */
  usMarketing: 'failed' | 'delivered'
  /** Authentication templates to India: 131026. */
  authenticationToIndia: 'failed' | 'delivered'
  /** Of marketing messages, so many meet a user in an experiment: 130472. Meta’s is about 0.01. */
  experimentShare: number
  /** Marketing messages that a user takes in 24 hours outside a window, of all businesses: beyond it 131049; null: any. */
  marketingPerDayMax: number | null
  /** A voice note is played so long after it was read by who is not looking; null: only when played on the phone. */
  playedMs: number | null
  /** What a business's username becomes when it is taken. */
  businessUsername: 'approved' | 'reserved'
}

export const peopleDefaults: Readonly<PeopleSettings> = {
  contactBook: true,
  numberChange: 'current',
  identityChangedMessage: true,
  whenBlocked: 'failed',
  usMarketing: 'failed',
  authenticationToIndia: 'failed',
  experimentShare: 0,
  marketingPerDayMax: null,
  playedMs: null,
  businessUsername: 'approved',
}

const choices = {
  contactBook: [true, false],
  numberChange: ['current', 'before_2026_08_11', 'legacy', 'user_id_update'],
  identityChangedMessage: [true, false],
  whenBlocked: ['failed', 'sent'],
  usMarketing: ['failed', 'delivered'],
  authenticationToIndia: ['failed', 'delivered'],
  businessUsername: ['approved', 'reserved'],
} as const
const amounts = {
  experimentShare: { max: 1, isNullable: false },
  marketingPerDayMax: { max: 1_000, isNullable: true },
  playedMs: { max: 30 * 86_400_000, isNullable: true },
} as const

/** Sets one of them; what is wrong with the value, empty when nothing is, undefined when it is none of these. */
export function changePeople(next: PeopleSettings, name: string, value: unknown): string | undefined {
  if (Object.hasOwn(choices, name)) {
    const allowed: readonly unknown[] = choices[name as keyof typeof choices]
    if (!allowed.includes(value)) return `${name} must be one of ${allowed.join(', ')}`
  } else if (Object.hasOwn(amounts, name)) {
    const { max, isNullable } = amounts[name as keyof typeof amounts]
    const isAmount = typeof value === 'number' && value >= 0 && value <= max
    if (!isAmount && !(isNullable && value === null))
      return `${name} must be ${isNullable ? 'null or ' : ''}from 0 to ${max}`
  } else return undefined
  Object.assign(next, { [name]: value })
  return ''
}
