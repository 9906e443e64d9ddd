import { column, type Tx } from '@palomar/db'

export interface UploadKey {
  tenantId: string
  mediaId: string
  numberId: string
}

export interface MetaUploadRow {
  tenant_id: string
  media_id: string
  number_id: string
  meta_media_id: string
  expires_at: Date | null
  refusal_code: string
  detail: string
  tries: number
  retry_at: Date | null
}

/** A large file on a slow line is renewed while it goes. */
export const uploadLeaseMs = 15_000

/** Those of these that were ever tried, in no order; unexecuted, for the plan test. */
export function readUploads(tx: Tx, keys: readonly UploadKey[]) {
  const of = (value: (key: UploadKey) => string) => column(tx, 'uuid', keys.map(value))
  return tx<MetaUploadRow[]>`
    select u.* from unnest(
      ${of((key) => key.tenantId)}::uuid[], ${of((key) => key.mediaId)}::uuid[], ${of((key) => key.numberId)}::uuid[]
    ) as k (tenant_id, media_id, number_id)
    join meta_uploads u on u.tenant_id = k.tenant_id and u.media_id = k.media_id and u.number_id = k.number_id`
}

/**
 * Begins an upload, or not: it is there and good until `goodUntil`, refused, another's, or resting. Dies after this:
 * whoever asks next may begin when the lease has ended; at worst Meta holds a file that nobody uses.
 */
export async function takeMetaUpload(
  tx: Tx,
  key: UploadKey,
  lease: string,
  goodUntil: Date,
): Promise<number | undefined> {
  const [row] = await tx<{ tries: number }[]>`
    insert into meta_uploads as u (tenant_id, media_id, number_id, lease, leased_until, tries)
    values (${key.tenantId}, ${key.mediaId}, ${key.numberId}, ${lease},
      now() + ${uploadLeaseMs}::int * interval '1 millisecond', 1)
    on conflict (tenant_id, media_id, number_id) do update set lease = excluded.lease,
      leased_until = excluded.leased_until, tries = u.tries + 1
    where u.refusal_code = '' and (u.meta_media_id = '' or u.expires_at <= ${goodUntil})
      and (u.leased_until is null or u.leased_until <= now()) and (u.retry_at is null or u.retry_at <= now())
    returning tries`
  return row?.tries
}

export async function renewMetaUpload(tx: Tx, key: UploadKey, lease: string): Promise<void> {
  await tx`
    update meta_uploads set leased_until = now() + ${uploadLeaseMs}::int * interval '1 millisecond'
    where tenant_id = ${key.tenantId} and media_id = ${key.mediaId} and number_id = ${key.numberId} and lease = ${lease}`
}

export type UploadResult =
  | { metaMediaId: string; expiresAt: Date }
  | { refusalCode: string; detail: string }
  | { retryAt: Date }

/** What became of it; nothing when the lease is another's by now. */
export async function settleMetaUpload(
  tx: Tx,
  key: UploadKey,
  lease: string,
  result: UploadResult,
): Promise<void> {
  const mine = tx`tenant_id = ${key.tenantId} and media_id = ${key.mediaId} and number_id = ${key.numberId} and lease = ${lease}`
  if ('metaMediaId' in result) {
    await tx`
      update meta_uploads set meta_media_id = ${result.metaMediaId}, expires_at = ${result.expiresAt}, tries = 0,
        retry_at = null, lease = null, leased_until = null
      where ${mine}`
  } else if ('refusalCode' in result) {
    await tx`
      update meta_uploads set refusal_code = ${result.refusalCode}, detail = ${result.detail}, lease = null,
        leased_until = null
      where ${mine}`
  } else {
    await tx`
      update meta_uploads set retry_at = ${result.retryAt}, lease = null, leased_until = null
      where ${mine}`
  }
}
