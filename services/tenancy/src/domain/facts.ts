/** The events of this service, made from rows. Their ids come from row and version, so a repeat is the same event. */
import { eventIdOf, type Id, idFromUuid, type tenancyEventsV1, type Uuid, uuidOf } from '@palomar/contracts'

type Event = tenancyEventsV1.Event

export interface TenantFact {
  tenantId: string
  version: bigint
  state: string
  name: string
  language: string
  updatedAt: Date
}

export function tenantChanged(row: TenantFact, traceparent: string): Event {
  return {
    header: {
      id: eventIdOf('tenancy', 'tenant', row.tenantId, String(row.version)),
      tenantId: idFromUuid('tenant', row.tenantId),
      time: row.updatedAt,
      traceparent,
    },
    payload: {
      $case: 'tenantChanged',
      value: {
        tenantId: idFromUuid('tenant', row.tenantId),
        version: row.version,
        state: row.state,
        name: row.name,
        language: row.language,
      },
    },
  }
}

export interface NumberFact {
  tenantId: string
  id: string
  version: bigint
  phoneNumberId: string
  metaWabaId: string
  portfolioId: string
  displayPhoneNumber: string
  state: string
  throughputPerSecond: number
  dailyQuota: bigint
  appIds: readonly string[]
  metaBusinessId: string
  graphVersion: string
  verifiedName: string
  tokenVersion: bigint
  updatedAt: Date
}

export function numberChanged(row: NumberFact, traceparent: string): Event {
  return {
    header: {
      id: eventIdOf('tenancy', 'number', row.id, String(row.version)),
      tenantId: idFromUuid('tenant', row.tenantId),
      time: row.updatedAt,
      traceparent,
    },
    payload: {
      $case: 'numberChanged',
      value: {
        numberId: idFromUuid('number', row.id),
        version: row.version,
        phoneNumberId: row.phoneNumberId,
        wabaId: row.metaWabaId,
        portfolioId: idFromUuid('portfolio', row.portfolioId),
        displayPhoneNumber: row.displayPhoneNumber,
        state: row.state,
        throughputPerSecond: row.throughputPerSecond,
        dailyQuota: row.dailyQuota,
        appIds: row.appIds.map((id) => idFromUuid('app', id)),
        metaPortfolioId: row.metaBusinessId,
        graphVersion: row.graphVersion,
        verifiedName: row.verifiedName,
        tokenVersion: row.tokenVersion,
      },
    },
  }
}

export type Revocation =
  | { kind: 'membership'; subject: Id<'user'>; since: Date; version: bigint }
  | { kind: 'session'; subject: Id<'session'>; user: Id<'user'> }
  | { kind: 'api_key'; subject: Id<'apiKey'> }

/**
 * What makes this revocation that fact. A session and a key end once; a membership loses power with any version of its
 * row, and someone removed and added again has a new row that counts from one.
 */
export function revocationParts(tenantId: Uuid, what: Revocation): string[] {
  const row = what.kind === 'membership' ? [what.since.toISOString(), String(what.version)] : []
  return [what.kind, tenantId, uuidOf(what.subject), ...row]
}

export function credentialRevoked(tenantId: Uuid, what: Revocation, at: Date, traceparent: string): Event {
  return {
    header: {
      id: eventIdOf('tenancy', 'revoked', ...revocationParts(tenantId, what)),
      tenantId: idFromUuid('tenant', tenantId),
      time: at,
      traceparent,
    },
    payload: { $case: 'credentialRevoked', value: { subjectId: what.subject, kind: what.kind } },
  }
}
