import { column, type Tx } from '@palomar/db'
import { type MessageRow, messageColumns } from './message-row.ts'

/** A customer's message, ready to be stored. */
export interface ReceivedRow {
  tenantId: string
  id: string
  conversationId: string
  contactId: string
  numberId: string
  type: string
  content: string
  wamid: string
  contextWamid: string
  groupId: string
  referral: string
  at: Date
  placeholder: boolean
  error: string | null
}

/** Stores messages whose wamid has just been claimed for them. */
export async function insertReceived(tx: Tx, rows: readonly ReceivedRow[]): Promise<void> {
  await tx`
    insert into messages (tenant_id, id, conversation_id, contact_id, number_id, direction, type, content, wamid,
      context_wamid, group_id, referral, at, sort_key, placeholder, state, error, version)
    select tenant_id, id, conversation_id, contact_id, number_id, 'inbound', type, content, wamid, context_wamid,
      group_id, referral, at, wamid, placeholder, 'received', error, 1
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
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.conversationId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.contactId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.numberId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.type),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.content),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.wamid),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.contextWamid),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.groupId),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.referral),
      )}::text[],
      ${column(
        tx,
        'timestamptz',
        rows.map((row) => row.at),
      )}::timestamptz[],
      ${column(
        tx,
        'bool',
        rows.map((row) => row.placeholder),
      )}::bool[],
      ${column(
        tx,
        'jsonb',
        rows.map((row) => row.error),
      )}::jsonb[]
    ) as row (tenant_id, id, conversation_id, contact_id, number_id, type, content, wamid, context_wamid, group_id,
      referral, at, placeholder, error)`
}

export interface Filling {
  tenantId: string
  numberId: string
  wamid: string
  type: string
  content: string
  contextWamid: string
  referral: string
}

/** Content for history's placeholders. What has content already is never overwritten. Returns what was filled. */
export function fillPlaceholders(tx: Tx, rows: readonly Filling[]): Promise<MessageRow[]> {
  return tx<MessageRow[]>`
    update messages m set type = row.type, content = row.content, context_wamid = row.context_wamid,
      referral = row.referral, placeholder = false, version = m.version + 1
    from unnest(
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.numberId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.wamid),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.type),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.content),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.contextWamid),
      )}::text[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.referral),
      )}::text[]
    ) as row (tenant_id, number_id, wamid, type, content, context_wamid, referral),
    message_wamids w
    where w.tenant_id = row.tenant_id and w.number_id = row.number_id and w.wamid = row.wamid
      and m.tenant_id = w.tenant_id and m.id = w.message_id and m.placeholder
    returning ${messageColumns(tx)}`
}
