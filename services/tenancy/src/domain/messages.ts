/** Rows as gRPC answers them. */
import { idFromUuid, type numbersV1, type tenancyV1 } from '@palomar/contracts'
import type { ApiKeyRow } from '../db/api-keys.ts'
import type { AppRow } from '../db/apps.ts'
import type { AuditRow } from '../db/audit.ts'
import type { Member } from '../db/memberships.ts'
import type { PortfolioRow, WabaRow } from '../db/portfolios.ts'
import type { TenantRow } from '../db/tenants.ts'

export function tenantMessage(row: TenantRow): tenancyV1.Tenant {
  return {
    id: idFromUuid('tenant', row.tenantId),
    name: row.name,
    state: row.state,
    language: row.language,
    timeZone: row.timeZone,
    country: row.country,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
  }
}

export function userMessage(row: Member): tenancyV1.User {
  return {
    id: idFromUuid('user', row.userId),
    tenantId: idFromUuid('tenant', row.tenantId),
    email: row.email,
    name: row.name,
    role: row.role,
    state: row.state,
    language: row.language,
    timeZone: row.timeZone,
    createdAt: row.createdAt,
    lastLoginAt: row.lastLoginAt ?? undefined,
  }
}

export function apiKeyMessage(row: ApiKeyRow): tenancyV1.ApiKey {
  return {
    id: idFromUuid('apiKey', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    name: row.name,
    scopes: row.scopes,
    prefix: row.prefix,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt ?? undefined,
    lastUsedAt: row.lastUsedAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
    ratePerSecond: row.ratePerSecond,
  }
}

export function auditMessage(row: AuditRow): tenancyV1.AuditEntry {
  return {
    id: idFromUuid('audit', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    actorId: row.actorId,
    action: row.action,
    entity: row.entity,
    entityId: row.entityId,
    metadataJson: JSON.stringify(row.metadata),
    at: row.at,
  }
}

export function portfolioMessage(row: PortfolioRow): numbersV1.Portfolio {
  return {
    id: idFromUuid('portfolio', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    name: row.name,
    metaBusinessId: row.metaBusinessId ?? '',
    createdAt: row.createdAt,
  }
}

export function wabaMessage(row: WabaRow): numbersV1.Waba {
  return {
    id: idFromUuid('waba', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    portfolioId: idFromUuid('portfolio', row.portfolioId),
    name: row.name,
    metaWabaId: row.metaWabaId,
    createdAt: row.createdAt,
  }
}

/** `verifyToken` is shown: whoever may read apps pastes it at Meta. The app secret is not shown again. */
export function appMessage(row: AppRow, verifyToken: string): numbersV1.App {
  return {
    id: idFromUuid('app', row.id),
    name: row.name,
    metaAppId: row.metaAppId,
    slug: row.slug,
    verifyToken,
    activeSecrets: row.sealedPreviousSecret ? 2 : 1,
    createdAt: row.createdAt,
  }
}
