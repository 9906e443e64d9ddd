import { idFromUuid } from '@palomar/contracts'
import { type Db, insertOutbox } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import type { DataKeys } from './data-keys.ts'
import { type Claimed, markDelivered, markFailed, releaseDelivery } from './db/deliveries.ts'
import { noteFailure, noteSuccess, switchOff, type Target } from './db/endpoints.ts'
import { audited, endpointChanged } from './domain/facts.ts'
import { failureOf, type Outcome, outcomeOf, type Tried } from './domain/outcome.ts'
import { failingAfterMs } from './domain/retry-schedule.ts'
import { metaHeaders, signedHeaders } from './domain/signature.ts'
import type { Failpoint } from './failpoint.ts'
import type { AutomationMetrics } from './metrics.ts'
import type { Poster } from './outbound/request.ts'
import { openSecrets } from './signing.ts'

export interface SendDeps {
  db: Db
  post: Poster
  dataKeys: DataKeys
  clock: Clock
  logger: Logger
  metrics: AutomationMetrics
  failpoint: Failpoint
}

/** What Standard Webhooks recommends: 15 to 30 s. */
export const requestDeadlineMs = 15_000
/** Until a secret that could not be opened is tried again: tenancy is away. */
const releasedForMs = 5_000

/**
 * One try of a delivery that was claimed: sign, send, record.
 *
 * What happens if we die: before the request, or during it, or after it and before its result is committed, the row is
 * due again when its lease ends, and the endpoint gets the same webhook-id (at least once). After the commit it is done.
 * A result of ours that comes after the lease was taken over says only what it knows: an arrival counts, a failure
 * does not. `oneTry` ends the delivery with this try, whatever comes of it. True when the endpoint took it.
 */
export async function sendDelivery(
  deps: SendDeps,
  target: Target,
  delivery: Claimed,
  options: { deadlineMs?: number; oneTry?: boolean } = {},
): Promise<boolean> {
  const { clock, metrics, logger } = deps
  const headers = await signed(deps, target, delivery).catch(async (error: unknown) => {
    logger.warn('a webhook could not be signed, it waits', {
      endpoint: idFromUuid('webhookEndpoint', delivery.endpointId),
      error,
    })
    metrics.deliveries.inc({ outcome: 'released' })
    await release(deps, delivery)
    return undefined
  })
  if (!headers) return false
  const deadlineMs = options.deadlineMs ?? requestDeadlineMs
  const tried = await deps.post({ url: target.url, headers, body: delivery.body, deadlineMs })
  deps.failpoint('after-request')
  const outcome = outcomeOf(tried, delivery.failures)
  await record(deps, delivery, tried, options.oneTry && outcome.kind === 'again' ? ended(outcome) : outcome)
  deps.failpoint('after-delivery-commit')
  metrics.deliveries.inc({ outcome: outcome.kind })
  metrics.deliverySeconds.observe(tried.durationMs / 1000)
  logger.info('webhook sent', {
    delivery: idFromUuid('webhookDelivery', delivery.id),
    endpoint: idFromUuid('webhookEndpoint', delivery.endpointId),
    type: delivery.eventType,
    outcome: outcome.kind,
    status: 'status' in tried ? tried.status : 0,
    tries: delivery.tries,
    age_ms: clock.now() - delivery.createdAt.getTime(),
    duration_ms: tried.durationMs,
  })
  return outcome.kind === 'delivered'
}

const ended = ({ failure }: Extract<Outcome, { kind: 'again' }>): Outcome => ({ kind: 'failed', failure })

async function signed(
  { dataKeys, clock }: SendDeps,
  target: Target,
  delivery: Claimed,
): Promise<Record<string, string>> {
  const { tenantId, endpointId } = delivery
  const now = new Date(clock.now())
  const secrets = await openSecrets(dataKeys, tenantId, endpointId, target, now)
  if (target.format === 'meta') return metaHeaders(delivery.body, secrets[0] ?? '')
  const id = idFromUuid('webhookDelivery', delivery.id)
  const timestampS = Math.floor(now.getTime() / 1000)
  return {
    'content-type': 'application/json',
    'user-agent': 'Palomar-Webhooks/1',
    ...signedHeaders({ id, timestampS, body: delivery.body }, secrets),
  }
}

async function release({ db, clock }: SendDeps, delivery: Claimed): Promise<void> {
  await db.forTenant(delivery.tenantId, (tx) =>
    releaseDelivery(tx, delivery, new Date(clock.now() + releasedForMs)),
  )
}

/** Result of a try and what it means for the endpoint, in one transaction. */
async function record(deps: SendDeps, delivery: Claimed, tried: Tried, outcome: Outcome): Promise<void> {
  const { tenantId, endpointId } = delivery
  const at = new Date(deps.clock.now())
  const status = 'status' in tried ? tried.status : 0
  const last = { status, durationMs: tried.durationMs, error: '' }
  await deps.db.forTenant(tenantId, async (tx) => {
    if (outcome.kind === 'delivered') {
      await markDelivered(tx, tenantId, delivery.id, last, at)
      await noteSuccess(tx, tenantId, endpointId, at)
      return
    }
    const dueAt = outcome.kind === 'again' ? new Date(at.getTime() + outcome.inMs) : undefined
    await markFailed(tx, delivery, { ...last, error: failureOf(tried) }, dueAt)
    await noteFailure(tx, tenantId, endpointId, at)
    const since = new Date(at.getTime() - failingAfterMs)
    const to =
      outcome.kind === 'gone'
        ? { state: 'disabled' as const, reason: 'gone', at }
        : { state: 'failing' as const, reason: 'failing', at, since }
    const version = await switchOff(tx, tenantId, endpointId, to)
    if (version === undefined) return
    insertOutbox(tx, 'automation', [
      endpointChanged({ tenantId, id: endpointId, version, ...to }, at),
      audited(
        {
          tenantId,
          actorId: 'automation',
          action: 'webhook_endpoint.switched_off',
          entity: 'webhookEndpoint',
          entityId: endpointId,
          metadata: { state: to.state, reason: to.reason },
        },
        at,
      ),
    ])
  })
}
