import type { Handler } from '@palomar/bus'
import { type inboxEventsV1, mediaIdOfMessage, uuidOf } from '@palomar/contracts'
import { type Db, insertOutbox } from '@palomar/db'
import type { Clock } from '@palomar/runtime'
import { insertInbound, type NewInbound } from '../db/files.ts'
import { announcedIn } from '../domain/announced.ts'
import { stateChanged } from '../domain/file.ts'
import { giveUpAt } from '../domain/retry.ts'
import { batchHandler, type Item, uuidIn } from './batch.ts'

/** INBOX: a customer's message with a file makes a row, due at once. Its id follows from the message, so twice is once. */
export function inboxHandler(deps: {
  db: Db
  clock: Clock
  onDead(): void
  /** There is work. */
  onNew(): void
}): Handler<inboxEventsV1.Event> {
  const { db, clock, onDead, onNew } = deps
  const handle = batchHandler<inboxEventsV1.Event, Item & { row: NewInbound }>({
    db,
    onDead,
    parse({ header, payload }) {
      if (payload?.$case !== 'messageStored' || payload.value.direction !== 'inbound') return undefined
      const { value } = payload
      const messageId = uuidIn('message', value.messageId, 'message_id')
      const id = mediaIdOfMessage(value.type, messageId)
      const announced = id && announcedIn(value.contentJson)
      // History may name a file without saying which: nothing can be asked for.
      if (!id || !announced) return undefined
      const tenantId = uuidIn('tenant', header?.tenantId, 'tenant_id')
      const now = clock.now()
      const { metaMediaId, mimeType, sha256, filename } = announced
      const row: NewInbound = {
        tenantId,
        id: uuidOf(id),
        kind: value.type,
        mimeType,
        filename,
        messageId,
        numberId: uuidIn('number', value.numberId, 'number_id'),
        metaMediaId,
        announcedSha256: sha256,
        giveUpAt: giveUpAt(value.sentAt?.getTime() ?? now, now),
      }
      return { tenantId, key: `${tenantId}/${row.id}`, row }
    },
    async write(tx, items) {
      const rows = new Map(items.map(({ key, row }) => [key, row]))
      const made = await insertInbound(tx, [...rows.values()])
      const now = new Date(clock.now())
      insertOutbox(
        tx,
        'media',
        made.map((row) => stateChanged(row, now)),
      )
    },
  })
  return async (delivered) => {
    const answers = await handle(delivered)
    onNew()
    return answers
  }
}
