import type { numbersV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { numberRow } from '../db/numbers.ts'
import type { Deps } from '../deps.ts'
import { endNumber } from '../end-number.ts'
import { actorOf, targetTenant, uuidNamed } from './target.ts'

type H = Handler<numbersV1.DeleteNumberRequest, numbersV1.DeleteNumberResponse>

export const deleteNumber =
  ({ db }: Deps): H =>
  async ({ id, tenantId }, call) => {
    const numberId = uuidNamed('number', id)
    await change(db, targetTenant(call, tenantId), actorOf(call), async (made) => {
      const row = await numberRow(made, numberId, true)
      if (!row) throw appError('not_found')
      await endNumber(made, row)
      made.audit({
        action: 'number.deleted',
        entity: 'number',
        entityId: numberId,
        metadata: { phone_number_id: row.phoneNumberId },
      })
    })
    return {}
  }
