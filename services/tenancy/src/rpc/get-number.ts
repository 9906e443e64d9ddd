import type { numbersV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { numberRow } from '../db/numbers.ts'
import { inTenant } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { numberMessage } from '../domain/number-resource.ts'
import { targetTenant, uuidNamed } from './target.ts'

type H = Handler<numbersV1.GetNumberRequest, numbersV1.Number>

export const getNumber =
  ({ db }: Deps): H =>
  async ({ id, tenantId }, call) =>
    inTenant(db, targetTenant(call, tenantId), async (scope) => {
      const row = await numberRow(scope, uuidNamed('number', id))
      if (!row) throw appError('not_found')
      return numberMessage(row)
    })
