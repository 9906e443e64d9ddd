import { column, type Tx } from '@palomar/db'
import type { Audience, News } from '../domain/notification.ts'
import type { Place } from './conversations.ts'

export interface NotificationRow {
  tenantId: string
  id: string
  audience: Audience
  type: string
  code: string
  relatedType: string
  relatedId: string
  params: Record<string, string | number>
  createdAt: Date
  isRead: boolean
}

/** Who asks: their own uuid, and every audience they belong to. */
export interface Reader {
  tenantId: string
  me: string
  audiences: readonly Audience[]
}

/** What nobody has cleared away in this long goes; more would only slow the lists. */
const keptDays = 90
/** Longer than any replay reaches (CONTRACTS 3). */
const seenDays = 35
/** A badge says 999+. */
const countMax = 1_000

function notificationColumns(tx: Tx, me: string) {
  return tx`n.tenant_id as "tenantId", n.id, n.audience, n.type, n.code, n.related_type as "relatedType",
    n.related_id as "relatedId", n.params, n.created_at as "createdAt", ${me}::uuid = any(n.read_by) as "isRead"`
}

/**
 * Those of the facts that nobody has acted on yet, by their ids. Written in the transaction of the effect: either both
 * are, or neither. What is older than any replay is dropped on the way.
 */
export async function claimNews(tx: Tx, news: readonly News[]): Promise<News[]> {
  const sorted = [...new Map(news.map((one) => [one.id, one])).values()].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  )
  await tx`delete from seen where day < (now() at time zone 'utc')::date - ${seenDays}::int`
  const claimed = await tx<{ id: string }[]>`
    insert into seen (day, event_id)
    select (at at time zone 'utc')::date, id from unnest(
      ${column(
        tx,
        'timestamptz',
        sorted.map((one) => one.at),
      )}::timestamptz[],
      ${column(
        tx,
        'uuid',
        sorted.map((one) => one.id),
      )}::uuid[]
    ) as row (at, id)
    on conflict do nothing
    returning event_id as id`
  const ids = new Set(claimed.map(({ id }) => id))
  return sorted.filter(({ id }) => ids.has(id))
}

/** Returns what is new. What its readers have had for too long goes at the same time. */
export async function insertNotifications(
  tx: Tx,
  news: readonly News[],
  now: Date,
): Promise<NotificationRow[]> {
  const of = (pick: (one: News) => string) => news.map(pick)
  const tenants = column(
    tx,
    'uuid',
    of((one) => one.tenantId),
  )
  const audiences = column(
    tx,
    'text',
    of((one) => one.audience),
  )
  await tx`
    delete from notifications n
    using (select distinct * from unnest(${tenants}::uuid[], ${audiences}::text[])) as row (tenant_id, audience)
    where n.tenant_id = row.tenant_id and n.audience = row.audience
      and n.created_at < ${now}::timestamptz - ${keptDays}::int * interval '1 day'`
  return tx<NotificationRow[]>`
    insert into notifications as n (tenant_id, id, audience, type, code, related_type, related_id, params, created_at)
    select row.*, ${now}::timestamptz from unnest(
      ${tenants}::uuid[],
      ${column(
        tx,
        'uuid',
        of((one) => one.id),
      )}::uuid[],
      ${audiences}::text[],
      ${column(
        tx,
        'text',
        of((one) => one.type),
      )}::text[],
      ${column(
        tx,
        'text',
        of((one) => one.code),
      )}::text[],
      ${column(
        tx,
        'text',
        of((one) => one.relatedType),
      )}::text[],
      ${column(
        tx,
        'text',
        of((one) => one.relatedId),
      )}::text[],
      ${column(
        tx,
        'jsonb',
        of((one) => JSON.stringify(one.params)),
      )}::jsonb[]
    ) as row
    on conflict do nothing
    returning n.tenant_id as "tenantId", n.id, n.audience, n.type, n.code, n.related_type as "relatedType",
      n.related_id as "relatedId", n.params, n.created_at as "createdAt", false as "isRead"`
}

const audiencesOf = (tx: Tx, reader: Reader) => tx`${column(tx, 'text', reader.audiences)}::text[]`

/**
 * Newest first. Each of the reader's few audiences walks its own index to the page's end; unexecuted, so that the plan
 * test explains this very statement.
 */
export function notificationsPage(
  tx: Tx,
  reader: Reader,
  unreadOnly: boolean,
  after: Place | undefined,
  limit: number,
) {
  const { tenantId, me } = reader
  const unread = unreadOnly ? tx`and not ${me}::uuid = any(n.read_by)` : tx``
  const from = after ? tx`and (n.created_at, n.id) < (${after.at}, ${after.key}::uuid)` : tx``
  return tx<NotificationRow[]>`
    select page.* from unnest(${audiencesOf(tx, reader)}) as own (audience),
    lateral (
      select ${notificationColumns(tx, me)}
      from notifications n
      where n.tenant_id = ${tenantId} and n.audience = own.audience
        and not ${me}::uuid = any(n.deleted_by) ${unread} ${from}
      order by n.created_at desc, n.id desc
      limit ${limit}
    ) as page
    order by page."createdAt" desc, page.id desc
    limit ${limit}`
}

/** At most 1,000: nobody reads a larger number. */
export async function countUnread(tx: Tx, reader: Reader): Promise<number> {
  const [row] = await tx<{ count: number }[]>`
    select count(*)::int as count from (
      select from notifications n
      where n.tenant_id = ${reader.tenantId} and n.audience = any(${audiencesOf(tx, reader)})
        and not ${reader.me}::uuid = any(n.read_by) and not ${reader.me}::uuid = any(n.deleted_by)
      limit ${countMax}
    ) as unread`
  return row?.count ?? 0
}

/** Undefined for one that is not there, another's, or deleted by the reader. */
export async function findNotification(
  tx: Tx,
  reader: Reader,
  id: string,
): Promise<NotificationRow | undefined> {
  const [row] = await tx<NotificationRow[]>`
    select ${notificationColumns(tx, reader.me)} from notifications n where ${ownOne(tx, reader, id)}`
  return row
}

/** True when it was unread until now. */
export async function markRead(tx: Tx, reader: Reader, id: string): Promise<boolean> {
  const changed = await tx`
    update notifications n set read_by = array_append(n.read_by, ${reader.me}::uuid)
    where ${ownOne(tx, reader, id)} and not ${reader.me}::uuid = any(n.read_by)
    returning 1`
  return changed.length > 0
}

/** How many were unread until now. */
export async function markAllRead(tx: Tx, reader: Reader): Promise<number> {
  const changed = await tx`
    update notifications n set read_by = array_append(n.read_by, ${reader.me}::uuid)
    where n.tenant_id = ${reader.tenantId} and n.audience = any(${audiencesOf(tx, reader)})
      and not ${reader.me}::uuid = any(n.read_by) and not ${reader.me}::uuid = any(n.deleted_by)
    returning 1`
  return changed.length
}

/** Out of the reader's sight; a person's own goes altogether. True when it was there. */
export async function deleteNotification(tx: Tx, reader: Reader, id: string): Promise<boolean> {
  const gone = await tx`
    delete from notifications n
    where n.tenant_id = ${reader.tenantId} and n.id = ${id} and n.audience = ${`u:${reader.me}`}
    returning 1`
  if (gone.length > 0) return true
  const hidden = await tx`
    update notifications n set deleted_by = array_append(n.deleted_by, ${reader.me}::uuid)
    where ${ownOne(tx, reader, id)}
    returning 1`
  return hidden.length > 0
}

function ownOne(tx: Tx, reader: Reader, id: string) {
  return tx`n.tenant_id = ${reader.tenantId} and n.id = ${id} and n.audience = any(${audiencesOf(tx, reader)})
    and not ${reader.me}::uuid = any(n.deleted_by)`
}
