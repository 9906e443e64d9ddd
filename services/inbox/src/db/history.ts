import { type Sql, type Tx, translate } from '@palomar/db'
import type { Place } from './conversations.ts'
import { type MessageRow, messageColumns } from './message-row.ts'

/** Half open; an end that is missing is none. */
export interface Range {
  from: Date
  to: Date | undefined
}

/**
 * Oldest first by place in the timeline, only what was told: neither hidden rows nor placeholders. Unexecuted, so that the
 * plan test explains this very statement.
 */
export function historyPage(tx: Tx, tenantId: string, range: Range, after: Place | undefined, limit: number) {
  const from = after
    ? tx`(m.at, m.sort_key) > (${after.at}, ${after.key})`
    : tx`m.at >= ${range.from}::timestamptz`
  const to = range.to ? tx`and m.at < ${range.to}::timestamptz` : tx``
  return tx<MessageRow[]>`
    select ${messageColumns(tx)}
    from messages m
    where m.tenant_id = ${tenantId} and m.conversation_id is not null and not m.placeholder and ${from} ${to}
    order by m.at, m.sort_key
    limit ${limit}`
}

/** The next company, by id, that has messages; undefined after the last. */
export async function findNextTenant(sql: Sql, after: string | undefined): Promise<string | undefined> {
  try {
    const [row] = await sql<{ tenantId: string }[]>`
      select tenant_id as "tenantId" from inbox.find_next_tenant(${after ?? null}::uuid)`
    return row?.tenantId
  } catch (error) {
    throw translate(error)
  }
}
