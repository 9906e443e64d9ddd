import { signPayload } from '@palomar/cloud-api'
import type { Faults } from '../faults.ts'
import type { Settings } from '../settings.ts'
import type { App } from '../world/types.ts'
import type { Counters } from '../world/world.ts'
import { bodiesOf, type Change } from './bodies.ts'
import { retryGapMaxMsOf } from './delays.ts'
import type { Timers } from './timers.ts'

interface Parcel {
  body: Uint8Array<ArrayBuffer>
  signature: string
  /** Of the first try, when a fault makes it another. */
  firstSignature?: string
  /** Its first answer counts for nothing. */
  isImpatient: boolean
  changes: number
  tries: number
  /** When it was first tried. */
  since: number
}

const inFlightMax = 64
/** Long enough for what came after it to be there first. */
const reorderMs = 250
const minuteMs = 60_000
/** At once, then with growing gaps; the last one repeats. Source: webhooks reference, "retries with decreasing frequency". */
const retryGapsMs = [
  ...[0, 500, 1_000, 2_000, 5_000, 10_000, 30_000],
  ...[1, 2, 5, 10, 30, 60, 180, 360].map((minutes) => minutes * minuteMs),
]

/**
 * Delivers changes to an app's webhook as Meta does: batched, signed over the bytes with that app's secret, again with
 * growing gaps until it is answered 200, always the same bytes. In parallel, so order is not kept.
 */
export class Webhooks {
  readonly #queue: Change[] = []
  readonly #ready: Parcel[] = []
  readonly #posts = new Set<Promise<void>>()
  #unacknowledged = 0
  #isScheduled = false
  #isStopped = false
  /** Why the last try failed; empty after one that did not. */
  problem = ''

  constructor(
    readonly target: { app: App /** Empty: the app's own callback. */; uri: string },
    readonly settings: Settings,
    readonly timers: Timers,
    readonly faults: Faults,
    readonly counters: Counters,
  ) {}

  add(change: Change): void {
    if (this.#url === '' || this.#isStopped) return
    this.#unacknowledged++
    this.#queue.push(change)
    if (this.#queue.length >= this.settings.webhookChangesMax) this.#flush()
    else if (!this.#isScheduled) {
      this.#isScheduled = true
      const { webhookLingerMs, webhookMergeMs } = this.settings
      const lingerMs = this.faults.happens('mergedWebhooks') ? webhookMergeMs : webhookLingerMs
      this.timers.after(lingerMs, () => this.#flush())
    }
  }

  get #url(): string {
    return this.target.uri || this.target.app.webhookUrl
  }

  /** Changes that no 200 has answered yet. */
  get pending(): number {
    return this.#unacknowledged
  }

  /** Resolves when every delivery that was under way has been answered. */
  async idle(): Promise<void> {
    while (this.#posts.size > 0) await Promise.all(this.#posts)
  }

  stop(): void {
    this.#isStopped = true
  }

  #flush(): void {
    this.#isScheduled = false
    for (const { body, changes } of bodiesOf(this.#queue, this.settings)) {
      const parcel = this.#parcelOf(body, changes)
      this.#hand(parcel)
      if (this.faults.happens('duplicateWebhook')) this.#ready.push({ ...parcel, changes: 0 })
    }
    this.#queue.length = 0
    this.#next()
  }

  #parcelOf(body: Parcel['body'], changes: number): Parcel {
    const { faults, target } = this
    const { secret, previousSecret = secret } = target.app
    return {
      body,
      changes,
      signature: signPayload(body, faults.happens('previousSecret') ? previousSecret : secret),
      ...(faults.happens('wrongSignature') ? { firstSignature: signPayload(body, `not ${secret}`) } : {}),
      isImpatient: faults.happens('impatientWebhook'),
      tries: 0,
      since: this.timers.clock.now(),
    }
  }

  /** To those that are ready to go, unless something happens to it on its way. */
  #hand(parcel: Parcel): void {
    const { faults, timers, settings } = this
    if (faults.happens('lostWebhook')) {
      this.counters.webhooksLost++
      this.#unacknowledged -= parcel.changes
      return
    }
    const lateMs = faults.happens('delayedWebhook')
      ? settings.webhookDelayMs
      : faults.happens('reorderedWebhook')
        ? reorderMs
        : 0
    if (lateMs === 0) {
      this.#ready.push(parcel)
      return
    }
    timers.after(lateMs, () => {
      this.#ready.push(parcel)
      this.#next()
    })
  }

  #next(): void {
    while (this.#posts.size < inFlightMax && !this.#isStopped) {
      const parcel = this.#ready.shift()
      if (!parcel) return
      const post = this.#post(parcel).then((problem) => {
        this.#posts.delete(post)
        this.problem = problem
        if (problem === '') this.#delivered(parcel)
        else this.#again(parcel)
        this.#next()
      })
      this.#posts.add(post)
    }
  }

  #delivered(parcel: Parcel): void {
    this.counters.webhooks++
    this.#unacknowledged -= parcel.changes
  }

  #again(parcel: Parcel): void {
    this.counters.webhookFailures++
    const { webhookRetriesForMs } = this.settings
    const grownMs = retryGapsMs[Math.min(parcel.tries++, retryGapsMs.length - 1)] ?? 0
    const gapMs = Math.min(grownMs, retryGapMaxMsOf(this.settings))
    if (this.timers.clock.now() + gapMs - parcel.since > webhookRetriesForMs) {
      this.counters.webhooksGivenUp++
      this.#unacknowledged -= parcel.changes
      return
    }
    this.timers.after(gapMs, () => {
      this.#ready.push(parcel)
      this.#next()
    })
  }

  /** Empty when it was answered 200, else what happened. */
  async #post({ body, signature, firstSignature, isImpatient, tries }: Parcel): Promise<string> {
    const isFirst = tries === 0
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'facebookexternalua',
          'x-hub-signature-256': isFirst ? (firstSignature ?? signature) : signature,
        },
        redirect: 'manual',
        signal: AbortSignal.timeout(this.settings.webhookTimeoutMs),
      })
      await response.arrayBuffer()
      if (isFirst && isImpatient) return 'TimeoutError'
      return response.status === 200 ? '' : `HTTP ${response.status}`
    } catch (error) {
      return reasonOf(error)
    }
  }
}

/** One word for people: ECONNREFUSED, TimeoutError. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
