/** Troubles that can be injected, each a share from 0 to 1. */
export const faultNames = [
  /** 503 with an HTML page, nothing accepted. */
  'error5xx',
  /** 131000 with HTTP 500, nothing accepted. */
  'somethingWrong',
  /** 130429, nothing accepted. */
  'tooMany',
  /** 190, nothing accepted. */
  'expiredToken',
  /** Never answers; nothing accepted. */
  'hang',
  /** The connection breaks before a word of an answer; nothing accepted. */
  'reset',
  /** Accepted, but the connection breaks inside the answer. */
  'lostResponse',
  /** A template is held back for its quality, and goes on after `heldMs`. */
  'heldForQuality',
  /** A template is held back, then dropped (132015) and paused. */
  'pacingDropped',
  /** Accepted, but no status ever comes. */
  'noStatus',
  /** `delivered` before `sent`. */
  'outOfOrder',
  /** `sent` overtakes the answer. */
  'statusFirst',
  /** `read` without `delivered`. */
  'readOnly',
  /** `failed` (131049) in place of `delivered`. */
  'lateFailure',
  /** A status comes again in another body. */
  'duplicateStatus',
  /** A webhook's body is delivered twice. */
  'duplicateWebhook',
  /** A webhook is delivered `webhookDelayMs` late. */
  'delayedWebhook',
  /** A webhook never comes. */
  'lostWebhook',
  /** A webhook lets those behind it pass. */
  'reorderedWebhook',
  /** A webhook waits for others, of other accounts too, and goes with them in one body. */
  'mergedWebhooks',
  /** The address of a file is over when it is told; the next one is not. */
  'expiredMedia',
  /** A customer's message comes without `contacts`. */
  'withoutContacts',
  /** Keys that nobody has documented, on every level of a webhook. */
  'unknownKeys',
] as const

export type FaultName = (typeof faultNames)[number]

/** Draws faults from one seeded sequence: the same seed and requests give the same faults. */
export class Faults {
  readonly rates: Record<FaultName, number>
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
    this.rates = Object.fromEntries(faultNames.map((name) => [name, 0])) as Record<FaultName, number>
  }

  happens(name: FaultName): boolean {
    const rate = this.rates[name]
    return rate > 0 && this.random() < rate
  }

  /** Changes what `wanted` names; says what is wrong, and then changes nothing. */
  change(wanted: Record<string, unknown>): string | undefined {
    for (const [name, rate] of Object.entries(wanted)) {
      if (!faultNames.some((each) => each === name))
        return `no fault is called ${name}; there are ${faultNames.join(', ')}`
      if (typeof rate !== 'number' || rate < 0 || rate > 1) return `${name} must be from 0 to 1`
    }
    Object.assign(this.rates, wanted)
    return undefined
  }

  /** mulberry32: small, good enough for dice. */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
