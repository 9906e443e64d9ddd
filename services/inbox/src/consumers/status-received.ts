import { ingestEventsV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import { lockMessages, updateFolds } from '../db/folds.ts'
import { insertReceipts } from '../db/receipts.ts'
import { type Stub, stubWamids, wamidKey } from '../db/wamids.ts'
import { type Facts, statusOfOurs } from '../domain/facts.ts'
import { emptyFold, foldStatus, type StatusFact } from '../domain/status-fold.ts'
import { tellStates } from '../tell-states.ts'
import { instant, type Place, placeOf, unreadable } from './parse.ts'

/** A status that inbox places by its wamid. */
export interface StatusItem extends Place {
  kind: 'status'
  key: string
  status: ingestEventsV1.StatusReceived
  /** True when the ledger had it first and knew no attempt for it; then it never goes back there. */
  unmatched: boolean
  source: { id: string; time: Date; traceparent: string }
}

type Header = { id: string; tenantId: string; time: Date | undefined; traceparent: string }

export function parseStatus(
  header: Header | undefined,
  status: ingestEventsV1.StatusReceived | undefined,
  unmatched: boolean,
): StatusItem {
  const place = placeOf(header, status?.number)
  if (!status || status.wamid === '') throw unreadable('a status without wamid')
  const time = instant(header?.time, 'time')
  return {
    kind: 'status',
    ...place,
    key: wamidKey({ ...place, wamid: status.wamid }),
    status,
    unmatched,
    source: { id: header?.id ?? '', time, traceparent: header?.traceparent ?? '' },
  }
}

/** A status and the message it turned out to be for. */
export interface PlacedStatus extends StatusItem {
  messageId: string
}

/**
 * Statuses by wamid, in any order and however often. Without a message they wait in the wamid's own row, where the message
 * finds them (CONTRACTS 21). On a message of the ledger's one without echo goes back to it as `status.ours`; what the
 * ledger could not place is folded here by rank.
 */
export async function storeStatuses(
  tx: Tx,
  items: readonly StatusItem[],
  facts: Facts,
  now: Date,
): Promise<void> {
  const byWamid = new Map<string, StatusItem[]>()
  for (const item of items) byWamid.set(item.key, [...(byWamid.get(item.key) ?? []), item])
  const stubs = [...byWamid.values()].map((same) => ({ ...wamidOf(same), stub: stubOf(same) }))
  const [, rows] = await Promise.all([insertReceipts(tx, items.map(receiptOf)), stubWamids(tx, stubs)])
  const placed = rows.flatMap((row) =>
    row.messageId === null
      ? []
      : (byWamid.get(wamidKey(row)) ?? []).map((item) => ({ ...item, messageId: row.messageId ?? '' })),
  )
  await applyStatuses(tx, placed, facts, now)
}

/** Statuses whose message is known; also those that a message has just found in its wamid's row. */
export async function applyStatuses(
  tx: Tx,
  placed: readonly PlacedStatus[],
  facts: Facts,
  now: Date,
): Promise<void> {
  if (placed.length === 0) return
  const byMessage = new Map<string, PlacedStatus[]>()
  for (const one of placed) byMessage.set(one.messageId, [...(byMessage.get(one.messageId) ?? []), one])
  const ids = [...byMessage].flatMap(([id, [first]]) => (first ? [{ tenantId: first.tenantId, id }] : []))
  const folded = []
  for (const row of await lockMessages(tx, ids)) {
    // Meta reports on what a business sent. On a customer's own message it means nothing.
    if (row.direction !== 'outbound') continue
    const isOurs = row.ledgerVersion > 0n
    let fold = row.fold ?? emptyFold
    const own = byMessage.get(row.id) ?? []
    for (const one of own) {
      if (isOurs && !one.unmatched)
        facts.events.push(statusOfOurs(row.tenantId, row.id, one.source, one.status))
      else fold = foldStatus(fold, factOf(one))
    }
    if (JSON.stringify(fold) !== JSON.stringify(row.fold ?? emptyFold)) {
      folded.push({ tenantId: row.tenantId, id: row.id, fold, at: latest(own) })
    }
  }
  if (folded.length === 0) return
  const traces = new Map(placed.map(({ messageId, source }) => [messageId, source.traceparent]))
  await tellStates(tx, await updateFolds(tx, folded), traces, facts, now)
}

const latest = (placed: readonly PlacedStatus[]) =>
  new Date(Math.max(...placed.map(({ source }) => source.time.getTime())))

/** What waited for a message in its wamid's row. */
export function statusesOf(
  place: { tenantId: string; numberId: string; wamid: string; messageId: string },
  stub: Stub | null,
): PlacedStatus[] {
  return Object.entries(stub ?? {}).map(([id, kept]) => ({
    kind: 'status',
    tenantId: place.tenantId,
    numberId: place.numberId,
    portfolioId: '',
    key: wamidKey(place),
    status: ingestEventsV1.StatusReceived.decode(Buffer.from(kept.status, 'base64')),
    unmatched: kept.unmatched,
    source: { id, time: new Date(kept.at), traceparent: '' },
    messageId: place.messageId,
  }))
}

function stubOf(items: readonly StatusItem[]): Stub {
  return Object.fromEntries(
    items.map(({ source, status, unmatched }) => [
      source.id,
      {
        unmatched,
        at: source.time.toISOString(),
        status: Buffer.from(ingestEventsV1.StatusReceived.encode(status).finish()).toString('base64'),
      },
    ]),
  )
}

function factOf({ status, source }: StatusItem): StatusFact {
  return {
    status: status.status,
    at: source.time,
    participant: status.participant,
    error: status.errors[0],
    pricing: status.pricing,
  }
}

function wamidOf(items: readonly StatusItem[]) {
  const [{ tenantId, numberId, status }] = items as [StatusItem]
  return { tenantId, numberId, wamid: status.wamid }
}

function receiptOf({ tenantId, numberId, status, source }: StatusItem) {
  return {
    tenantId,
    numberId,
    wamid: status.wamid,
    participant: status.participant,
    status: status.status,
    at: source.time,
    errorCode: status.errors[0]?.code ?? 0,
  }
}
