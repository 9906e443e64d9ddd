import { createHash } from 'node:crypto'
import { Chats } from './chats.ts'
import { type Clock, realClock } from './clock.ts'
import { Ledger } from './ledger.ts'
import { MediaShelf } from './media.ts'
import { Meter } from './meter.ts'
import { customer, type Seed } from './seed.ts'
import type { App, Customer, PhoneNumber, Template } from './types.ts'

export interface Counters {
  /** Requests to send. */
  requests: number
  accepted: number
  refused: number
  /** Refused by the number's or the pair's rate. */
  overThroughput: number
  overPairRate: number
  statuses: number
  inbound: number
  /** Bodies answered 200, and those answered otherwise or not at all. */
  webhooks: number
  webhookFailures: number
  /** Bodies that no retry brought through. */
  webhooksGivenUp: number
}

const customersMax = 5_000

/** The state of the simulated platform. All look-ups are by key, so that it stays quick under load. */
export class World {
  readonly apps = new Map<string, App>()
  readonly numbers = new Map<string, PhoneNumber>()
  readonly customers = new Map<string, Customer>()
  readonly chats = new Chats()
  readonly ledger = new Ledger()
  readonly media = new MediaShelf()
  readonly meter = new Meter()
  readonly counters: Counters = {
    requests: 0,
    accepted: 0,
    refused: 0,
    overThroughput: 0,
    overPairRate: 0,
    statuses: 0,
    inbound: 0,
    webhooks: 0,
    webhookFailures: 0,
    webhooksGivenUp: 0,
  }
  readonly #templates = new Map<string, Template>()
  readonly #byUserId = new Map<string, Customer>()
  readonly #byToken = new Map<string, Set<string>>()
  #sequence = 0
  // Ids must not come back after a restart: a receiver would take them for copies.
  readonly #era: string

  constructor(
    seed: Seed,
    readonly clock: Clock = realClock,
  ) {
    this.#era = clock.now().toString(36)
    for (const app of seed.apps) this.apps.set(app.id, app)
    for (const number of seed.numbers) this.addNumber(number)
    for (const template of seed.templates) this.#templates.set(templateKey(template), template)
    for (const person of seed.customers) this.addCustomer(person)
  }

  addNumber(number: PhoneNumber): void {
    this.numbers.set(number.id, number)
    this.grant(number.token, number.id, number.wabaId)
  }

  grant(token: string, ...nodeIds: string[]): void {
    const nodes = this.#byToken.get(token) ?? new Set()
    for (const id of nodeIds) nodes.add(id)
    this.#byToken.set(token, nodes)
  }

  /** Nothing can be done with the token from now on. */
  revoke(token: string): void {
    this.#byToken.delete(token)
  }

  /** The ids of the numbers and accounts that a token opens; undefined when nobody knows it. */
  nodesOf(token: string): ReadonlySet<string> | undefined {
    return this.#byToken.get(token)
  }

  /** `wamid.` and base64, as Meta's; opaque and never given twice. */
  newWamid(): string {
    this.#sequence += 1
    return `wamid.${btoa(`HBgM${this.#era}.${this.#sequence.toString(36)}`)}`
  }

  template(wabaId: string, name: string, language: string): Template | undefined {
    return this.#templates.get(templateKey({ wabaId, name, language }))
  }

  templatesOf(wabaId: string): Template[] {
    return [...this.#templates.values()].filter((template) => template.wabaId === wabaId)
  }

  addTemplate(template: Template): void {
    this.#templates.set(templateKey(template), template)
  }

  addCustomer(person: Customer): void {
    this.customers.set(person.waId, person)
    this.#byUserId.set(person.userId, person)
  }

  /**
   * Whoever is written to exists: most people in the world are on WhatsApp. A load test's millions are not remembered,
   * they are the same each time they are asked for.
   */
  customer(waId: string, name = ''): Customer {
    const known = this.customers.get(waId)
    if (known) return known
    const made = customer(waId, userIdOf(waId), name || `+${waId}`)
    if (this.customers.size < customersMax) this.addCustomer(made)
    return made
  }

  customerByUserId(userId: string): Customer | undefined {
    return this.#byUserId.get(userId)
  }
}

function templateKey({ wabaId, name, language }: { wabaId: string; name: string; language: string }): string {
  return `${wabaId}/${name}/${language}`
}

/** A business-scoped id: letters that follow from the number, so that it is the same in every run. */
function userIdOf(waId: string): string {
  const letters = createHash('sha256').update(waId).digest('base64url').replace(/[-_]/g, 'x').slice(0, 10)
  return `XX.${letters}`
}
