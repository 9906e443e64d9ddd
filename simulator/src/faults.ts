import { graphFaults } from './anomalies/graph.ts'
import { inboundFaults } from './anomalies/inbound.ts'
import { statusFaults } from './anomalies/statuses.ts'
import { transportFaults } from './anomalies/transport.ts'

/** By where they act: the name of a trouble, and what it does in one sentence. A new one is a row of its table. */
export const faultTables = {
  graph: graphFaults,
  statuses: statusFaults,
  inbound: inboundFaults,
  transport: transportFaults,
} as const

const faultSentences = { ...graphFaults, ...statusFaults, ...inboundFaults, ...transportFaults }
export type FaultName = keyof typeof faultSentences

/** Troubles that can be injected, each a share from 0 to 1. */
export const faultNames = Object.keys(faultSentences) as FaultName[]

/** Draws faults from one seeded sequence: the same seed and requests give the same faults. */
export class Faults {
  readonly rates: Record<FaultName, number>
  #state: number
  #isAny = false

  constructor(seed: number) {
    this.#state = seed >>> 0
    this.rates = Object.fromEntries(faultNames.map((name) => [name, 0])) as Record<FaultName, number>
  }

  /** Those of `among` that happen this time. */
  drawn<Name extends FaultName>(among: readonly Name[]): readonly Name[] {
    return this.#isAny ? among.filter((name) => this.happens(name)) : []
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
    this.#isAny = Object.values(this.rates).some((rate) => rate > 0)
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
