import { createHash } from 'node:crypto'
import { customer, type Seed } from './seed.ts'
import type { Accepted, App, Chat, ChatMessage, Customer, PhoneNumber, Template } from './types.ts'

/** Enough for a phone's screen; the ledger of accepted messages is kept apart and whole. */
const chatMessagesMax = 300
const windowMs = 24 * 3_600_000

/** What the phone page hears about. */
export type WorldListener = (change: { phoneNumberId: string; waId: string }) => void

/** The state of the simulated platform. All lookups are by key, so that it stays quick under load. */
export class World {
  readonly apps = new Map<string, App>()
  readonly numbers = new Map<string, PhoneNumber>()
  readonly templates = new Map<string, Template>()
  readonly customers = new Map<string, Customer>()
  readonly chats = new Map<string, Chat>()
  readonly accepted: Accepted[] = []
  readonly counters = { accepted: 0, refused: 0, statuses: 0, inbound: 0, webhooks: 0, webhookFailures: 0 }
  #listeners = new Set<WorldListener>()
  #sequence = 0
  // Ids must not come back after a restart: a receiver would take them for copies.
  readonly #era = Date.now().toString(36)

  constructor(seed: Seed) {
    for (const app of seed.apps) this.apps.set(app.id, app)
    for (const number of seed.numbers) this.numbers.set(number.id, number)
    for (const template of seed.templates) this.templates.set(templateKey(template), template)
    for (const person of seed.customers) this.customers.set(person.waId, person)
  }

  /** `wamid.` and base64, as Meta's; opaque and never given twice. */
  newWamid(): string {
    this.#sequence += 1
    return `wamid.${Buffer.from(`HBgM${this.#era}.${this.#sequence.toString(36)}`).toString('base64')}`
  }

  template(wabaId: string, name: string, language: string): Template | undefined {
    return this.templates.get(templateKey({ wabaId, name, language }))
  }

  templatesOf(wabaId: string): Template[] {
    return [...this.templates.values()].filter((template) => template.wabaId === wabaId)
  }

  /** Whoever is written to exists: most people in the world are on WhatsApp. */
  customer(waId: string, name = ''): Customer {
    const known = this.customers.get(waId)
    if (known) return known
    const made = customer(waId, userIdOf(waId), name || `+${waId}`)
    this.customers.set(waId, made)
    return made
  }

  chat(phoneNumberId: string, waId: string): Chat {
    const key = `${phoneNumberId}/${waId}`
    const known = this.chats.get(key)
    if (known) return known
    const made: Chat = { phoneNumberId, waId, messages: [], lastInboundAt: 0, isOpen: false }
    this.chats.set(key, made)
    return made
  }

  isWindowOpen(phoneNumberId: string, waId: string, now: number): boolean {
    const chat = this.chats.get(`${phoneNumberId}/${waId}`)
    return chat !== undefined && now - chat.lastInboundAt < windowMs
  }

  addMessage(chat: Chat, message: ChatMessage): void {
    chat.messages.push(message)
    if (chat.messages.length > chatMessagesMax) chat.messages.shift()
    this.changed(chat)
  }

  listen(listener: WorldListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  changed({ phoneNumberId, waId }: { phoneNumberId: string; waId: string }): void {
    for (const listener of this.#listeners) listener({ phoneNumberId, waId })
  }
}

function templateKey({ wabaId, name, language }: { wabaId: string; name: string; language: string }): string {
  return `${wabaId}/${name}/${language}`
}

/** A business-scoped id: country and letters that follow from the number, so that it is the same in every run. */
function userIdOf(waId: string): string {
  const letters = createHash('sha256').update(waId).digest('base64url').replace(/[-_]/g, 'x').slice(0, 10)
  return `XX.${letters}`
}
