import { column, type Tx } from '@palomar/db'

export interface ConversationRow {
  tenantId: string
  id: string
  numberId: string
  peer: string
  contactId: string | null
  status: string
  statusAt: Date
  assigneeId: string | null
  teamId: string | null
  unreadCount: number
  lastMessageId: string | null
  lastMessageAt: Date
  lastMessageKey: string
  lastMessagePreview: string
  lastMessageDirection: string
  windowExpiresAt: Date | null
  mergedInto: string | null
  version: bigint
  createdAt: Date
}

/** The columns of a {@link ConversationRow}, of a table or alias named `c`. */
export function conversationColumns(tx: Tx) {
  return tx`
    c.tenant_id as "tenantId", c.id, c.number_id as "numberId", c.peer, c.contact_id as "contactId", c.status,
    c.status_at as "statusAt", c.assignee_id as "assigneeId", c.team_id as "teamId", c.unread_count as "unreadCount",
    c.last_message_id as "lastMessageId", c.last_message_at as "lastMessageAt",
    c.last_message_key as "lastMessageKey", c.last_message_preview as "lastMessagePreview",
    c.last_message_direction as "lastMessageDirection", c.window_expires_at as "windowExpiresAt",
    c.merged_into as "mergedInto", c.version, c.created_at as "createdAt"`
}

/** What new messages do to one conversation. All of it commutes: sums, latest by (time, key), later end. */
export interface ConversationChange {
  tenantId: string
  numberId: string
  peer: string
  contactId: string | null
  groupId: string
  /** New rows only, so that nothing is counted twice. */
  unread: number
  /** The latest message; null makes sure that the conversation exists. */
  last: { messageId: string; at: Date; key: string; preview: string; direction: string } | null
  /** The latest message of the customer's: a closed conversation opens again if it is later than the closing. */
  customerAt: Date | null
  windowEndsAt: Date | null
  at: Date
}

/** One conversation per number and peer. `created` tells the first. */
export function upsertConversations(
  tx: Tx,
  changes: readonly ConversationChange[],
  mintId: () => string,
): Promise<(ConversationRow & { created: boolean })[]> {
  const sorted = [...changes].sort((a, b) => (peerKey(a) < peerKey(b) ? -1 : 1))
  // A conversation that a session made has a time, but no message that could be later.
  const isLater = tx`excluded.last_message_id is not null and (c.last_message_id is null
    or (excluded.last_message_at, excluded.last_message_key) > (c.last_message_at, c.last_message_key))`
  const reopens = tx`c.status = 'closed' and excluded.status_at > c.status_at`
  return tx<(ConversationRow & { created: boolean })[]>`
    insert into conversations as c (tenant_id, id, number_id, peer, contact_id, group_id, status_at, unread_count,
      last_message_id, last_message_at, last_message_key, last_message_preview, last_message_direction,
      window_expires_at, version)
    select row.*, 1
    from unnest(
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        sorted.map(() => mintId()),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.numberId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.peer),
      )}::text[],
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.contactId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.groupId),
      )}::text[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.customerAt ?? new Date(0)),
      )}::timestamptz[],
      ${column(
        tx,
        'int',
        sorted.map((row) => row.unread),
      )}::int[],
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.last?.messageId ?? null),
      )}::uuid[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.last?.at ?? row.at),
      )}::timestamptz[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.last?.key ?? ''),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.last?.preview ?? ''),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.last?.direction ?? ''),
      )}::text[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.windowEndsAt),
      )}::timestamptz[]
    ) as row
    on conflict (tenant_id, number_id, peer) do update set
      unread_count = c.unread_count + excluded.unread_count,
      last_message_id = case when ${isLater} then excluded.last_message_id else c.last_message_id end,
      last_message_at = case when ${isLater} then excluded.last_message_at else c.last_message_at end,
      last_message_key = case when ${isLater} then excluded.last_message_key else c.last_message_key end,
      last_message_preview = case when ${isLater} then excluded.last_message_preview else c.last_message_preview end,
      last_message_direction =
        case when ${isLater} then excluded.last_message_direction else c.last_message_direction end,
      window_expires_at = greatest(c.window_expires_at, excluded.window_expires_at),
      status = case when ${reopens} then 'open' else c.status end,
      status_at = case when ${reopens} then excluded.status_at else c.status_at end,
      version = c.version + 1,
      updated_at = now()
    returning ${conversationColumns(tx)}, (xmax = 0) as created`
}

/** The line of conversations whose last message got its content later. */
export async function updatePreviews(
  tx: Tx,
  rows: readonly { tenantId: string; conversationId: string | null; id: string; preview: string }[],
): Promise<void> {
  if (rows.length === 0) return
  await tx`
    update conversations c set last_message_preview = row.preview, version = c.version + 1, updated_at = now()
    from unnest(
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.conversationId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.id),
      )}::uuid[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.preview),
      )}::text[]
    ) as row (tenant_id, id, message_id, preview)
    where c.tenant_id = row.tenant_id and c.id = row.id and c.last_message_id = row.message_id`
}

export function peerKey(row: { tenantId: string; numberId: string; peer: string }): string {
  return `${row.tenantId}/${row.numberId}/${row.peer}`
}

/** The agent has seen it: unread becomes 0. Undefined when there is no such conversation, or nothing to change. */
export async function markRead(tx: Tx, tenantId: string, id: string): Promise<ConversationRow | undefined> {
  const [row] = await tx<ConversationRow[]>`
    update conversations c set unread_count = 0, version = c.version + 1, updated_at = now()
    where c.tenant_id = ${tenantId} and c.id = ${id} and c.unread_count > 0
    returning ${conversationColumns(tx)}`
  return row
}

export interface ConversationFilter {
  status: string
  numberId: string | undefined
  assigneeId: string | undefined
  contactId: string | undefined
  unreadOnly: boolean
}

export interface Place {
  at: Date
  key: string
}

/** Newest first by last message; unexecuted, so that the plan test explains this very statement. */
export function conversationsPage(
  tx: Tx,
  tenantId: string,
  filter: ConversationFilter,
  after: Place | undefined,
  limit: number,
) {
  const status = filter.status ? tx`and c.status = ${filter.status}` : tx``
  const number = filter.numberId ? tx`and c.number_id = ${filter.numberId}` : tx``
  const assignee = filter.assigneeId ? tx`and c.assignee_id = ${filter.assigneeId}` : tx``
  const contact = filter.contactId ? tx`and c.contact_id = ${filter.contactId}` : tx``
  const unread = filter.unreadOnly ? tx`and c.unread_count > 0` : tx``
  const from = after ? tx`and (c.last_message_at, c.id) < (${after.at}, ${after.key}::uuid)` : tx``
  return tx<ConversationRow[]>`
    select ${conversationColumns(tx)}
    from conversations c
    where c.tenant_id = ${tenantId} and c.merged_into is null
      ${status} ${number} ${assignee} ${contact} ${unread} ${from}
    order by c.last_message_at desc, c.id desc
    limit ${limit}`
}

/** By id; one that was merged answers with the conversation that has its messages now. */
export async function findConversation(
  tx: Tx,
  tenantId: string,
  id: string,
): Promise<ConversationRow | undefined> {
  const [row] = await tx<ConversationRow[]>`
    select ${conversationColumns(tx)} from conversations c where c.tenant_id = ${tenantId} and c.id = ${id}`
  return row?.mergedInto ? findConversation(tx, tenantId, row.mergedInto) : row
}

/** States of the messages that conversations show last, by message id. */
export async function lastStates(tx: Tx, rows: readonly ConversationRow[]): Promise<Map<string, string>> {
  const shown = rows.filter((row) => row.lastMessageId !== null)
  const found = await tx<{ id: string; state: string }[]>`
    select m.id, m.state
    from unnest(
      ${column(
        tx,
        'uuid',
        shown.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        shown.map((row) => row.lastMessageId),
      )}::uuid[]
    ) as asked (tenant_id, id)
    join messages m on m.tenant_id = asked.tenant_id and m.id = asked.id`
  return new Map(found.map((row) => [row.id, row.state]))
}
