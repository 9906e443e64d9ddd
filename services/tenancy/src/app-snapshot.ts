/**
 * The APP_SECRETS bucket: every app's secrets and verify token, sealed, for the gateway's webhook path, which asks
 * neither Postgres nor gRPC (CONTRACTS 14). Rewritten whole at start, every minute and after each change; the marker
 * with revision and number of apps comes last, so a snapshot without a matching marker is not whole.
 *
 * Failure policy. NATS away: the old snapshot stays good, the next minute writes anew, the change itself is committed.
 * Dies half way: entries are newer than the marker; their number may differ from it, and then gateways that start
 * wait until another replica or the restart has written the marker.
 */
import type { Kv } from '@palomar/bus'
import { idFromUuid } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import type { Logger } from '@palomar/runtime'
import { type AppRow, everyApp, nextRevision } from './db/apps.ts'
import { onPlatform } from './db/scope.ts'
import type { Vault } from './vault.ts'

export type Bucket = Pick<Kv, 'put' | 'keys' | 'delete'>

export const markerKey = '_marker'
const everyMs = 60_000
/** After a failure: sooner than the minute, since gateways may be waiting. */
const againMs = 2_000

export interface AppSnapshot {
  /** Resolves when a snapshot that holds this moment's apps is written, or could not be (which is logged). */
  refresh(): Promise<void>
  /** Whether the last attempt wrote it. */
  isWritten(): boolean
  stop(): Promise<void>
}

export function startAppSnapshot(options: {
  db: Db
  bucket: Bucket
  vault: Vault
  logger: Logger
}): AppSnapshot {
  const { db, bucket, vault, logger } = options
  let written = false
  let stopped = false
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  async function write(): Promise<void> {
    clearTimeout(timer)
    try {
      // The lock on the revision is held until the marker is there: two replicas never mix their snapshots.
      await onPlatform(db, async (orm) =>
        writeSnapshot(bucket, vault, await nextRevision(orm), await everyApp(orm)),
      )
      written = true
    } catch (error) {
      written = false
      logger.warn('the snapshot of apps was not written, will try again', { error })
    }
    if (!stopped) timer = setTimeout(() => void refresh(), written ? everyMs : againMs)
  }

  /** One at work and one waiting are enough: the waiting one reads what everyone who asked meanwhile has committed. */
  function refresh(): Promise<void> {
    if (!running) {
      running = write().finally(() => {
        running = undefined
      })
      return running
    }
    next ??= running.then(() => {
      next = undefined
      return refresh()
    })
    return next
  }

  return {
    refresh,
    isWritten: () => written,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await (next ?? running)
      clearTimeout(timer)
    },
  }
}

export async function writeSnapshot(
  bucket: Bucket,
  vault: Vault,
  revision: bigint,
  apps: readonly AppRow[],
): Promise<void> {
  const stale = new Set(await bucket.keys())
  stale.delete(markerKey)
  for (const app of apps) {
    await bucket.put(app.slug, sealedEntry(vault, app))
    stale.delete(app.slug)
  }
  for (const slug of stale) await bucket.delete(slug)
  const marker = JSON.stringify({ revision: Number(revision), apps: apps.length })
  await bucket.put(markerKey, new TextEncoder().encode(marker))
}

/** `{app_id, slug, secrets, verify_token}`, the newest secret first, sealed with the slug as its place. */
export function sealedEntry(vault: Vault, app: AppRow): Uint8Array {
  const sealed = [app.sealedSecret, app.sealedPreviousSecret].filter((secret) => secret !== null)
  const entry = {
    app_id: idFromUuid('app', app.id),
    slug: app.slug,
    secrets: sealed.map((secret) => vault.openForApp(app.id, secret)),
    verify_token: vault.openForApp(app.id, app.sealedVerifyToken),
  }
  return vault.sealEntry(app.slug, JSON.stringify(entry))
}
