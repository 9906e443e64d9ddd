import { replyMsOf } from './delivery/delays.ts'
import type { Simulation } from './simulation.ts'
import type { PhoneNumber } from './world/types.ts'

/** How a crowd behaves. Times in milliseconds. */
export interface CrowdPlan {
  phoneNumbers: readonly PhoneNumber[]
  /** How many different people. */
  customers: number
  /** All of them together, of their own accord. */
  writesPerSecond: number
  /** Of the messages that reach them, so many are answered, */
  answersShare: number
  /** after so long on average. */
  answerMs: number
  /** So many fall silent after each message of theirs, for good. */
  silentShare: number
  messagesMax: number
  durationMs: number
}

export const defaultPlan = {
  customers: 100,
  writesPerSecond: 1,
  answersShare: 0,
  answerMs: 2_000,
  silentShare: 0,
  messagesMax: 1_000_000,
  durationMs: 60_000,
}

const beatMs = 20
const words = [
  'hola',
  '¿siguen abiertos?',
  'quiero dos',
  'gracias 🙏',
  '¿cuánto cuesta?',
  'sí',
  'no, mejor mañana',
]

/** Customers who write at a rate, answer what reaches them, and fall silent, drawn from the simulation's seed. */
export class Crowd {
  #written = 0
  /** Writes that are owed: a rate is kept over beats that come late. */
  #owed = 0
  #isOver = false
  readonly #silent = new Set<number>()
  readonly #endsAt: number
  #lastBeat: number

  constructor(
    readonly simulation: Simulation,
    readonly plan: CrowdPlan,
  ) {
    this.#lastBeat = simulation.now()
    this.#endsAt = this.#lastBeat + plan.durationMs
    this.#beat()
  }

  get counters() {
    return { written: this.#written, silent: this.#silent.size, running: !this.#isOver }
  }

  stop(): void {
    this.#isOver = true
  }

  /** A message has reached one of them. */
  reached(number: PhoneNumber, waId: string): void {
    const person = this.#indexOf(waId)
    if (this.#isOver || person === undefined || !this.plan.phoneNumbers.includes(number)) return
    if (this.simulation.faults.random() >= this.plan.answersShare) return
    const { settings, faults } = this.simulation
    const waitMs = replyMsOf(settings, this.plan.answerMs, () => faults.random())
    this.simulation.timers.after(waitMs, () => this.#write(number, person))
  }

  #beat(): void {
    const now = this.simulation.now()
    this.#owed += ((now - this.#lastBeat) / 1_000) * this.plan.writesPerSecond
    this.#lastBeat = now
    if (now >= this.#endsAt || this.#written >= this.plan.messagesMax) this.#isOver = true
    while (!this.#isOver && this.#owed >= 1) {
      this.#owed -= 1
      const person = Math.floor(this.simulation.faults.random() * this.plan.customers)
      const number = this.plan.phoneNumbers[person % this.plan.phoneNumbers.length]
      if (number) this.#write(number, person)
    }
    if (!this.#isOver) this.simulation.timers.after(beatMs, () => this.#beat())
  }

  #write(number: PhoneNumber, person: number): void {
    if (this.#isOver || this.#silent.has(person) || this.#written >= this.plan.messagesMax) return
    this.#written++
    const { simulation } = this
    const text = words[Math.floor(simulation.faults.random() * words.length)] ?? 'hola'
    const customer = simulation.world.customer(waIdOf(person))
    simulation.write(number, customer, { type: 'text', content: { body: text }, text })
    if (simulation.faults.random() < this.plan.silentShare) this.#silent.add(person)
  }

  #indexOf(waId: string): number | undefined {
    const index = Number(waId) - firstWaId
    return Number.isInteger(index) && index >= 0 && index < this.plan.customers ? index : undefined
  }
}

/** People of crowds have numbers of their own range. */
const firstWaId = 573_200_000_000
const waIdOf = (person: number): string => String(firstWaId + person)
