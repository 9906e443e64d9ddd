import { eventIdOf, idFromUuid, type mediaEventsV1, type mediaV1 } from '@palomar/contracts'
import type { FileRow } from '../db/file-row.ts'

/** The resource as callers see it. */
export function mediaOf(row: FileRow): mediaV1.Media {
  return {
    id: idFromUuid('media', row.id),
    tenantId: idFromUuid('tenant', row.tenant_id),
    direction: row.direction,
    state: row.state,
    mimeType: row.mime_type,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    filename: row.filename,
    failureCode: row.failure_code,
    messageId: row.message_id ? idFromUuid('message', row.message_id) : '',
    numberId: row.number_id ? idFromUuid('number', row.number_id) : '',
    createdBy: row.created_by,
    createdAt: row.created_at,
    storedAt: row.stored_at ?? undefined,
    version: row.version,
    kind: row.kind,
  }
}

/** Named by the row's version, so that whatever comes twice is the same event. */
export function stateChanged(row: FileRow, now: Date): mediaEventsV1.Event {
  const media = mediaOf(row)
  return {
    header: {
      id: eventIdOf('media', row.id, String(row.version)),
      tenantId: media.tenantId,
      time: now,
      traceparent: '',
    },
    payload: {
      $case: 'mediaStateChanged',
      value: {
        mediaId: media.id,
        version: row.version,
        state: row.state,
        direction: row.direction,
        messageId: media.messageId,
        numberId: media.numberId,
        mimeType: row.mime_type,
        sizeBytes: row.size_bytes,
        sha256: row.sha256,
        filename: row.filename,
        failureCode: row.failure_code,
        storedAt: row.stored_at ?? undefined,
      },
    },
  }
}

/** Each worker writes under a name of its own, so that one who lost his lease can never replace what counts. */
export const blobKeyOf = (tenantId: string, id: string, lease: string): string =>
  `${tenantId}/${id}.${lease.slice(0, 8)}`
