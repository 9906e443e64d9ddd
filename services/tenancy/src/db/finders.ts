/**
 * The look-ups that come before a tenant is known (CONTRACTS 9). Each calls a function that palomar_finder owns, which
 * tells no more than ids; what they name is read again under the policy.
 */
import type { Uuid } from '@palomar/contracts'
import { type Sql, type Tx, translate } from '@palomar/db'

/** A statement on the pool, with the errors it would have in a transaction: Postgres away is `unavailable`. */
export async function looked<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query
  } catch (error) {
    throw translate(error)
  }
}

export async function findApiKey(
  sql: Sql | Tx,
  hash: Uint8Array,
): Promise<{ tenantId: Uuid; id: Uuid } | undefined> {
  const [row] = await looked(sql<{ tenantId: Uuid; id: Uuid }[]>`
    select tenant_id as "tenantId", id from tenancy.find_api_key(${hash})`)
  return row
}

export async function findRefreshToken(sql: Sql | Tx, hash: Uint8Array): Promise<Uuid | undefined> {
  const [row] = await looked(sql<{ tenantId: Uuid }[]>`
    select tenant_id as "tenantId" from tenancy.find_refresh_token(${hash})`)
  return row?.tenantId
}

/** The tenants a person is a member of, whatever the membership's state. */
export async function findMemberships(sql: Sql | Tx, userId: Uuid): Promise<Uuid[]> {
  const rows = await looked(sql<{ tenantId: Uuid }[]>`
    select tenant_id as "tenantId" from tenancy.find_memberships(${userId}) order by 1`)
  return rows.map((row) => row.tenantId)
}

/** Companies that are not deleted and whose name contains `part`, by id. */
export async function findCompanies(
  sql: Sql | Tx,
  part: string,
  after: Uuid | undefined,
  count: number,
): Promise<Uuid[]> {
  const rows = await looked(sql<{ tenantId: Uuid }[]>`
    select tenant_id as "tenantId" from tenancy.find_companies(${part}, ${after ?? null}, ${count})`)
  return rows.map((row) => row.tenantId)
}

/** Every tenant there ever was, by id: for what must go over all of them. */
export async function findTenants(sql: Sql | Tx, after: Uuid | undefined, count: number): Promise<Uuid[]> {
  const rows = await looked(sql<{ tenantId: Uuid }[]>`
    select tenant_id as "tenantId" from tenancy.find_tenants(${after ?? null}, ${count})`)
  return rows.map((row) => row.tenantId)
}
