import type { numbersV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { numberRows } from '../db/numbers.ts'
import { inTenant } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { pageOf } from '../domain/cursor.ts'
import { numberMessage } from '../domain/number-resource.ts'
import { existing, keyset, targetTenant } from './target.ts'

type H = Handler<numbersV1.ListNumbersRequest, numbersV1.ListNumbersResponse>

export const listNumbers =
  ({ db }: Deps): H =>
  async ({ tenantId, page, state }, call) => {
    const known = state === '' || state === 'active' || state === 'paused'
    new Checks().that(known, 'state', 'unknown', 'active or paused.').done()
    return inTenant(db, targetTenant(call, tenantId), async (scope) => {
      await existing(scope)
      const wanted = keyset(page)
      const rows = await numberRows(scope, known ? state : '', wanted)
      const shown = pageOf(rows, wanted, (row) => row.id)
      return { numbers: shown.rows.map(numberMessage), nextCursor: shown.nextCursor }
    })
  }
