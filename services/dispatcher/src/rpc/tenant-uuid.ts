import { parseId, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'

/** The uuid of a tenant that a verified token or a service named. */
export function tenantUuid(tenantId: string): Uuid {
  const id = parseId('tenant', tenantId)
  if (!id) throw appError('bad_request', { detail: 'tenant_id is not an id.' })
  return uuidOf(id)
}
