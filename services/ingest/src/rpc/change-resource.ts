import { idFromUuid, type ingestV1 } from '@palomar/contracts'
import type { ListedChange } from '../db/changes.ts'
import type { ListedUnrouted } from '../db/unrouted.ts'

/** A change as the API shows it. The bytes come only when it is read by itself. */
export function changeResource(row: ListedChange | ListedUnrouted, rawJson = ''): ingestV1.Change {
  const shared = {
    id: idFromUuid('change', row.id),
    phoneNumberId: row.phoneNumberId,
    entryId: row.entryId,
    field: row.field,
    receivedAt: row.receivedAt,
    rawJson,
    appId: row.appId,
    messages: row.messages,
    statuses: row.statuses,
  }
  if (!('tenantId' in row)) {
    return { ...shared, tenantId: '', numberId: '', state: row.state, reason: row.reason }
  }
  return {
    ...shared,
    tenantId: idFromUuid('tenant', row.tenantId),
    numberId: row.numberId === null ? '' : idFromUuid('number', row.numberId),
    state: 'routed',
    reason: '',
  }
}
