import type { ingestEventsV1 } from '@palomar/contracts'
import { column, type Tx } from '@palomar/db'
import { rankOf } from '../domain/status-fold.ts'
import { type MessageRow, messageColumns } from './message-row.ts'

/** A message of ours as the ledger accepted it. */
export interface AcceptedRow {
  tenantId: string
  id: string
  conversationId: string
  contactId: string
  numberId: string
  type: string
  content: string
  contextWamid: string
  recipient: string
  createdBy: string
  at: Date
  scheduledAt: Date | null
  /** Null where it is `at`. */
  acceptedAt: Date | null
}

/** Ids of those that are stored already: the same fact a second time. */
export async function findAccepted(
  tx: Tx,
  rows: readonly { tenantId: string; id: string }[],
): Promise<Set<string>> {
  const found = await tx<{ id: string }[]>`
    select m.id
    from unnest(
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.id),
      )}::uuid[]
    ) as asked (tenant_id, id)
    join messages m on m.tenant_id = asked.tenant_id and m.id = asked.id
    where m.conversation_id is not null`
  return new Set(found.map((row) => row.id))
}

/**
 * Stores messages of ours, each once. A state that came first left a hidden row, which is filled and keeps its state.
 * Returns what was not there before.
 */
export function upsertAccepted(tx: Tx, rows: readonly AcceptedRow[]): Promise<MessageRow[]> {
  const sorted = [...rows].sort(byId)
  return tx<MessageRow[]>`
    insert into messages as m (tenant_id, id, conversation_id, contact_id, number_id, type, content, context_wamid,
      recipient, created_by, at, scheduled_at, accepted_at, direction, sort_key, state, ledger_version, version)
    select row.*, 'outbound', row.id::text, 'queued', 1, 1
    from unnest(
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.id),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.conversationId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.contactId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.numberId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.type),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.content),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.contextWamid),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.recipient),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.createdBy),
      )}::text[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.at),
      )}::timestamptz[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.scheduledAt),
      )}::timestamptz[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.acceptedAt),
      )}::timestamptz[]
    ) as row (tenant_id, id, conversation_id, contact_id, number_id, type, content, context_wamid, recipient,
      created_by, at, scheduled_at, accepted_at)
    on conflict (tenant_id, id) do update set conversation_id = excluded.conversation_id,
      contact_id = excluded.contact_id, type = excluded.type, content = excluded.content,
      context_wamid = excluded.context_wamid, recipient = excluded.recipient, created_by = excluded.created_by,
      at = excluded.at, sort_key = excluded.sort_key, scheduled_at = excluded.scheduled_at,
      accepted_at = excluded.accepted_at
    where m.conversation_id is null
    returning ${messageColumns(tx)}`
}

/** The ledger's fold of a message's attempts. */
export interface StateRow {
  tenantId: string
  id: string
  numberId: string
  recipient: string
  version: bigint
  state: string
  /** Time of the fact. */
  at: Date
  wamid: string
  earlierWamids: string
  sentAt: Date | null
  deliveredAt: Date | null
  readAt: Date | null
  failedAt: Date | null
  error: ingestEventsV1.MetaError | null
  pricing: ingestEventsV1.Pricing | null
  failureCode: string
}

/**
 * Keeps the highest version of each message, whichever comes first; a lower one changes nothing. Without its message the
 * row is hidden. A later word that only reached us (the fold) still counts beside the ledger's. Returns what changed.
 */
export function upsertStates(tx: Tx, rows: readonly StateRow[]): Promise<MessageRow[]> {
  const sorted = [...rows].sort(byId)
  return tx<MessageRow[]>`
    insert into messages as m (tenant_id, id, number_id, recipient, ledger_version, state, ledger_rank, state_at,
      wamid, earlier_wamids, sent_at, delivered_at, read_at, failed_at, error, pricing, failure_code, direction, sort_key,
      version)
    select row.*, 'outbound', row.id::text, row.ledger_version
    from unnest(
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.id),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.numberId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.recipient),
      )}::text[],
      ${column(
        tx,
        'bigint',
        sorted.map((row) => row.version),
      )}::bigint[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.state),
      )}::text[],
      ${column(
        tx,
        'int',
        sorted.map((row) => rankOf(row.state)),
      )}::int[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.at),
      )}::timestamptz[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.wamid),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.earlierWamids),
      )}::text[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.sentAt),
      )}::timestamptz[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.deliveredAt),
      )}::timestamptz[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.readAt),
      )}::timestamptz[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.failedAt),
      )}::timestamptz[],
      ${column(
        tx,
        'jsonb',
        sorted.map((row) => row.error && JSON.stringify(row.error)),
      )}::jsonb[],
      ${column(
        tx,
        'jsonb',
        sorted.map((row) => row.pricing && JSON.stringify(row.pricing)),
      )}::jsonb[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.failureCode),
      )}::text[]
    ) as row (tenant_id, id, number_id, recipient, ledger_version, state, ledger_rank, state_at, wamid,
      earlier_wamids, sent_at, delivered_at, read_at, failed_at, error, pricing, failure_code)
    on conflict (tenant_id, id) do update set
      state = case when m.fold_rank > excluded.ledger_rank then m.fold_state else excluded.state end,
      version = m.version + excluded.ledger_version - m.ledger_version,
      ledger_version = excluded.ledger_version, ledger_rank = excluded.ledger_rank,
      state_at = excluded.state_at, wamid = excluded.wamid, earlier_wamids = excluded.earlier_wamids,
      sent_at = excluded.sent_at, delivered_at = excluded.delivered_at, read_at = excluded.read_at,
      failed_at = excluded.failed_at, error = excluded.error, pricing = excluded.pricing,
      failure_code = excluded.failure_code
    where excluded.ledger_version > m.ledger_version
    returning ${messageColumns(tx)}`
}

function byId(a: { tenantId: string; id: string }, b: { tenantId: string; id: string }): number {
  return a.tenantId + a.id < b.tenantId + b.id ? -1 : 1
}
