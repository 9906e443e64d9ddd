import { createHmac } from 'node:crypto'
import type { Faults } from '../faults.ts'
import type { App } from '../world/types.ts'
import type { World } from '../world/world.ts'
import { metaJson } from './escape.ts'
import type { Timers } from './timers.ts'

/** One change of one WABA, ready to go. */
export interface Change {
  wabaId: string
  field: string
  value: Record<string, unknown>
}

/** Meta documents up to 1,000 updates in a POST; smaller ones keep latency low. */
const updatesMax = 100
const flushMs = 5
const inFlightMax = 16
const timeoutMs = 10_000
/** At once, then with growing gaps; the last one repeats until the process ends. */
const retryGapsMs = [0, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000]

/**
 * Delivers changes to an app's webhook as Meta does: batched, signed over the bytes, again with growing gaps until it is
 * answered 200, always the same bytes. In parallel, so order is not kept.
 */
export class Webhooks {
  readonly #queue: Change[] = []
  readonly #waiting: { body: Buffer<ArrayBuffer>; signature: string; tries: number }[] = []
  #inFlight = 0
  #isScheduled = false
  #isStopped = false

  constructor(
    readonly app: App,
    readonly world: World,
    readonly timers: Timers,
    readonly faults: Faults,
  ) {}

  add(change: Change): void {
    if (this.app.webhookUrl === '' || this.#isStopped) return
    this.#queue.push(change)
    if (this.#queue.length >= updatesMax) this.#flush()
    else if (!this.#isScheduled) {
      this.#isScheduled = true
      this.timers.after(flushMs, () => this.#flush())
    }
  }

  /** Changes and bodies that no 200 has answered yet. */
  get pending(): number {
    return this.#queue.length + this.#waiting.length + this.#inFlight
  }

  stop(): void {
    this.#isStopped = true
  }

  #flush(): void {
    this.#isScheduled = false
    while (this.#queue.length > 0) {
      const changes = this.#queue.splice(0, updatesMax)
      this.#enqueue(changes)
      if (this.faults.happens('duplicateWebhook')) this.#enqueue(changes)
    }
  }

  #enqueue(changes: readonly Change[]): void {
    const body = Buffer.from(metaJson({ object: 'whatsapp_business_account', entry: entriesOf(changes) }))
    const signature = `sha256=${createHmac('sha256', this.app.secret).update(body).digest('hex')}`
    this.#waiting.push({ body, signature, tries: 0 })
    this.#next()
  }

  #next(): void {
    while (this.#inFlight < inFlightMax && !this.#isStopped) {
      const item = this.#waiting.shift()
      if (!item) return
      this.#inFlight += 1
      void this.#post(item.body, item.signature).then((isTaken) => {
        this.#inFlight -= 1
        if (!isTaken) this.#again(item)
        this.#next()
      })
    }
  }

  #again(item: { body: Buffer<ArrayBuffer>; signature: string; tries: number }): void {
    this.world.counters.webhookFailures += 1
    const gap = retryGapsMs[Math.min(item.tries, retryGapsMs.length - 1)] ?? 0
    item.tries += 1
    this.timers.after(gap, () => {
      this.#waiting.push(item)
      this.#next()
    })
  }

  async #post(body: Buffer<ArrayBuffer>, signature: string): Promise<boolean> {
    try {
      const response = await fetch(this.app.webhookUrl, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'facebookexternalua',
          'x-hub-signature-256': signature,
        },
        signal: AbortSignal.timeout(timeoutMs),
      })
      await response.arrayBuffer()
      if (response.status === 200) this.world.counters.webhooks += 1
      return response.status === 200
    } catch {
      return false
    }
  }
}

/** Changes of one WABA share an entry; those of one number and field share a value, as Meta batches them. */
function entriesOf(changes: readonly Change[]): unknown[] {
  const entries = new Map<string, { field: string; value: Record<string, unknown> }[]>()
  for (const { wabaId, field, value } of changes) {
    const list = entries.get(wabaId)
    if (list) list.push({ field, value })
    else entries.set(wabaId, [{ field, value }])
  }
  return [...entries].map(([id, list]) => ({ id, changes: list }))
}
