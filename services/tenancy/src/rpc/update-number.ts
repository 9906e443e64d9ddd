import type { numbersV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { sealToken } from '../add-number.ts'
import { change } from '../change.ts'
import { numberRow, updateNumber as updateRow } from '../db/numbers.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { displayPhoneNumber } from '../domain/meta.ts'
import { checkNumber } from '../domain/number-checks.ts'
import { numberMessage } from '../domain/number-resource.ts'
import { changedFields } from '../domain/patch.ts'
import { actorOf, existing, targetTenant, uuidNamed } from './target.ts'

type H = Handler<numbersV1.UpdateNumberRequest, numbersV1.Number>

/**
 * A new token counts token_version up: senders fetch it, and what failed with the old one may go again (T8). The old
 * one is gone from here; calls that already hold it finish with it.
 */
export const updateNumber =
  (deps: Deps): H =>
  async (request, call) => {
    const id = uuidNamed('number', request.id)
    const checks = new Checks()
    checkNumber(checks, request)
    checks.done()
    return change(deps.db, targetTenant(call, request.tenantId), actorOf(call), async (made) => {
      await existing(made, 'share')
      const before = await numberRow(made, id, true)
      if (!before) throw appError('not_found')
      const patch = changedFields(before, {
        name: request.name?.trim(),
        throughputPerSecond: request.throughputPerSecond,
        dailyQuota: request.dailyQuota,
        graphVersion: request.graphVersion,
        displayPhoneNumber:
          request.displayPhoneNumber === undefined
            ? undefined
            : displayPhoneNumber(request.displayPhoneNumber),
      })
      const token = request.accessToken
      if (!patch && token === undefined) return numberMessage(before)
      const sealed = token === undefined ? undefined : await sealToken(deps, made, id, token)
      await updateRow(made, id, patch ?? {}, sealed)
      const row = await numberRow(made, id)
      if (!row) throw new Error('the number was locked in this transaction and is gone')
      made.numberChanged(row)
      if (patch) {
        made.audit({
          action: 'number.updated',
          entity: 'number',
          entityId: id,
          metadata: { fields: Object.keys(patch) },
        })
      }
      if (sealed) made.audit({ action: 'number.token_rotated', entity: 'number', entityId: id })
      return numberMessage(row)
    })
  }
