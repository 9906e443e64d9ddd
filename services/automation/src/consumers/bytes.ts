import type { Handler } from '@palomar/bus'
import { type bytesV1, uuidOfFact } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import { insertVerbatim, noteStored } from '../db/deliveries.ts'
import { enabledEndpoints, type Listener } from '../db/endpoints.ts'
import { findSeen, insertSeen } from '../db/seen.ts'
import { inactiveTenants } from '../db/tenants.ts'
import { metaBody } from '../domain/meta-body.ts'
import { batchHandler, type Item } from './batch.ts'
import type { FactItem } from './fact.ts'
import type { InboxDeps } from './inbox.ts'
import { instant, optionalUuid, uuid } from './parse.ts'

/** Inbox is behind, or will never store one of them: the bytes go all the same (CONTRACTS 30). */
const waitMs = 5_000
/** Older facts are history, whoever tells them again (CONTRACTS 3). */
const factAgeMaxMs = 24 * 3_600_000

interface BytesItem extends Item {
  eventId: string
  at: Date
  /** Undefined for a change of the account. */
  numberId: string | undefined
  change: bytesV1.ChangeReceived
}

/**
 * BYTES: Meta's bytes for the endpoints that want them. They leave when inbox has stored the messages in them, so that an
 * answer finds the window open; at once if they hold only statuses; after five seconds in any case.
 *
 * The event and inbox's report may come in either order, twice, or at once: each takes the company's lock before it
 * looks for the other, so one of them sees both. Dies before the commit: decided again; after it: found in `seen`, and the
 * delivery's id is of the change and the endpoint.
 */
export function bytesHandler(deps: InboxDeps): Handler<bytesV1.Event> {
  const { clock, metrics } = deps
  const handle = batchHandler<bytesV1.Event, BytesItem>({
    db: deps.db,
    onDead: () => metrics.dead.inc({ consumer: 'bytes' }),
    parse(event) {
      if (event.payload?.$case !== 'changeReceived') return undefined
      const item = itemOf(event, event.payload.value)
      return item.at.getTime() < clock.now() - factAgeMaxMs ? undefined : item
    },
    async write(tx, items) {
      const now = new Date(clock.now())
      const tenants = [...new Set(items.map(({ tenantId }) => tenantId))].sort()
      const inactive = await inactiveTenants(tx, tenants)
      const fresh = await insertSeen(tx, items)
      const endpoints = (await enabledEndpoints(tx, tenants)).filter(({ format }) => format === 'meta')
      await lock(tx, new Set(endpoints.map(({ tenantId }) => tenantId)))
      for (const item of new Map(items.map((one) => [one.eventId, one])).values()) {
        if (!fresh.has(item.eventId) || inactive.has(item.tenantId)) continue
        const waitsFor = await missing(tx, item)
        for (const endpoint of endpoints.filter((one) => wants(one, item)))
          await queue(tx, item, endpoint, waitsFor, now)
      }
    },
  })
  return async (delivered) => {
    const answers = await handle(delivered)
    deps.onDeliveries()
    return answers
  }
}

/** INBOX: what it has stored is written down for companies with such endpoints, and what waited for it is due. */
export async function releaseStored(
  tx: Tx,
  facts: readonly FactItem[],
  endpoints: readonly Listener[],
  now: Date,
): Promise<number> {
  const meta = Map.groupBy(
    endpoints.filter(({ format }) => format === 'meta'),
    ({ tenantId }) => tenantId,
  )
  const stored = facts.filter(({ wamid, tenantId }) => wamid !== '' && meta.has(tenantId))
  if (stored.length === 0) return 0
  await lock(tx, new Set(stored.map(({ tenantId }) => tenantId)))
  await insertSeen(
    tx,
    stored.map(({ tenantId, numberId, wamid, at }) => ({ tenantId, at, eventId: storedId(numberId, wamid) })),
  )
  let due = 0
  for (const [tenantId, own] of Map.groupBy(stored, (fact) => fact.tenantId)) {
    const ids = own.map(({ numberId, wamid }) => storedId(numberId, wamid))
    const endpointIds = (meta.get(tenantId) ?? []).map(({ id }) => id)
    due += await noteStored(tx, tenantId, endpointIds, ids, now)
  }
  return due
}

/** One company after the other, always in one order: until the end of the transaction. */
async function lock(tx: Tx, tenants: ReadonlySet<string>): Promise<void> {
  for (const tenantId of [...tenants].sort())
    await tx`select pg_advisory_xact_lock(hashtextextended(${`bytes/${tenantId}`}, 0))`
}

/** What `seen` holds once inbox has reported the message: of the number and the wamid. */
const storedId = (numberId: string, wamid: string) => uuidOfFact('stored_wamid', numberId, wamid)

async function missing(tx: Tx, { tenantId, numberId, at, change }: BytesItem): Promise<string[]> {
  if (numberId === undefined || change.wamids.length === 0) return []
  const ids = [...new Set(change.wamids.map((wamid) => storedId(numberId, wamid)))]
  const seen = await findSeen(tx, tenantId, ids, at)
  return ids.filter((id) => !seen.has(id))
}

async function queue(
  tx: Tx,
  { tenantId, eventId, change }: BytesItem,
  endpoint: Listener,
  waitsFor: string[],
  now: Date,
): Promise<void> {
  const { entryId, entryTime, raw, field } = change
  const delivery = {
    tenantId,
    id: uuidOfFact('webhook_delivery', endpoint.id, 'meta', eventId),
    endpointId: endpoint.id,
    eventType: `meta.${field}`,
    messageId: null,
    body: metaBody({ entryId, entryTime, raw: Buffer.from(raw).toString() }),
    waitsFor,
    dueAt: waitsFor.length > 0 ? new Date(now.getTime() + waitMs) : now,
  }
  await insertVerbatim(tx, delivery, now)
}

function wants({ tenantId, numberIds }: Listener, item: BytesItem): boolean {
  if (tenantId !== item.tenantId) return false
  return numberIds.length === 0 || item.numberId === undefined || numberIds.includes(item.numberId)
}

function itemOf({ header }: bytesV1.Event, change: bytesV1.ChangeReceived): BytesItem {
  const tenantId = uuid('tenant', header?.tenantId, 'tenant_id')
  const eventId = uuid('event', header?.id, 'id')
  return {
    tenantId,
    eventId,
    key: `${tenantId}/${eventId}`,
    at: instant(header?.time, 'time'),
    numberId: optionalUuid('number', change.number?.numberId ?? '', 'number_id'),
    change,
  }
}
