import { column, type Tx } from '@palomar/db'
import type { Place } from './conversations.ts'
import { withMedia } from './media.ts'
import { type MessageRow, messageColumns } from './message-row.ts'

export interface MessageFilter {
  conversationId: string | undefined
  numberId: string | undefined
  direction: string
  state: string
}

/** Newest first by (Meta's time, key); unexecuted, so that the plan test explains this very statement. */
export function messagesPage(
  tx: Tx,
  tenantId: string,
  filter: MessageFilter,
  after: Place | undefined,
  limit: number,
) {
  const conversation = filter.conversationId
    ? tx`and m.conversation_id = ${filter.conversationId}`
    : tx`and m.conversation_id is not null`
  const number = filter.numberId ? tx`and m.number_id = ${filter.numberId}` : tx``
  const direction = filter.direction ? tx`and m.direction = ${filter.direction}` : tx``
  const state = filter.state ? tx`and m.state = ${filter.state}` : tx``
  const from = after ? tx`and (m.at, m.sort_key) < (${after.at}, ${after.key})` : tx``
  return tx<MessageRow[]>`
    select ${messageColumns(tx)}, ${replyTo(tx)}
    from messages m
    where m.tenant_id = ${tenantId} ${conversation} ${number} ${direction} ${state} ${from}
    order by m.at desc, m.sort_key desc
    limit ${limit}`
}

/** One look-up by key for each row that quotes another. */
function replyTo(tx: Tx) {
  return tx`case when m.context_wamid <> '' then (
    select w.message_id from message_wamids w
    where w.tenant_id = m.tenant_id and w.number_id = m.number_id and w.wamid = m.context_wamid
  ) end as "replyToId"`
}

/** Undefined for one that is not there, another tenant's, or hidden. */
export async function findMessage(tx: Tx, tenantId: string, id: string): Promise<MessageRow | undefined> {
  const [row] = await tx<MessageRow[]>`
    select ${messageColumns(tx)}, ${replyTo(tx)}
    from messages m
    where m.tenant_id = ${tenantId} and m.id = ${id} and m.conversation_id is not null`
  const [shown] = row ? await withMedia(tx, [row]) : []
  return shown
}

/** By id, as a frame shows them; hidden ones are left out. */
export async function findShown(
  tx: Tx,
  ids: readonly { tenantId: string; id: string }[],
): Promise<MessageRow[]> {
  const rows = await tx<MessageRow[]>`
    select ${messageColumns(tx)}, ${replyTo(tx)}
    from unnest(
      ${column(
        tx,
        'uuid',
        ids.map((one) => one.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        ids.map((one) => one.id),
      )}::uuid[]
    ) as asked (tenant_id, id)
    join messages m on m.tenant_id = asked.tenant_id and m.id = asked.id
    where m.conversation_id is not null`
  return withMedia(tx, rows)
}
