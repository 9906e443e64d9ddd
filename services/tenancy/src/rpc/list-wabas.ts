import type { numbersV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { wabaRows } from '../db/portfolios.ts'
import { inTenant } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { pageOf } from '../domain/cursor.ts'
import { wabaMessage } from '../domain/messages.ts'
import { existing, keyset, targetTenant } from './target.ts'

type H = Handler<numbersV1.ListWabasRequest, numbersV1.ListWabasResponse>

export const listWabas =
  ({ db }: Deps): H =>
  async ({ tenantId, page }, call) =>
    inTenant(db, targetTenant(call, tenantId), async (scope) => {
      await existing(scope)
      const wanted = keyset(page)
      const shown = pageOf(await wabaRows(scope, wanted), wanted, (row) => row.id)
      return { wabas: shown.rows.map(wabaMessage), nextCursor: shown.nextCursor }
    })
