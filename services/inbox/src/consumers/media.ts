import type { Handler } from '@palomar/bus'
import type { mediaEventsV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import { foldMedia, type MediaRow } from '../db/media.ts'
import { findShown } from '../db/messages.ts'
import type { Facts } from '../domain/facts.ts'
import { messageFrame } from '../domain/frames.ts'
import { batchHandler, type Item } from './batch.ts'
import type { ConsumerDeps } from './ingest.ts'
import { optionalUuid, unreadable, uuid } from './parse.ts'

/**
 * MEDIA: what became of files. Kept apart from the state of the message that carries one; its readers see both. A file
 * of ours may be in many messages, which show its state when they are read: only a customer's own is told live.
 */
export function mediaHandler({ db, clock, ...told }: ConsumerDeps): Handler<mediaEventsV1.Event> {
  return batchHandler<mediaEventsV1.Event, Item & { row: MediaRow }>({
    db,
    ...told,
    parse({ header, payload }) {
      if (payload?.$case !== 'mediaStateChanged') return undefined
      const change = payload.value
      const tenantId = uuid('tenant', header?.tenantId, 'tenant_id')
      const id = uuid('media', change.mediaId, 'media_id')
      if (change.version <= 0n) throw unreadable('a state without version')
      const messageId = optionalUuid('message', change.messageId, 'message_id') ?? null
      const { version, state, mimeType, sizeBytes, filename, failureCode } = change
      const row = { tenantId, id, version, state, messageId, mimeType, sizeBytes, filename, failureCode }
      return { tenantId, key: `${tenantId}/${id}`, row }
    },
    write: (tx, items, facts) =>
      storeMedia(
        tx,
        items.map((item) => item.row),
        facts,
        new Date(clock.now()),
      ),
  })
}

async function storeMedia(tx: Tx, rows: readonly MediaRow[], facts: Facts, now: Date): Promise<void> {
  const highest = new Map<string, MediaRow>()
  for (const row of rows) {
    if ((highest.get(row.id)?.version ?? 0n) < row.version) highest.set(row.id, row)
  }
  const changed = await foldMedia(tx, [...highest.values()])
  const carried = changed.flatMap(({ tenantId, messageId }) =>
    messageId ? [{ tenantId, id: messageId }] : [],
  )
  if (carried.length === 0) return
  for (const row of await findShown(tx, carried)) facts.frames.push(messageFrame('message.updated', row, now))
}
