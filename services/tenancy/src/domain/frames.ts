/** What clients' sockets hear from this service. */
import { eventIdOf, idFromUuid, type liveV1, type Uuid } from '@palomar/contracts'
import { type Revocation, revocationParts } from './facts.ts'
import type { NumberResource } from './number-resource.ts'

const nowhere = { numberId: '', conversationId: '', before: undefined, after: undefined }

/** Control: every gateway closes the sockets of this subject. */
export function sessionRevoked(tenantId: Uuid, what: Revocation, at: Date): liveV1.Frame {
  const userId = what.kind === 'session' ? what.user : what.subject
  const payload = { subject_id: what.subject, kind: what.kind }
  return control(tenantId, revocationParts(tenantId, what), userId, payload, at)
}

/** Control: the whole company's sockets close. `version` is the tenant row's. */
export function companyRevoked(tenantId: Uuid, version: bigint, at: Date): liveV1.Frame {
  const payload = { subject_id: idFromUuid('tenant', tenantId), kind: 'company' }
  return control(tenantId, ['company', tenantId, String(version)], '', payload, at)
}

function control(tenantId: Uuid, fact: string[], userId: string, payload: object, at: Date): liveV1.Frame {
  return {
    ...nowhere,
    header: {
      id: eventIdOf('tenancy', 'live', ...fact),
      tenantId: idFromUuid('tenant', tenantId),
      time: at,
      traceparent: '',
    },
    kind: 'session.revoked',
    payloadJson: JSON.stringify(payload),
    publishedAt: at,
    permission: '',
    userId,
  }
}

export function numberUpdated(
  tenantId: Uuid,
  number: NumberResource,
  version: bigint,
  at: Date,
): liveV1.Frame {
  return {
    ...nowhere,
    header: {
      id: eventIdOf('tenancy', 'live', 'number', number.id, String(version)),
      tenantId: idFromUuid('tenant', tenantId),
      time: at,
      traceparent: '',
    },
    kind: 'number.updated',
    numberId: number.id,
    payloadJson: JSON.stringify(number),
    publishedAt: at,
    permission: 'numbers:read',
    userId: '',
  }
}
