import type { Tx } from '@palomar/db'
import type { Place } from './conversations.ts'

export interface SessionRow {
  id: string
  numberId: string
  phoneNumberId: string
  contactId: string
  conversationId: string
  waId: string
  userId: string
  createdAt: Date
  updatedAt: Date
}

function sessionColumns(tx: Tx) {
  return tx`
    s.id, s.number_id as "numberId", coalesce(n.phone_number_id, '') as "phoneNumberId",
    s.contact_id as "contactId", s.conversation_id as "conversationId", s.wa_id as "waId", s.user_id as "userId",
    s.created_at as "createdAt", s.updated_at as "updatedAt"`
}

const joined = (tx: Tx) => tx`left join numbers n on n.tenant_id = s.tenant_id and n.id = s.number_id`

export interface NewSession {
  tenantId: string
  id: string
  numberId: string
  contactId: string
  conversationId: string
  waId: string
  userId: string
}

/** One per person and number: made once, found ever after; what was not known of the person is added. */
export async function upsertSession(tx: Tx, session: NewSession): Promise<void> {
  await tx`
    insert into sessions as s (tenant_id, id, number_id, contact_id, conversation_id, wa_id, user_id)
    values (${session.tenantId}, ${session.id}, ${session.numberId}, ${session.contactId}, ${session.conversationId},
      ${session.waId}, ${session.userId})
    on conflict (tenant_id, number_id, contact_id) do update set conversation_id = excluded.conversation_id,
      wa_id = case when excluded.wa_id = '' then s.wa_id else excluded.wa_id end,
      user_id = case when excluded.user_id = '' then s.user_id else excluded.user_id end`
}

/** Most recently updated is now this one. False when there is none. */
export async function touchSession(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const result = await tx`update sessions set updated_at = now() where tenant_id = ${tenantId} and id = ${id}`
  return result.count > 0
}

export interface SessionQuery {
  id?: string
  numberId?: string | undefined
  contactId?: string
  conversationId?: string
}

export async function findSession(
  tx: Tx,
  tenantId: string,
  query: SessionQuery,
): Promise<SessionRow | undefined> {
  const id = query.id ? tx`and s.id = ${query.id}` : tx``
  const number = query.numberId ? tx`and s.number_id = ${query.numberId}` : tx``
  const contact = query.contactId ? tx`and s.contact_id = ${query.contactId}` : tx``
  const conversation = query.conversationId ? tx`and s.conversation_id = ${query.conversationId}` : tx``
  const [row] = await tx<SessionRow[]>`
    select ${sessionColumns(tx)} from sessions s ${joined(tx)}
    where s.tenant_id = ${tenantId} ${id} ${number} ${contact} ${conversation}
    order by s.updated_at desc, s.id desc
    limit 1`
  return row
}

/** Most recently updated first; unexecuted, so that the plan test explains this very statement. */
export function sessionsPage(
  tx: Tx,
  tenantId: string,
  numberId: string | undefined,
  after: Place | undefined,
  limit: number,
) {
  const number = numberId ? tx`and s.number_id = ${numberId}` : tx``
  const from = after ? tx`and (s.updated_at, s.id) < (${after.at}, ${after.key}::uuid)` : tx``
  return tx<SessionRow[]>`
    select ${sessionColumns(tx)} from sessions s ${joined(tx)}
    where s.tenant_id = ${tenantId} ${number} ${from}
    order by s.updated_at desc, s.id desc
    limit ${limit}`
}
