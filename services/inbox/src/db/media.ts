import { uuidOf } from '@palomar/contracts'
import { column, type Tx } from '@palomar/db'
import { mediaIdOf } from '../domain/media.ts'
import type { MessageRow } from './message-row.ts'

/** What is known of a file. */
export interface MediaRow {
  tenantId: string
  id: string
  /** 0 while nobody has said anything. */
  version: bigint
  /** pending, stored, failed, deleted */
  state: string
  /** The customer's message that brought it. */
  messageId: string | null
  mimeType: string
  sizeBytes: bigint
  filename: string
  failureCode: string
}

function mediaColumns(tx: Tx) {
  return tx`d.tenant_id as "tenantId", d.id, d.version, d.state, d.message_id as "messageId", d.mime_type as "mimeType",
    d.size_bytes as "sizeBytes", d.filename, d.failure_code as "failureCode"`
}

/** The highest version of each file holds, also when it comes before its message. Returns what changed. */
export function foldMedia(tx: Tx, rows: readonly MediaRow[]): Promise<MediaRow[]> {
  const sorted = [...rows].sort(byId)
  return tx<MediaRow[]>`
    insert into media as d (tenant_id, id, version, state, message_id, mime_type, size_bytes, filename, failure_code)
    select * from unnest(
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
        'uuid',
        sorted.map((row) => row.messageId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.mimeType),
      )}::text[],
      ${column(
        tx,
        'bigint',
        sorted.map((row) => row.sizeBytes),
      )}::bigint[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.filename),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.failureCode),
      )}::text[]
    )
    on conflict (tenant_id, id) do update set version = excluded.version, state = excluded.state,
      message_id = coalesce(excluded.message_id, d.message_id), mime_type = excluded.mime_type,
      size_bytes = excluded.size_bytes, filename = excluded.filename, failure_code = excluded.failure_code
    where excluded.version > d.version
    returning ${mediaColumns(tx)}`
}

/**
 * Customers' messages that have just been stored, with what is known of their files. Both sides write the file's row, so
 * that of a message and its file's state at the same moment the later one sees the other.
 */
export async function claimMedia(tx: Tx, rows: readonly MessageRow[]): Promise<MessageRow[]> {
  const files = filesOf(rows).sort(byId)
  if (files.length === 0) return [...rows]
  const claimed = await tx<MediaRow[]>`
    insert into media as d (tenant_id, id, version, state, message_id)
    select row.tenant_id, row.id, 0, 'pending', row.message_id from unnest(
      ${column(
        tx,
        'uuid',
        files.map((file) => file.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        files.map((file) => file.id),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        files.map((file) => file.messageId),
      )}::uuid[]
    ) as row (tenant_id, id, message_id)
    on conflict (tenant_id, id) do update set message_id = excluded.message_id
    returning ${mediaColumns(tx)}`
  return attach(rows, claimed)
}

/** Messages with what is known of their files; without a file among them nothing is asked. */
export async function withMedia(tx: Tx, rows: readonly MessageRow[]): Promise<MessageRow[]> {
  const files = filesOf(rows)
  if (files.length === 0) return [...rows]
  const found = await tx<MediaRow[]>`
    select ${mediaColumns(tx)}
    from unnest(
      ${column(
        tx,
        'uuid',
        files.map((file) => file.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        files.map((file) => file.id),
      )}::uuid[]
    ) as asked (tenant_id, id)
    join media d on d.tenant_id = asked.tenant_id and d.id = asked.id`
  return attach(rows, found)
}

function filesOf(rows: readonly MessageRow[]): { tenantId: string; id: string; messageId: string }[] {
  const files = rows.flatMap((row) => {
    const id = mediaIdOf(row)
    return id ? [{ tenantId: row.tenantId, id: uuidOf(id) as string, messageId: row.id }] : []
  })
  return [...new Map(files.map((file) => [`${file.tenantId}/${file.id}`, file])).values()]
}

function attach(rows: readonly MessageRow[], files: readonly MediaRow[]): MessageRow[] {
  const byKey = new Map(files.map((file) => [`${file.tenantId}/${file.id}`, file]))
  return rows.map((row) => {
    const id = mediaIdOf(row)
    return { ...row, media: id && byKey.get(`${row.tenantId}/${uuidOf(id)}`) }
  })
}

function byId(a: { tenantId: string; id: string }, b: { tenantId: string; id: string }): number {
  return a.tenantId + a.id < b.tenantId + b.id ? -1 : 1
}
