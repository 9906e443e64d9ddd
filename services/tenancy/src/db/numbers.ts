import type { Uuid } from '@palomar/contracts'
import { and, asc, eq, gt, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import type { Keyset } from '../domain/cursor.ts'
import { numberApps, numbers, portfolios, tenants, wabas } from './schema.ts'
import type { Scope } from './scope.ts'

/** A number with what stands around it. Never with its token: see {@link sealedToken}. */
export interface NumberRow {
  tenantId: Uuid
  id: Uuid
  name: string
  phoneNumberId: string
  displayPhoneNumber: string
  verifiedName: string
  state: 'active' | 'paused' | 'deleted'
  tokenVersion: bigint
  tokenRotatedAt: Date
  throughputPerSecond: number
  dailyQuota: bigint
  qualityRating: string
  messagingTier: string
  graphVersion: string
  version: bigint
  createdAt: Date
  updatedAt: Date
  wabaId: Uuid
  metaWabaId: string
  portfolioId: Uuid
  /** Empty while Meta's id of the portfolio is not known. */
  metaBusinessId: string
  tenantName: string
  appIds: Uuid[]
}

/** A column of ids, as ids. */
const uuidIn = (column: AnyPgColumn) => sql<Uuid>`${column}`

function numberQuery(scope: Scope) {
  return scope.orm
    .select({
      tenantId: uuidIn(numbers.tenantId),
      id: uuidIn(numbers.id),
      name: numbers.name,
      phoneNumberId: numbers.phoneNumberId,
      displayPhoneNumber: numbers.displayPhoneNumber,
      verifiedName: numbers.verifiedName,
      state: numbers.state,
      tokenVersion: numbers.tokenVersion,
      tokenRotatedAt: numbers.tokenRotatedAt,
      throughputPerSecond: numbers.throughputPerSecond,
      dailyQuota: numbers.dailyQuota,
      qualityRating: numbers.qualityRating,
      messagingTier: numbers.messagingTier,
      graphVersion: numbers.graphVersion,
      version: numbers.version,
      createdAt: numbers.createdAt,
      updatedAt: numbers.updatedAt,
      wabaId: uuidIn(numbers.wabaId),
      metaWabaId: wabas.metaWabaId,
      portfolioId: uuidIn(wabas.portfolioId),
      metaBusinessId: sql<string>`coalesce(${portfolios.metaBusinessId}, '')`,
      tenantName: tenants.name,
      appIds: sql<Uuid[]>`array(
        select a.app_id from tenancy.number_apps a
        where a.tenant_id = ${numbers.tenantId} and a.number_id = ${numbers.id} order by a.app_id)`,
    })
    .from(numbers)
    .innerJoin(wabas, and(eq(wabas.tenantId, numbers.tenantId), eq(wabas.id, numbers.wabaId)))
    .innerJoin(portfolios, and(eq(portfolios.tenantId, wabas.tenantId), eq(portfolios.id, wabas.portfolioId)))
    .innerJoin(tenants, eq(tenants.tenantId, numbers.tenantId))
    .$dynamic()
}

/** `state` empty: all that are not deleted. */
export function numberRows(
  scope: Scope,
  state: '' | 'active' | 'paused',
  keyset: Keyset,
): Promise<NumberRow[]> {
  return pageOfNumbers(scope, state ? eq(numbers.state, state) : ne(numbers.state, 'deleted'), keyset)
}

/** Tombstones too: for telling everything again. */
export function everyNumberRow(scope: Scope, keyset: Keyset): Promise<NumberRow[]> {
  return pageOfNumbers(scope, undefined, keyset)
}

/** The page first, by the key alone; joined at once, Postgres would join and sort all of the company's numbers. */
async function pageOfNumbers(scope: Scope, which: SQL | undefined, keyset: Keyset): Promise<NumberRow[]> {
  const page = await scope.orm
    .select({ id: numbers.id })
    .from(numbers)
    .where(
      and(
        eq(numbers.tenantId, scope.tenantId),
        which,
        keyset.after ? gt(numbers.id, keyset.after) : undefined,
      ),
    )
    .orderBy(asc(numbers.tenantId), asc(numbers.id))
    .limit(keyset.limit + 1)
  if (page.length === 0) return []
  const ids = page.map((row) => row.id)
  return numberQuery(scope)
    .where(and(eq(numbers.tenantId, scope.tenantId), inArray(numbers.id, ids)))
    .orderBy(asc(numbers.id))
}

/** Undefined when deleted. `lock` makes changes of one number take turns. */
export async function numberRow(scope: Scope, id: Uuid, lock = false): Promise<NumberRow | undefined> {
  if (lock) {
    await scope.tx`
      select 1 from tenancy.numbers where tenant_id = ${scope.tenantId} and id = ${id} for update`
  }
  const [row] = await numberQuery(scope).where(
    and(eq(numbers.tenantId, scope.tenantId), eq(numbers.id, id), ne(numbers.state, 'deleted')),
  )
  return row
}

/** Of this company; undefined when deleted. */
export async function numberByPhoneNumberId(
  scope: Scope,
  phoneNumberId: string,
): Promise<NumberRow | undefined> {
  const [row] = await numberQuery(scope).where(
    and(
      eq(numbers.tenantId, scope.tenantId),
      eq(numbers.phoneNumberId, phoneNumberId),
      ne(numbers.state, 'deleted'),
    ),
  )
  return row
}

/** False: some company has this phone_number_id already. */
export async function insertNumber(
  scope: Scope,
  number: Omit<typeof numbers.$inferInsert, 'tenantId'>,
  appIds: readonly Uuid[],
): Promise<boolean> {
  const inserted = await scope.orm
    .insert(numbers)
    .values({ ...number, tenantId: scope.tenantId })
    .onConflictDoNothing()
    .returning({ id: numbers.id })
  if (inserted.length === 0) return false
  if (appIds.length > 0) {
    await scope.orm
      .insert(numberApps)
      .values(appIds.map((appId) => ({ tenantId: scope.tenantId, numberId: number.id, appId })))
  }
  return true
}

/** By its digits as Meta shows it; undefined when the company has no such number. */
export async function numberIdByDisplay(scope: Scope, display: string): Promise<Uuid | undefined> {
  const [row] = await scope.tx<{ id: Uuid }[]>`
    select id from tenancy.numbers
    where tenant_id = ${scope.tenantId} and state <> 'deleted'
      and regexp_replace(display_phone_number, '[^0-9]', '', 'g') = ${display.replace(/\D/g, '')}
    order by id limit 1`
  return row?.id
}

/** False when Meta has said something newer, or the same. The row must be locked: `held` is what it says. */
export async function writeStanding(
  scope: Scope,
  held: Pick<NumberRow, 'id' | 'qualityRating' | 'messagingTier'>,
  standing: { qualityRating: string; messagingTier: string; at: Date },
): Promise<boolean> {
  const qualityRating = standing.qualityRating || held.qualityRating
  const messagingTier = standing.messagingTier || held.messagingTier
  const isNews = qualityRating !== held.qualityRating || messagingTier !== held.messagingTier
  const rows = await scope.orm
    .update(numbers)
    .set({
      qualityRating,
      messagingTier,
      standingAt: standing.at,
      ...(isNews && { version: sql`${numbers.version} + 1`, updatedAt: sql`now()` }),
    })
    .where(
      and(
        eq(numbers.tenantId, scope.tenantId),
        eq(numbers.id, held.id),
        or(isNull(numbers.standingAt), lt(numbers.standingAt, standing.at)),
      ),
    )
    .returning({ id: numbers.id })
  return isNews && rows.length > 0
}

export type NumberPatch = Partial<
  Pick<
    typeof numbers.$inferSelect,
    'name' | 'state' | 'displayPhoneNumber' | 'throughputPerSecond' | 'dailyQuota' | 'graphVersion'
  >
>

export async function updateNumber(
  scope: Scope,
  id: Uuid,
  patch: NumberPatch,
  sealedToken?: Uint8Array,
): Promise<void> {
  const token = sealedToken && {
    sealedToken,
    tokenVersion: sql`${numbers.tokenVersion} + 1`,
    tokenRotatedAt: sql`now()`,
  }
  await scope.orm
    .update(numbers)
    .set({ ...patch, ...token, version: sql`${numbers.version} + 1`, updatedAt: sql`now()` })
    .where(and(eq(numbers.tenantId, scope.tenantId), eq(numbers.id, id)))
}

/** What stays is a tombstone: no token, no apps, and its phone_number_id is free again. */
export async function buryNumber(scope: Scope, id: Uuid): Promise<void> {
  await scope.orm
    .delete(numberApps)
    .where(and(eq(numberApps.tenantId, scope.tenantId), eq(numberApps.numberId, id)))
  await scope.orm
    .update(numbers)
    .set({
      state: 'deleted',
      sealedToken: null,
      version: sql`${numbers.version} + 1`,
      updatedAt: sql`now()`,
    })
    .where(and(eq(numbers.tenantId, scope.tenantId), eq(numbers.id, id)))
}

export async function sealedToken(
  scope: Scope,
  id: Uuid,
): Promise<{ sealed: Uint8Array; tokenVersion: bigint } | undefined> {
  const [row] = await scope.orm
    .select({ sealed: numbers.sealedToken, tokenVersion: numbers.tokenVersion })
    .from(numbers)
    .where(and(eq(numbers.tenantId, scope.tenantId), eq(numbers.id, id), ne(numbers.state, 'deleted')))
  return row?.sealed ? { sealed: row.sealed, tokenVersion: row.tokenVersion } : undefined
}

/** The apps that may sign for any living number of a WABA. */
export async function appsOfWaba(scope: Scope, wabaId: Uuid): Promise<Uuid[]> {
  const rows = await scope.tx<{ appId: Uuid }[]>`
    select distinct a.app_id as "appId"
    from tenancy.numbers n
    join tenancy.number_apps a on a.tenant_id = n.tenant_id and a.number_id = n.id
    where n.tenant_id = ${scope.tenantId} and n.waba_id = ${wabaId} and n.state <> 'deleted'
    order by 1`
  return rows.map((row) => row.appId)
}
