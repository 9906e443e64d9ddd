import { column, type Db, type Tx } from '@palomar/db'
import type { FileRow } from './file-row.ts'

/** A worker that says nothing for so long is dead, and its file is another's. */
export const leaseMs = 15_000
export const renewEveryMs = 5_000

export interface FileKey {
  tenantId: string
  id: string
}

/** Whose files have work, fairly among companies. */
export async function findDue(db: Db, max: number): Promise<FileKey[]> {
  return db.sql<FileKey[]>`select tenant_id as "tenantId", id from media.files_due(${max}::int)`
}

/** What a worker took; `previous` is whoever had it and never came back. */
export interface Taken extends FileRow {
  lease: string
  previous: string | null
}

/**
 * Takes files that are due, each by one worker: whoever comes second finds them ahead of time. Dies after this: they come
 * due again when the lease ends, and count one more try.
 */
export async function takeDue(tx: Tx, keys: readonly FileKey[], lease: string): Promise<Taken[]> {
  const sorted = [...keys].sort((a, b) => (a.tenantId + a.id < b.tenantId + b.id ? -1 : 1))
  return tx<Taken[]>`
    with due as (
      select f.tenant_id, f.id, f.lease as previous
      from unnest(
        ${column(
          tx,
          'uuid',
          sorted.map((key) => key.tenantId),
        )}::uuid[],
        ${column(
          tx,
          'uuid',
          sorted.map((key) => key.id),
        )}::uuid[]
      ) as k (tenant_id, id)
      join files f on f.tenant_id = k.tenant_id and f.id = k.id
      where f.due_at <= now()
      for update of f skip locked
    )
    update files f set lease = ${lease}, due_at = now() + ${leaseMs}::int * interval '1 millisecond', tries = f.tries + 1
    from due where f.tenant_id = due.tenant_id and f.id = due.id
    returning f.*, due.previous`
}

/** An upload begins; undefined when the place is taken, filled, given up or gone. */
export async function takeUpload(tx: Tx, key: FileKey, lease: string): Promise<Taken | undefined> {
  const [row] = await tx<Taken[]>`
    with open as (
      select tenant_id, id, lease as previous from files
      where tenant_id = ${key.tenantId} and id = ${key.id} and direction = 'outbound' and state = 'pending'
        and give_up_at > now() and (lease is null or due_at <= now())
      for update
    )
    update files f set lease = ${lease}, due_at = now() + ${leaseMs}::int * interval '1 millisecond'
    from open where f.tenant_id = open.tenant_id and f.id = open.id
    returning f.*, open.previous`
  return row
}

/** False when it is no longer this worker's: what he has is worth nothing. */
export async function renewLease(tx: Tx, key: FileKey, lease: string): Promise<boolean> {
  const rows = await tx`
    update files set due_at = now() + ${leaseMs}::int * interval '1 millisecond'
    where tenant_id = ${key.tenantId} and id = ${key.id} and lease = ${lease} and state = 'pending'
    returning 1`
  return rows.length > 0
}

/** The bytes are there. Undefined when the lease is lost or the file was deleted meanwhile. */
export async function markStored(
  tx: Tx,
  key: FileKey,
  lease: string,
  stored: { sizeBytes: number; sha256: string; blobKey: string; now: Date },
): Promise<FileRow | undefined> {
  const [row] = await tx<FileRow[]>`
    update files set state = 'stored', size_bytes = ${stored.sizeBytes}, sha256 = ${stored.sha256},
      blob_key = ${stored.blobKey}, stored_at = ${stored.now}, failure_code = '', version = version + 1, due_at = null,
      lease = null, give_up_at = null
    where tenant_id = ${key.tenantId} and id = ${key.id} and lease = ${lease} and state = 'pending'
    returning *`
  return row
}

export async function markFailed(
  tx: Tx,
  key: FileKey,
  lease: string,
  code: string,
): Promise<FileRow | undefined> {
  const [row] = await tx<FileRow[]>`
    update files set state = 'failed', failure_code = ${code}, version = version + 1, due_at = null, lease = null,
      give_up_at = null
    where tenant_id = ${key.tenantId} and id = ${key.id} and lease = ${lease} and state = 'pending'
    returning *`
  return row
}

/** Let go until then; not a change that others see. */
export async function putOff(tx: Tx, key: FileKey, lease: string, dueAt: Date): Promise<void> {
  await tx`
    update files set due_at = ${dueAt}, lease = null
    where tenant_id = ${key.tenantId} and id = ${key.id} and lease = ${lease}`
}

/** A deleted file's bytes are gone. */
export async function markPurged(tx: Tx, key: FileKey, lease: string): Promise<void> {
  await tx`
    update files set blob_key = '', size_bytes = 0, due_at = null, lease = null
    where tenant_id = ${key.tenantId} and id = ${key.id} and lease = ${lease} and state = 'deleted'`
}
