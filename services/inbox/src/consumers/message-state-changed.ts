import type { dispatcherEventsV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import { type StateRow, upsertStates } from '../db/outbound.ts'
import { claimWamids } from '../db/wamids.ts'
import type { Facts } from '../domain/facts.ts'
import { type Person, recipientOf } from '../domain/person.ts'
import { tellConversations, tellMerged } from '../place-conversations.ts'
import { placePeople } from '../place-people.ts'
import { tellStates } from '../tell-states.ts'
import { showScheduled } from './message-accepted.ts'
import { instant, unreadable, uuid } from './parse.ts'
import { applyStatuses, statusesOf } from './status-received.ts'

export interface StateItem {
  kind: 'state'
  tenantId: string
  key: string
  row: StateRow
  wamids: string[]
  /** The recipient, when Meta knows him by another number than the one we were given. */
  alias: Person | undefined
  traceparent: string
}

export function parseStateChanged(
  event: dispatcherEventsV1.Event,
  change: dispatcherEventsV1.MessageStateChanged,
): StateItem {
  const tenantId = uuid('tenant', event.header?.tenantId, 'tenant_id')
  const id = uuid('message', change.messageId, 'message_id')
  const numberId = uuid('number', change.numberId, 'number_id')
  const at = instant(event.header?.time, 'time')
  const wamids = change.wamids.filter(Boolean)
  if (change.version <= 0n) throw unreadable('a state without version')
  const time = (value: Date | undefined, name: string) => (value ? instant(value, name) : null)
  return {
    kind: 'state',
    tenantId,
    key: `${tenantId}/${id}`,
    row: {
      tenantId,
      id,
      numberId,
      recipient: change.recipient?.to || change.recipient?.userId || '',
      version: change.version,
      state: change.state,
      at,
      // The gateway shows the attempt that counts: the last that Meta accepted.
      wamid: wamids.at(-1) ?? '',
      earlierWamids: wamids.slice(0, -1).join(' '),
      sentAt: time(change.sentAt, 'sent_at'),
      deliveredAt: time(change.deliveredAt, 'delivered_at'),
      readAt: time(change.readAt, 'read_at'),
      failedAt: time(change.failedAt, 'failed_at'),
      error: change.error ?? null,
      pricing: change.pricing ?? null,
      failureCode: change.failureCode,
    },
    wamids,
    alias: aliasOf(change, { tenantId, portfolioId: '', at }),
    traceparent: event.header?.traceparent ?? '',
  }
}

/** Two keys of one person: what the caller typed, and what Meta says it is. */
function aliasOf(
  change: dispatcherEventsV1.MessageStateChanged,
  place: { tenantId: string; portfolioId: string; at: Date },
): Person | undefined {
  const person = change.recipient && recipientOf(change.recipient, place, change.waId)
  return person && person.phoneKeys.length > 1 ? person : undefined
}

/**
 * The ledger's fold of each message: the highest version holds, also when it comes before its message. A wamid that had
 * statuses waiting gives them to its message.
 */
export async function storeStates(
  tx: Tx,
  items: readonly StateItem[],
  facts: Facts,
  now: Date,
): Promise<void> {
  const highest = new Map<string, StateItem>()
  for (const item of items) {
    const held = highest.get(item.key)
    if (!held || held.row.version < item.row.version) highest.set(item.key, item)
  }
  const kept = [...highest.values()]
  const claims = new Map(
    items.flatMap(({ row, wamids }) =>
      wamids.map((wamid) => {
        const claim = { tenantId: row.tenantId, numberId: row.numberId, wamid, messageId: row.id }
        return [`${row.tenantId}/${row.numberId}/${wamid}`, claim] as const
      }),
    ),
  )
  const rows = kept.map((item) => item.row)
  const [claimed, changed] = await Promise.all([
    claims.size > 0 ? claimWamids(tx, [...claims.values()]) : [],
    upsertStates(tx, rows),
  ])
  const traces = new Map(kept.map((item) => [item.row.id, item.traceparent]))
  await tellStates(tx, changed, traces, facts, now)
  const states = new Map(changed.map((row) => [row.id, row.state]))
  await tellConversations(tx, await showScheduled(tx, changed, facts, now), states, facts, now)
  const waiting = claimed.flatMap((row) =>
    row.stub && row.messageId ? statusesOf({ ...row, messageId: row.messageId }, row.stub) : [],
  )
  await applyStatuses(tx, waiting, facts, now)
  await linkAliases(tx, kept, facts, now)
}

async function linkAliases(tx: Tx, items: readonly StateItem[], facts: Facts, now: Date): Promise<void> {
  const aliases = items.flatMap((item) => item.alias ?? [])
  if (aliases.length === 0) return
  const people = await placePeople(tx, aliases, facts, now)
  await tellMerged(tx, people.mergedConversations, people.keys, facts, now)
}
