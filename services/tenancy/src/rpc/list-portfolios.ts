import type { numbersV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { portfolioRows } from '../db/portfolios.ts'
import { inTenant } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { pageOf } from '../domain/cursor.ts'
import { portfolioMessage } from '../domain/messages.ts'
import { existing, keyset, targetTenant } from './target.ts'

type H = Handler<numbersV1.ListPortfoliosRequest, numbersV1.ListPortfoliosResponse>

export const listPortfolios =
  ({ db }: Deps): H =>
  async ({ tenantId, page }, call) =>
    inTenant(db, targetTenant(call, tenantId), async (scope) => {
      await existing(scope)
      const wanted = keyset(page)
      const shown = pageOf(await portfolioRows(scope, wanted), wanted, (row) => row.id)
      return { portfolios: shown.rows.map(portfolioMessage), nextCursor: shown.nextCursor }
    })
