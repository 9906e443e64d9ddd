/** What people do to rules and endpoints, for the company's audit log. */
import { insertOutbox, type Tx } from '@palomar/db'
import type { CallContext } from '@palomar/rpc'
import type { EndpointRow } from '../db/endpoints.ts'
import type { RuleRow } from '../db/rules.ts'
import { audited } from '../domain/facts.ts'

/**
 * Leaves with the transaction of the change: both or neither. A change that is asked for twice and is nothing new the second
 * time says nothing the second time, where the caller gives the `fields` that changed.
 */
export function auditRule(
  tx: Tx,
  call: CallContext,
  verb: 'created' | 'updated' | 'deleted',
  rule: Pick<RuleRow, 'tenantId' | 'id' | 'name' | 'enabled'>,
  at: Date,
  fields?: string[],
): void {
  if (fields?.length === 0) return
  const { tenantId, id, name, enabled } = rule
  const metadata = { name, enabled, ...(fields && { fields }) }
  const fact = { tenantId, actorId: actorOf(call), action: `rule.${verb}`, entityId: id, metadata }
  insertOutbox(tx, 'automation', [audited({ ...fact, entity: 'rule' }, at)])
}

/** Of its address only the host is said: paths and queries of webhooks often hold a token. */
export function auditEndpoint(
  tx: Tx,
  call: CallContext,
  verb: 'created' | 'updated' | 'deleted' | 'secret_rotated',
  endpoint: Pick<EndpointRow, 'tenantId' | 'id' | 'url' | 'state'>,
  at: Date,
  fields?: string[],
): void {
  if (fields?.length === 0) return
  const { tenantId, id, url, state } = endpoint
  const metadata = { host: hostOf(url), state, ...(fields && { fields }) }
  const fact = {
    tenantId,
    actorId: actorOf(call),
    action: `webhook_endpoint.${verb}`,
    entityId: id,
    metadata,
  }
  insertOutbox(tx, 'automation', [audited({ ...fact, entity: 'webhookEndpoint' }, at)])
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : '')

function actorOf({ caller }: CallContext): string {
  if (caller.kind === 'tenant') return caller.actorId
  return caller.kind === 'service' ? caller.service : ''
}
