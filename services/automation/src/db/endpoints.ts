import { column, type Tx } from '@palomar/db'

export interface EndpointRow {
  tenantId: string
  id: string
  url: string
  /** palomar, meta */
  format: string
  description: string
  eventTypes: string[]
  numberIds: string[]
  /** enabled, disabled, failing */
  state: string
  reason: string
  version: bigint
  createdAt: Date
  updatedAt: Date
  lastSuccessAt: Date | null
  lastFailureAt: Date | null
  failingSince: Date | null
  /** Deliveries that wait; counted up to {@link pendingShownMax}. */
  pending: number
}

/** Counting further would cost more than knowing is worth. */
export const pendingShownMax = 10_000

export interface SealedSecrets {
  secret: Uint8Array
  previousSecret: Uint8Array | null
  previousUntil: Date | null
}

/** What a person decides of an endpoint. */
export type EndpointValues = Pick<
  EndpointRow,
  'url' | 'format' | 'description' | 'eventTypes' | 'numberIds' | 'state' | 'reason'
>

function columns(tx: Tx) {
  return tx`e.tenant_id as "tenantId", e.id, e.url, e.format, e.description, e.event_types as "eventTypes",
    e.number_ids as "numberIds", e.state, e.reason, e.version, e.created_at as "createdAt",
    e.updated_at as "updatedAt", e.last_success_at as "lastSuccessAt", e.last_failure_at as "lastFailureAt",
    e.failing_since as "failingSince", (
      select count(*)::int from (
        select 1 from webhook_deliveries d
        where d.tenant_id = e.tenant_id and d.endpoint_id = e.id and d.state = 'pending' limit ${pendingShownMax}::int
      ) p
    ) as pending`
}

/** Newest first; unexecuted, so that the plan test explains this very statement. */
export function endpointsPage(
  tx: Tx,
  tenantId: string,
  after: { at: Date; id: string } | undefined,
  limit: number,
) {
  const from = after ? tx`and (e.created_at, e.id) < (${after.at}, ${after.id}::uuid)` : tx``
  return tx<EndpointRow[]>`
    select ${columns(tx)} from webhook_endpoints e where e.tenant_id = ${tenantId} ${from}
    order by e.created_at desc, e.id desc limit ${limit}`
}

export async function findEndpoint(tx: Tx, tenantId: string, id: string): Promise<EndpointRow | undefined> {
  const [row] = await tx<EndpointRow[]>`
    select ${columns(tx)} from webhook_endpoints e where e.tenant_id = ${tenantId} and e.id = ${id}`
  return row
}

export async function lockEndpoint(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx`
    select 1 from webhook_endpoints where tenant_id = ${tenantId} and id = ${id} for update`
  return rows.length > 0
}

export async function countEndpoints(tx: Tx, tenantId: string): Promise<number> {
  const [row] = await tx<{ n: number }[]>`
    select count(*)::int as n from webhook_endpoints where tenant_id = ${tenantId}`
  return row?.n ?? 0
}

/** What the consumer needs to know of an endpoint. */
export interface Listener {
  tenantId: string
  id: string
  format: string
  eventTypes: string[]
  numberIds: string[]
}

export async function enabledEndpoints(tx: Tx, tenantIds: readonly string[]): Promise<Listener[]> {
  return tx<Listener[]>`
    select tenant_id as "tenantId", id, format, event_types as "eventTypes", number_ids as "numberIds"
    from webhook_endpoints
    where tenant_id = any(${column(tx, 'uuid', tenantIds)}::uuid[]) and state = 'enabled'`
}

export async function insertEndpoint(
  tx: Tx,
  tenantId: string,
  id: string,
  values: EndpointValues,
  secret: Uint8Array,
  now: Date,
): Promise<void> {
  await tx`
    insert into webhook_endpoints (tenant_id, id, url, format, description, event_types, number_ids, state, secret, created_at,
      updated_at)
    values (${tenantId}, ${id}, ${values.url}, ${values.format}, ${values.description}, ${column(tx, 'text', values.eventTypes)},
      ${column(tx, 'uuid', values.numberIds)}, ${values.state}, ${secret}, ${now}, ${now})`
}

/** A state that is switched on again starts a clean count of failures. */
export async function updateEndpoint(
  tx: Tx,
  tenantId: string,
  id: string,
  values: EndpointValues,
  now: Date,
): Promise<void> {
  await tx`
    update webhook_endpoints set url = ${values.url}, description = ${values.description},
      event_types = ${column(tx, 'text', values.eventTypes)}, number_ids = ${column(tx, 'uuid', values.numberIds)},
      failing_since = case when state <> ${values.state} then null else failing_since end,
      state = ${values.state}, reason = ${values.reason}, version = version + 1, updated_at = ${now}
    where tenant_id = ${tenantId} and id = ${id}`
}

export async function deleteEndpoint(tx: Tx, tenantId: string, id: string): Promise<bigint | undefined> {
  const [row] = await tx<{ version: bigint }[]>`
    delete from webhook_endpoints where tenant_id = ${tenantId} and id = ${id} returning version`
  if (row) await tx`delete from webhook_deliveries where tenant_id = ${tenantId} and endpoint_id = ${id}`
  return row?.version
}

/** The secret of now becomes the previous one, until `previousUntil`; one before it is forgotten. */
export async function rotateSecret(
  tx: Tx,
  tenantId: string,
  id: string,
  secret: Uint8Array,
  { previousUntil, now }: { previousUntil: Date; now: Date },
): Promise<void> {
  await tx`
    update webhook_endpoints set previous_secret = secret, previous_until = ${previousUntil}, secret = ${secret},
      version = version + 1, updated_at = ${now}
    where tenant_id = ${tenantId} and id = ${id}`
}

/** How often a busy endpoint's row is written for nothing but the time. */
const successWrittenEveryMs = 10_000

/** It works: written only when that says something new, because every delivery of an endpoint would touch its row. */
export async function noteSuccess(tx: Tx, tenantId: string, id: string, at: Date): Promise<void> {
  const stale = new Date(at.getTime() - successWrittenEveryMs)
  await tx`
    update webhook_endpoints set failing_since = null, last_success_at = ${at}
    where tenant_id = ${tenantId} and id = ${id}
      and (failing_since is not null or last_success_at is null or last_success_at < ${stale})`
}

export async function noteFailure(tx: Tx, tenantId: string, id: string, at: Date): Promise<void> {
  await tx`
    update webhook_endpoints set failing_since = coalesce(failing_since, ${at}), last_failure_at = ${at}
    where tenant_id = ${tenantId} and id = ${id}`
}

/** The new version when it was on until now and, with `since`, has been failing since then or longer. */
export async function switchOff(
  tx: Tx,
  tenantId: string,
  id: string,
  to: { state: 'failing' | 'disabled'; reason: string; at: Date; since?: Date },
): Promise<bigint | undefined> {
  const long = to.since ? tx`and failing_since <= ${to.since}` : tx``
  const [row] = await tx<{ version: bigint }[]>`
    update webhook_endpoints set state = ${to.state}, reason = ${to.reason}, version = version + 1,
      updated_at = ${to.at}
    where tenant_id = ${tenantId} and id = ${id} and state = 'enabled' ${long}
    returning version`
  return row?.version
}

/** Where deliveries go and what signs them. */
export interface Target extends SealedSecrets {
  url: string
  format: string
}

/** While the endpoint is on; with `anyState` whatever it is. */
export async function findTarget(
  tx: Tx,
  tenantId: string,
  id: string,
  { anyState = false } = {},
): Promise<Target | undefined> {
  const on = anyState ? tx`` : tx`and state = 'enabled'`
  const [row] = await tx<Target[]>`
    select url, format, secret, previous_secret as "previousSecret", previous_until as "previousUntil"
    from webhook_endpoints where tenant_id = ${tenantId} and id = ${id} ${on}`
  return row
}
