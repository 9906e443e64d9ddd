import type { Uuid } from '@palomar/contracts'
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
