import { defaultWebhookVersion, withoutConversations } from '../delivery/versions.ts'
import { GroupShelf } from '../groups/shelf.ts'
import { bsuidOf } from '../people/bsuid.ts'
import { People } from '../people/people.ts'
import { EntryPoints } from '../prices/entry-points.ts'
import { Accounts } from './accounts.ts'
import { Chats } from './chats.ts'
import { type Clock, realClock } from './clock.ts'
import { Ledger } from './ledger.ts'
import { MediaShelf } from './media.ts'
import { Meter } from './meter.ts'
import { type NumberState, newNumberState } from './number-state.ts'
import { Portfolios } from './portfolios.ts'
import { customer, type Seed } from './seed.ts'
import { Tokens } from './tokens.ts'
import type { Accepted, App, Customer, PhoneNumber, Template, Written } from './types.ts'
import { Uploads } from './uploads.ts'

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
  /** Bodies that a fault lost. */
  webhooksLost: number
  /** Changes that an app in development did not get. */
  webhooksWithheld: number
}

const customersMax = 5_000

/** The state of the simulated platform. All look-ups are by key, so that it stays quick under load. */
export class World {
  readonly apps = new Map<string, App>()
  readonly numbers = new Map<string, PhoneNumber>()
  readonly customers = new Map<string, Customer>()
  readonly chats = new Chats()
  /** What Graph accepted, and what customers wrote. */
  readonly ledger = new Ledger<Accepted>()
  readonly written = new Ledger<Written>()
  readonly media: MediaShelf
  readonly meter = new Meter()
  readonly accounts = new Accounts()
  readonly groups: GroupShelf
  readonly uploads = new Uploads()
  readonly portfolios = new Portfolios()
  readonly entryPoints = new EntryPoints()
  readonly tokens: Tokens
  readonly people: People
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
    webhooksLost: 0,
    webhooksWithheld: 0,
  }
  readonly #templates = new Map<string, Template>()
  readonly #byUserId = new Map<string, Customer>()
  readonly #templatesById = new Map<string, Template>()
  readonly #states = new Map<string, NumberState>()
  #sequence = 0
  // Ids must not come back after a restart: a receiver would take them for copies.
  readonly #era: string

  constructor(
    seed: Seed,
    readonly clock: Clock = realClock,
  ) {
    this.tokens = new Tokens(clock)
    this.people = new People(seed.numbers[0]?.businessId ?? '')
    this.media = new MediaShelf(clock)
    this.#era = clock.now().toString(36)
    this.groups = new GroupShelf(this.#era)
    for (const app of seed.apps) this.apps.set(app.id, app)
    for (const number of seed.numbers) this.addNumber(number)
    for (const template of seed.templates) this.addTemplate(template)
    for (const person of seed.customers) this.addCustomer(person)
  }

  addNumber(number: PhoneNumber): void {
    this.numbers.set(number.id, number)
    this.accounts.add(number)
    this.tokens.grant(number.token, number.id, number.wabaId)
  }

  /** Whether some app's webhooks are of a version that tells of every conversation. */
  get tellsConversations(): boolean {
    for (const { version = defaultWebhookVersion } of this.apps.values())
      if (version < withoutConversations) return true
    return false
  }

  /** What the edges of a number keep, when any was used. */
  knownStateOf(phoneNumberId: string): NumberState | undefined {
    return this.#states.get(phoneNumberId)
  }

  /** What the edges of a number keep. */
  stateOf(phoneNumberId: string): NumberState {
    const known = this.#states.get(phoneNumberId)
    if (known) return known
    const state = newNumberState()
    this.#states.set(phoneNumberId, state)
    return state
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

  templateById(id: string): Template | undefined {
    return this.#templatesById.get(id)
  }

  addTemplate(template: Template): void {
    this.#templates.set(templateKey(template), template)
    this.#templatesById.set(template.id, template)
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
    const generation = this.people.generationOf(waId)
    const made = customer(waId, bsuidOf(waId, this.people.home, generation), name || `+${waId}`)
    if (generation > 0) made.generation = generation
    if (this.customers.size < customersMax || generation > 0) this.addCustomer(made)
    return made
  }

  /** By the id that a portfolio knows somebody by, its own or a parent's; the demo's when none is named. */
  customerByUserId(userId: string, businessId = this.people.home): Customer | undefined {
    const { people } = this
    const known = businessId === people.home ? this.#byUserId.get(userId) : undefined
    if (known) return known
    return people
      .candidates(userId, businessId)
      .map((waId) => this.customer(waId))
      .find((person) =>
        [people.userIdOf(person, businessId), people.parentIdOf(person, businessId)].includes(userId),
      )
  }

  /** He goes by another number or id from now on, or not at all. */
  removeCustomer(person: Customer): void {
    if (this.customers.get(person.waId) === person) this.customers.delete(person.waId)
    this.#byUserId.delete(person.userId)
  }
}

function templateKey({ wabaId, name, language }: { wabaId: string; name: string; language: string }): string {
  return `${wabaId}/${name}/${language}`
}
