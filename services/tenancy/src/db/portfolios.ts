import type { Uuid } from '@palomar/contracts'
import { and, asc, eq, gt } from 'drizzle-orm'
import type { Keyset } from '../domain/cursor.ts'
import { portfolios, wabas } from './schema.ts'
import type { Scope } from './scope.ts'

export type PortfolioRow = typeof portfolios.$inferSelect
export type WabaRow = typeof wabas.$inferSelect

export function portfolioRows(scope: Scope, keyset: Keyset): Promise<PortfolioRow[]> {
  return scope.orm
    .select()
    .from(portfolios)
    .where(
      and(
        eq(portfolios.tenantId, scope.tenantId),
        keyset.after ? gt(portfolios.id, keyset.after) : undefined,
      ),
    )
    .orderBy(asc(portfolios.tenantId), asc(portfolios.id))
    .limit(keyset.limit + 1)
}

export async function portfolioRow(scope: Scope, id: Uuid): Promise<PortfolioRow | undefined> {
  const [row] = await scope.orm
    .select()
    .from(portfolios)
    .where(and(eq(portfolios.tenantId, scope.tenantId), eq(portfolios.id, id)))
  return row
}

export async function portfolioByMetaId(
  scope: Scope,
  metaBusinessId: string,
): Promise<PortfolioRow | undefined> {
  const [row] = await scope.orm
    .select()
    .from(portfolios)
    .where(and(eq(portfolios.tenantId, scope.tenantId), eq(portfolios.metaBusinessId, metaBusinessId)))
  return row
}

/** Undefined: the company has this Meta id already. */
export async function insertPortfolio(
  scope: Scope,
  portfolio: Pick<PortfolioRow, 'id' | 'name' | 'metaBusinessId'>,
): Promise<PortfolioRow | undefined> {
  const [row] = await scope.orm
    .insert(portfolios)
    .values({ ...portfolio, tenantId: scope.tenantId })
    .onConflictDoNothing()
    .returning()
  return row
}

/** Meta's id of a portfolio that had none yet. */
export async function nameMetaBusiness(scope: Scope, id: Uuid, metaBusinessId: string): Promise<void> {
  await scope.orm
    .update(portfolios)
    .set({ metaBusinessId })
    .where(and(eq(portfolios.tenantId, scope.tenantId), eq(portfolios.id, id)))
}

export function wabaRows(scope: Scope, keyset: Keyset): Promise<WabaRow[]> {
  return scope.orm
    .select()
    .from(wabas)
    .where(and(eq(wabas.tenantId, scope.tenantId), keyset.after ? gt(wabas.id, keyset.after) : undefined))
    .orderBy(asc(wabas.tenantId), asc(wabas.id))
    .limit(keyset.limit + 1)
}

export async function wabaRow(scope: Scope, id: Uuid): Promise<WabaRow | undefined> {
  const [row] = await scope.orm
    .select()
    .from(wabas)
    .where(and(eq(wabas.tenantId, scope.tenantId), eq(wabas.id, id)))
  return row
}

export async function wabaByMetaId(scope: Scope, metaWabaId: string): Promise<WabaRow | undefined> {
  const [row] = await scope.orm
    .select()
    .from(wabas)
    .where(and(eq(wabas.tenantId, scope.tenantId), eq(wabas.metaWabaId, metaWabaId)))
  return row
}

/** Undefined: the company has this Meta id already. */
export async function insertWaba(
  scope: Scope,
  waba: Pick<WabaRow, 'id' | 'portfolioId' | 'name' | 'metaWabaId'>,
): Promise<WabaRow | undefined> {
  const [row] = await scope.orm
    .insert(wabas)
    .values({ ...waba, tenantId: scope.tenantId })
    .onConflictDoNothing()
    .returning()
  return row
}
