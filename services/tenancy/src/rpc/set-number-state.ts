import type { numbersV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { numberRow, updateNumber } from '../db/numbers.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { numberMessage } from '../domain/number-resource.ts'
import { actorOf, existing, targetTenant, uuidNamed } from './target.ts'

type H = Handler<numbersV1.SetNumberStateRequest, numbersV1.Number>

/** Paused: nothing new is accepted for it and its lane rests; what comes in is still taken. */
export const setNumberState =
  ({ db }: Deps): H =>
  async ({ id, tenantId, state }, call) => {
    const numberId = uuidNamed('number', id)
    const wanted = state === 'active' || state === 'paused' ? state : undefined
    new Checks().that(wanted !== undefined, 'state', 'unknown', 'active or paused.').done()
    return change(db, targetTenant(call, tenantId), actorOf(call), async (made) => {
      await existing(made, 'share')
      const before = await numberRow(made, numberId, true)
      if (!before) throw appError('not_found')
      if (!wanted || before.state === wanted) return numberMessage(before)
      await updateNumber(made, numberId, { state: wanted })
      const row = await numberRow(made, numberId)
      if (!row) throw new Error('the number was locked in this transaction and is gone')
      made.numberChanged(row)
      made.audit({
        action: wanted === 'paused' ? 'number.paused' : 'number.activated',
        entity: 'number',
        entityId: numberId,
      })
      return numberMessage(row)
    })
  }
