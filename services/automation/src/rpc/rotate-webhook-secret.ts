import type { automationV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findEndpoint, rotateSecret } from '../db/endpoints.ts'
import { newSecret } from '../domain/signature.ts'
import { sealSecret } from '../signing.ts'
import { auditEndpoint } from './audit.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'
import { endpointOf } from './resources.ts'

/** The old secret signs beside the new one for this long. */
const overlapMs = 24 * 3_600_000

export function rotateWebhookSecret({
  db,
  clock,
  dataKeys,
}: RpcDeps): Handler<automationV1.RotateWebhookSecretRequest, automationV1.WebhookEndpointWithSecret> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('webhookEndpoint', request.id)
    const secret = newSecret()
    const sealed = await sealSecret(dataKeys, tenantId, id, secret)
    const now = new Date(clock.now())
    const row = await db.forTenant(tenantId, async (tx) => {
      await rotateSecret(tx, tenantId, id, sealed, {
        previousUntil: new Date(now.getTime() + overlapMs),
        now,
      })
      const rotated = await findEndpoint(tx, tenantId, id)
      if (rotated) auditEndpoint(tx, call, 'secret_rotated', rotated, now)
      return rotated
    })
    if (!row) throw notFound()
    return { endpoint: endpointOf(row), secret }
  }
}
