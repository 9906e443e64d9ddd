import { type automationV1, newId, uuidOf } from '@palomar/contracts'
import { insertOutbox } from '@palomar/db'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { countEndpoints, type EndpointValues, findEndpoint, insertEndpoint } from '../db/endpoints.ts'
import { checkEndpoint, endpointsMax } from '../domain/endpoint-checks.ts'
import { endpointChanged } from '../domain/facts.ts'
import { newSecret } from '../domain/signature.ts'
import { urlProblem } from '../outbound/url.ts'
import { sealSecret } from '../signing.ts'
import { auditEndpoint } from './audit.ts'
import { notFound, numberUuids, type RpcDeps, tenantUuid } from './deps.ts'
import { endpointOf } from './resources.ts'

/** The secret is made here, answered once, and kept sealed. */
export function createWebhookEndpoint(
  deps: RpcDeps,
): Handler<automationV1.CreateWebhookEndpointRequest, automationV1.WebhookEndpointWithSecret> {
  const { db, clock, dataKeys } = deps
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const values = valuesOf(deps, {
      ...request,
      format: request.format || 'palomar',
      numberIds: numberUuids(request.numberIds),
      state: 'enabled',
      reason: '',
    })
    const id = uuidOf(newId('webhookEndpoint'))
    const secret = newSecret()
    const sealed = await sealSecret(dataKeys, tenantId, id, secret)
    // Before the endpoint is there: if we die in between, ingest passes on bytes that nobody takes.
    if (values.format === 'meta') await deps.announceBytes(tenantId)
    const now = new Date(clock.now())
    const row = await db.forTenant(tenantId, async (tx) => {
      if ((await countEndpoints(tx, tenantId)) >= endpointsMax)
        throw appError('conflict', {
          detail: `A company has at most ${endpointsMax} endpoints; delete one first.`,
        })
      await insertEndpoint(tx, tenantId, id, values, sealed, now)
      const made = await findEndpoint(tx, tenantId, id)
      if (made) {
        insertOutbox(tx, 'automation', [endpointChanged(made, now)])
        auditEndpoint(tx, call, 'created', made, now)
      }
      return made
    })
    if (!row) throw notFound()
    return { endpoint: endpointOf(row), secret }
  }
}

/** Throws `validation_failed`. */
export function valuesOf({ allowPrivate }: RpcDeps, given: EndpointValues): EndpointValues {
  const values = {
    ...given,
    url: given.url.trim(),
    description: given.description.trim(),
    eventTypes: [...new Set(given.eventTypes)],
  }
  checkEndpoint(values, urlProblem(values.url, { allowPrivate }))
  return values
}
