import { column, type Tx } from '@palomar/db'
import type { FileRow } from './file-row.ts'

export interface NewInbound {
  tenantId: string
  id: string
  kind: string
  mimeType: string
  filename: string
  messageId: string
  numberId: string
  metaMediaId: string
  announcedSha256: string
  giveUpAt: Date
}

/** Files that messages brought, due at once. Those that were there already are not returned: their message came twice. */
export async function insertInbound(tx: Tx, rows: readonly NewInbound[]): Promise<FileRow[]> {
  const of = (type: 'uuid' | 'text' | 'timestamptz', value: (row: NewInbound) => string | Date) =>
    column(tx, type, rows.map(value))
  return tx<FileRow[]>`
    insert into files (tenant_id, id, direction, state, kind, mime_type, filename, message_id, number_id, meta_media_id,
      announced_sha256, give_up_at, version, due_at)
    select tenant_id, id, 'inbound', 'pending', kind, mime_type, filename, message_id, number_id, meta_media_id,
      announced_sha256, give_up_at, 1, now()
    from unnest(
      ${of('uuid', (row) => row.tenantId)}::uuid[],
      ${of('uuid', (row) => row.id)}::uuid[],
      ${of('text', (row) => row.kind)}::text[],
      ${of('text', (row) => row.mimeType)}::text[],
      ${of('text', (row) => row.filename)}::text[],
      ${of('uuid', (row) => row.messageId)}::uuid[],
      ${of('uuid', (row) => row.numberId)}::uuid[],
      ${of('text', (row) => row.metaMediaId)}::text[],
      ${of('text', (row) => row.announcedSha256)}::text[],
      ${of('timestamptz', (row) => row.giveUpAt)}::timestamptz[]
    ) as row (tenant_id, id, kind, mime_type, filename, message_id, number_id, meta_media_id, announced_sha256, give_up_at)
    on conflict (tenant_id, id) do nothing
    returning *`
}

export interface NewUpload {
  tenantId: string
  id: string
  kind: string
  mimeType: string
  filename: string
  announcedBytes: number
  createdBy: string
  giveUpAt: Date
}

/** A place for bytes to come; due when it is given up. */
export async function insertUpload(tx: Tx, row: NewUpload): Promise<FileRow> {
  const [made] = await tx<FileRow[]>`
    insert into files (tenant_id, id, direction, state, kind, mime_type, filename, announced_bytes, created_by, give_up_at,
      version, due_at)
    values (${row.tenantId}, ${row.id}, 'outbound', 'pending', ${row.kind}, ${row.mimeType}, ${row.filename},
      ${row.announcedBytes}, ${row.createdBy}, ${row.giveUpAt}, 1, ${row.giveUpAt})
    returning *`
  return made as FileRow
}

/** Undefined for one that is not there or another tenant's. */
export async function findFile(tx: Tx, tenantId: string, id: string): Promise<FileRow | undefined> {
  const [row] = await tx<FileRow[]>`select * from files where tenant_id = ${tenantId} and id = ${id}`
  return row
}

/** Those of these that are there, in no order; unexecuted, so that the plan test explains this very statement. */
export function readFiles(tx: Tx, keys: readonly { tenantId: string; id: string }[]) {
  return tx<FileRow[]>`
    select f.* from unnest(
      ${column(
        tx,
        'uuid',
        keys.map((key) => key.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        keys.map((key) => key.id),
      )}::uuid[]
    ) as k (tenant_id, id)
    join files f on f.tenant_id = k.tenant_id and f.id = k.id`
}

/**
 * A failed one is asked for again, or a stored one whose bytes are wanted anew is not: only `failed` changes. Undefined when
 * it was not.
 */
export async function reviveFile(
  tx: Tx,
  tenantId: string,
  id: string,
  giveUp: Date,
): Promise<FileRow | undefined> {
  const [row] = await tx<FileRow[]>`
    update files set state = 'pending', failure_code = '', version = version + 1, tries = 0, due_at = now(), lease = null,
      give_up_at = ${giveUp}
    where tenant_id = ${tenantId} and id = ${id} and state = 'failed' and direction = 'inbound'
    returning *`
  return row
}

/** Nobody sees it from here on; its bytes go when a worker comes by. Undefined when it was deleted before. */
export async function deleteFile(tx: Tx, tenantId: string, id: string): Promise<FileRow | undefined> {
  const [row] = await tx<FileRow[]>`
    update files set state = 'deleted', failure_code = '', version = version + 1, due_at = now(), filename = '', sha256 = ''
    where tenant_id = ${tenantId} and id = ${id} and state <> 'deleted'
    returning *`
  return row
}

/** A company is gone: so are its files, as workers come by. */
export async function deleteFilesOf(tx: Tx, tenantId: string): Promise<void> {
  await tx`
    update files set state = 'deleted', version = version + 1, due_at = now(), filename = '', sha256 = ''
    where tenant_id = ${tenantId} and state <> 'deleted'`
  await tx`delete from meta_uploads where tenant_id = ${tenantId}`
}
