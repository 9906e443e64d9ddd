/**
 * App secrets and verify tokens, as tenancy keeps them in the APP_SECRETS bucket (CONTRACTS 14). The snapshot counts
 * only while it is whole, that is while it has as many apps as its marker says; half of one must never look like "no
 * such app". Once whole, the last whole one is used until the next is: NATS being away changes nothing here.
 */

import type { Bus } from '@palomar/bus'
import { buckets } from '@palomar/contracts'
import { AppError, appError } from '@palomar/errors'
import type { Clock, Logger } from '@palomar/runtime'
import { type Keyring, openText } from '@palomar/seal'
import { z } from 'zod'

export interface WebhookApp {
  appId: string
  slug: string
  /** One or two; the second during a rotation. */
  secrets: readonly string[]
  verifyToken: string
}

export interface AppSecrets {
  /** Whether there is a whole snapshot: without one nobody knows which apps exist. */
  isReady(): boolean
  /** From memory; undefined says only that it has to be looked up. */
  peek(slug: string): WebhookApp | undefined
  /** Asks tenancy, once per slug and while. Undefined is certain; throws `unavailable` when it cannot be known. */
  lookUp(slug: string): Promise<WebhookApp | undefined>
  /** It is certain that no app exists at all. */
  readonly isEmpty: boolean
  /** Resolves once a whole snapshot was read. */
  whenReady: Promise<void>
  stop(): Promise<void>
}

const markerKey = '_marker'
/** A missing app stays missing for so long, whoever asks; a new one is in the snapshot well within a minute. */
const missingMs = 10_000
/** An app that tenancy knows and the snapshot does not yet. */
const foundMs = 60_000
const lookedUpMax = 10_000

const marker = z.object({ revision: z.number(), apps: z.number().int().min(0) })
const entry = z.object({
  app_id: z.string().min(1),
  slug: z.string().min(1),
  secrets: z.array(z.string().min(1)).min(1).max(2),
  verify_token: z.string(),
})

export interface AppSecretsOptions {
  bus: Pick<Bus, 'kv'>
  key: Keyring
  /** tenancy's FindApp: the sealed entry, or an AppError `not_found`. */
  findApp(slug: string): Promise<Uint8Array>
  clock: Clock
  logger: Logger
}

type Entries = Map<string, WebhookApp | 'unreadable'>

export function watchAppSecrets({ bus, key, findApp, clock, logger }: AppSecretsOptions): AppSecrets {
  const arriving: Entries = new Map()
  let expected: number | undefined
  let whole: Entries | undefined
  const ready = Promise.withResolvers<void>()
  const lookedUp = new Map<string, { app: WebhookApp | undefined; untilMs: number }>()
  const underway = new Map<string, Promise<WebhookApp | undefined>>()

  function read(slug: string, sealed: Uint8Array): WebhookApp | 'unreadable' {
    try {
      return parseEntry(key, slug, sealed)
    } catch (error) {
      // Another key than tenancy's, or something that is not ours. The app exists, so it must not become a 404.
      logger.error('the snapshot entry of an app cannot be opened', { slug, error })
      return 'unreadable'
    }
  }

  function settle(): void {
    if (expected !== arriving.size) return
    whole = new Map(arriving)
    ready.resolve()
  }

  const watch = bus.kv(buckets.appSecrets.name).watch({
    onEntry({ key: slug, value }) {
      if (slug === markerKey) expected = value ? expectedOf(value, logger) : undefined
      else if (value === undefined) arriving.delete(slug)
      else {
        arriving.set(slug, read(slug, value))
        lookedUp.delete(slug)
      }
      settle()
    },
  })

  async function ask(slug: string): Promise<WebhookApp | undefined> {
    try {
      const app = parseEntry(key, slug, await findApp(slug))
      remember(slug, app, foundMs)
      return app
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') {
        remember(slug, undefined, missingMs)
        return undefined
      }
      throw appError('unavailable', { internal: `app ${slug} cannot be looked up`, cause: error })
    }
  }

  function remember(slug: string, app: WebhookApp | undefined, forMs: number): void {
    // Slugs are whatever strangers ask for: full means start over, not grow.
    if (lookedUp.size >= lookedUpMax) lookedUp.clear()
    lookedUp.set(slug, { app, untilMs: clock.monotonic() + forMs })
  }

  return {
    whenReady: ready.promise,
    isReady: () => whole !== undefined,
    get isEmpty() {
      return whole?.size === 0
    },
    peek(slug) {
      const known = whole?.get(slug)
      return known === 'unreadable' ? undefined : known
    },
    async lookUp(slug) {
      const remembered = lookedUp.get(slug)
      if (remembered && clock.monotonic() < remembered.untilMs) return remembered.app
      let asking = underway.get(slug)
      if (!asking) {
        asking = ask(slug).finally(() => underway.delete(slug))
        underway.set(slug, asking)
      }
      return asking
    },
    stop: () => watch.stop(),
  }
}

function parseEntry(key: Keyring, slug: string, sealed: Uint8Array): WebhookApp {
  const { app_id, secrets, verify_token, ...rest } = entry.parse(JSON.parse(openText(key, sealed, slug)))
  if (rest.slug !== slug) throw new Error('the entry is of another app')
  return { appId: app_id, slug, secrets, verifyToken: verify_token }
}

function expectedOf(value: Uint8Array, logger: Logger): number | undefined {
  try {
    return marker.parse(JSON.parse(new TextDecoder().decode(value))).apps
  } catch (error) {
    logger.error('the marker of the app snapshot cannot be read', { error })
    return undefined
  }
}
