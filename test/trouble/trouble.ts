import { expect } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { type FaultName, faultNames } from '../../simulator/src/index.ts'
import { type Company, Product, unclaimed } from '../product.ts'

export const waiting = { timeoutMs: 60_000, everyMs: 100 }
export const demoNumber = '100000000000001'

/** One started product for every part of this test, and what they all ask of it. */
export class Trouble {
  product!: Product
  token!: string
  numberId!: string
  /** Another company, with the first unclaimed number. */
  other!: Company
  readonly met = new Set<FaultName>()
  #people = 573_008_880_000

  async start(): Promise<void> {
    // Silence of Meta's is silence sooner here.
    this.product = await Product.start({}, { env: { dispatcher: { GRAPH_TIMEOUT_MS: '3000' } } })
    this.token = this.product.demo.apiKey ?? ''
    const { data } = await this.product.must('GET', '/v1/numbers', { token: this.token })
    this.numberId = data[0].id
    this.other = await this.product.addCompany(await this.product.platformToken(), 'Panadería Sol')
    await this.product.addNumber(this.other.token, unclaimed[0])
    await this.product.control('settings', { readMs: 20, rates: false })
  }

  /** The wa_id of a person whom no other test knows. */
  someone(): string {
    return String(++this.#people)
  }

  /** From now on it happens every time. */
  async make(...names: FaultName[]): Promise<void> {
    for (const name of names) this.met.add(name)
    await this.product.control('faults', Object.fromEntries(names.map((name) => [name, 1])))
  }

  async end(...names: FaultName[]): Promise<void> {
    await this.product.control('faults', Object.fromEntries(names.map((name) => [name, 0])))
  }

  /** Nothing goes wrong any more. */
  calm(): Promise<void> {
    return this.end(...faultNames)
  }

  /** A template to somebody new; the message as it was accepted. */
  send(to = this.someone()): Promise<{ id: string; state: string }> {
    const template = { name: 'hello_world', language: { code: 'en_US' } }
    return this.product.must('POST', '/v1/messages', {
      token: this.token,
      body: { number_id: this.numberId, to, type: 'template', template },
    })
  }

  message(id: string, by = this.token) {
    return this.product.must('GET', `/v1/messages/${id}`, { token: by })
  }

  untilState(id: string, state: string) {
    return eventually(async () => {
      const now = await this.message(id)
      expect(now.state).toBe(state)
      return now
    }, waiting)
  }

  /** How often Meta accepted it. */
  async acceptedTimes(id: string): Promise<number> {
    const text = await (await fetch(`${this.product.demo.urls.simulator}/control/accepted`)).text()
    return text.split('\n').filter((line) => line.includes(`"${id}~`)).length
  }

  async inboundOf(text: string, by = this.token) {
    const { data } = await this.product.must('GET', '/v1/messages?direction=inbound&limit=200', { token: by })
    return data.filter((one: { content: { body?: string } }) => one.content.body === text)
  }

  untilStored(text: string, by = this.token) {
    return eventually(async () => {
      const found = await this.inboundOf(text, by)
      expect(found).toHaveLength(1)
      return found[0]
    }, waiting)
  }

  /** Every webhook that was on its way has been answered. */
  settled() {
    return eventually(async () => {
      const counters = await (await fetch(`${this.product.demo.urls.simulator}/control/counters`)).json()
      expect((counters as { pending_webhooks: number }).pending_webhooks).toBe(0)
    }, waiting)
  }
}
