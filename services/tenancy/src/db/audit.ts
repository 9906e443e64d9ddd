import type { Uuid } from '@palomar/contracts'
import { type ArrayType, column, type Tx } from '@palomar/db'
import { and, desc, eq, lt } from 'drizzle-orm'
import type { Keyset } from '../domain/cursor.ts'
import { auditEntries } from './schema.ts'
import type { Scope } from './scope.ts'

export type AuditRow = typeof auditEntries.$inferSelect

/** Idempotent by id. */
export async function insertAudit(scope: Scope, entries: Omit<AuditRow, 'tenantId' | 'at'>[]): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map((entry) => ({ ...entry, tenantId: scope.tenantId }))
  await scope.orm.insert(auditEntries).values(rows).onConflictDoNothing()
}

/** An entry that another service made, of whichever company. */
export interface OthersEntry {
  tenantId: Uuid
  id: Uuid
  actorId: string
  action: string
  entity: string
  entityId: string
  metadataJson: string
  at: Date
}

/** Idempotent by id, and sorted by it (CONTRACTS 11). */
export async function insertOthersEntries(tx: Tx, entries: readonly OthersEntry[]): Promise<void> {
  const sorted = [...entries].sort((a, b) => (a.tenantId + a.id < b.tenantId + b.id ? -1 : 1))
  const of = (type: ArrayType, value: (entry: OthersEntry) => string | Date) =>
    column(tx, type, sorted.map(value))
  await tx`
    insert into tenancy.audit_entries (tenant_id, id, actor_id, action, entity, entity_id, metadata, at)
    select e.tenant_id, e.id, e.actor_id, e.action, e.entity, e.entity_id, e.metadata::jsonb, e.at
    from unnest(
      ${of('uuid', (e) => e.tenantId)}::uuid[], ${of('uuid', (e) => e.id)}::uuid[],
      ${of('text', (e) => e.actorId)}::text[], ${of('text', (e) => e.action)}::text[],
      ${of('text', (e) => e.entity)}::text[], ${of('text', (e) => e.entityId)}::text[],
      ${of('text', (e) => e.metadataJson)}::text[], ${of('timestamptz', (e) => e.at)}::timestamptz[]
    ) as e (tenant_id, id, actor_id, action, entity, entity_id, metadata, at)
    on conflict do nothing`
}

/** Newest first. */
export function auditRows(
  scope: Scope,
  filter: { action: string; entityId: string },
  keyset: Keyset & { after: Uuid | undefined },
): Promise<AuditRow[]> {
  return scope.orm
    .select()
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.tenantId, scope.tenantId),
        filter.action ? eq(auditEntries.action, filter.action) : undefined,
        filter.entityId ? eq(auditEntries.entityId, filter.entityId) : undefined,
        keyset.after ? lt(auditEntries.id, keyset.after) : undefined,
      ),
    )
    .orderBy(desc(auditEntries.id))
    .limit(keyset.limit + 1)
}
