import type { Faults } from '../faults.ts'
import type { Delivery } from '../routing/routing.ts'
import type { Settings } from '../settings.ts'
import { type Destination, messageFields } from '../world/accounts.ts'
import type { PhoneNumber } from '../world/types.ts'
import type { World } from '../world/world.ts'
import type { Timers } from './timers.ts'
import { type Value, withUnknownKeys } from './values.ts'
import { defaultWebhookVersion, shapedFor } from './versions.ts'
import { Webhooks } from './webhooks.ts'

/** How a change is told. */
export interface Sending {
  /** Unix seconds; only account and template fields have it. */
  time?: number | undefined
  /** The number's account unless the change is about its portfolio. */
  entryId?: string
  /** In a body of its own. */
  isAlone?: boolean
}

/** Who hears of a change, and in which shape; each app and address has its own queue of bodies. */
export class Announcements {
  readonly #webhooks = new Map<string, Webhooks>()

  constructor(
    readonly world: World,
    readonly settings: Settings,
    readonly timers: Timers,
    readonly faults: Faults,
  ) {}

  /** Subscribed apps that hear of this field, and where. */
  audience(number: PhoneNumber, field: string): Destination[] {
    return this.world.accounts.destinations(number, field).filter(({ appId }) => {
      const { fields } = this.world.apps.get(appId) ?? {}
      return fields === undefined || fields.has(field)
    })
  }

  deliver(number: PhoneNumber, deliveries: readonly Delivery[], sending: Sending = {}): void {
    const { entryId = number.wabaId, isAlone = false, time } = sending
    const isOdd = this.faults.happens('unknownKeys')
    for (const { appId, uri, field, value } of deliveries) {
      const app = this.world.apps.get(appId)
      if (app?.isInDevelopment && messageFields.has(field)) {
        this.world.counters.webhooksWithheld++
        continue
      }
      const shaped = shapedFor(value, app?.version ?? defaultWebhookVersion)
      const told: Value = isOdd ? withUnknownKeys(shaped) : shaped
      const change = { wabaId: entryId, field, value: told, isAlone, ...(time === undefined ? {} : { time }) }
      this.#webhooksTo(appId, uri)?.add(change)
    }
  }

  /** Changes that no 200 has answered yet. */
  get pending(): number {
    return [...this.#webhooks.values()].reduce((sum, webhooks) => sum + webhooks.pending, 0)
  }

  /** Why an app's webhook does not take what it is sent; empty when it does. */
  problemOf(appId: string): string {
    return this.#webhooksTo(appId, '')?.problem ?? ''
  }

  /** Resolves when every delivery that was under way has been answered. */
  async idle(): Promise<void> {
    await Promise.all([...this.#webhooks.values()].map((webhooks) => webhooks.idle()))
  }

  stop(): void {
    for (const webhooks of this.#webhooks.values()) webhooks.stop()
  }

  /** Meta signs with the app's secret wherever it delivers. */
  #webhooksTo(appId: string, uri: string): Webhooks | undefined {
    const key = `${appId} ${uri}`
    const known = this.#webhooks.get(key)
    const app = this.world.apps.get(appId)
    if (known || !app) return known
    const { settings, timers, faults, world } = this
    const made = new Webhooks({ app, uri }, settings, timers, faults, world.counters)
    this.#webhooks.set(key, made)
    return made
  }
}
