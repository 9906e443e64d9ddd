import type { Uuid } from '@palomar/contracts'
import { column, type Tx } from '@palomar/db'
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Keyset } from '../domain/cursor.ts'
import { apiKeys } from './schema.ts'
import type { Scope } from './scope.ts'

/** All of a key but its hash, which nobody who lists keys needs. */
const shown = {
  tenantId: apiKeys.tenantId,
  id: apiKeys.id,
  prefix: apiKeys.prefix,
  name: apiKeys.name,
  scopes: apiKeys.scopes,
  ratePerSecond: apiKeys.ratePerSecond,
  createdBy: apiKeys.createdBy,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
  revokedAt: apiKeys.revokedAt,
}
export type ApiKeyRow = Omit<typeof apiKeys.$inferSelect, 'hash'>

export function apiKeyRows(scope: Scope, keyset: Keyset): Promise<ApiKeyRow[]> {
  return scope.orm
    .select(shown)
    .from(apiKeys)
    .where(and(eq(apiKeys.tenantId, scope.tenantId), keyset.after ? gt(apiKeys.id, keyset.after) : undefined))
    .orderBy(asc(apiKeys.tenantId), asc(apiKeys.id))
    .limit(keyset.limit + 1)
}

/** Those of one maker that still work; there are few. */
export function apiKeysBy(scope: Scope, createdBy: string): Promise<ApiKeyRow[]> {
  return scope.orm
    .select(shown)
    .from(apiKeys)
    .where(
      and(eq(apiKeys.tenantId, scope.tenantId), eq(apiKeys.createdBy, createdBy), isNull(apiKeys.revokedAt)),
    )
}

export async function insertApiKey(
  scope: Scope,
  key: Omit<typeof apiKeys.$inferInsert, 'tenantId'>,
): Promise<ApiKeyRow> {
  const [row] = await scope.orm
    .insert(apiKeys)
    .values({ ...key, tenantId: scope.tenantId })
    .returning(shown)
  if (!row) throw new Error('an insert returned nothing')
  return row
}

/** The key after revoking it; `now` false when it was revoked before. Undefined: no such key. */
export async function revokeApiKey(
  scope: Scope,
  id: Uuid,
): Promise<{ key: ApiKeyRow; now: boolean } | undefined> {
  const where = and(eq(apiKeys.tenantId, scope.tenantId), eq(apiKeys.id, id))
  const [revoked] = await scope.orm
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(where, isNull(apiKeys.revokedAt)))
    .returning(shown)
  if (revoked) return { key: revoked, now: true }
  const [known] = await scope.orm.select(shown).from(apiKeys).where(where)
  return known && { key: known, now: false }
}

export interface KeyHolder {
  name: string
  scopes: string[]
  ratePerSecond: number
  expiresAt: Date | null
  tenantName: string
  tenantState: string
  isPlatform: boolean
  language: string
  timeZone: string
}

/** Undefined: revoked, expired, gone. */
export async function keyHolder(scope: Scope, id: Uuid): Promise<KeyHolder | undefined> {
  const [row] = await scope.tx<KeyHolder[]>`
    select k.name, k.scopes, k.rate_per_second as "ratePerSecond", k.expires_at as "expiresAt",
      t.name as "tenantName", t.state as "tenantState", t.is_platform as "isPlatform", t.language,
      t.time_zone as "timeZone"
    from tenancy.api_keys k
    join tenancy.tenants t on t.tenant_id = k.tenant_id
    where k.tenant_id = ${scope.tenantId} and k.id = ${id}
      and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`
  return row
}

/** Sorted by key, so that two replicas that write the same keys cannot wait for one another (CONTRACTS 11). */
export async function touchApiKeys(tx: Tx, uses: { tenantId: Uuid; id: Uuid; at: Date }[]): Promise<void> {
  const sorted = uses.toSorted((a, b) => (a.tenantId + a.id < b.tenantId + b.id ? -1 : 1))
  await tx`
    update tenancy.api_keys k set last_used_at = u.at
    from unnest(
      ${column(
        tx,
        'uuid',
        sorted.map((use) => use.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        sorted.map((use) => use.id),
      )}::uuid[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((use) => use.at),
      )}::timestamptz[]
    ) as u (tenant_id, id, at)
    where k.tenant_id = u.tenant_id and k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)`
}
