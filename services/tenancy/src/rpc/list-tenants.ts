import type { tenancyV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findCompanies } from '../db/finders.ts'
import { tenantsByIds } from '../db/tenants.ts'
import type { Deps } from '../deps.ts'
import { pageOf } from '../domain/cursor.ts'
import { tenantMessage } from '../domain/messages.ts'
import { keyset } from './target.ts'

type H = Handler<tenancyV1.ListTenantsRequest, tenancyV1.ListTenantsResponse>

/** Companies, without the platform's own tenant. The finder gives ids; the rows are read under the policy. */
export const listTenants =
  ({ db }: Deps): H =>
  async ({ page, query }) => {
    const wanted = keyset(page)
    const ids = await findCompanies(db.sql, query.trim().slice(0, 120), wanted.after, wanted.limit + 1)
    const shown = pageOf(await tenantsByIds(db, ids), wanted, (row) => row.tenantId)
    return { tenants: shown.rows.map(tenantMessage), nextCursor: shown.nextCursor }
  }
