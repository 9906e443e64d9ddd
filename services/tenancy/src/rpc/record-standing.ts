import { type numbersV1, parseId, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { numberIdByDisplay, numberRow, writeStanding } from '../db/numbers.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { actorOf, uuidNamed } from './target.ts'

type H = Handler<numbersV1.RecordStandingRequest, numbersV1.RecordStandingResponse>

const wordLengthMax = 40

/**
 * Meta's word on a number, by the time at which Meta said it: what comes twice or late changes nothing, and two at once leave
 * the newer. Nobody's decision, so it is told to everyone and is no audit entry.
 */
export const recordStanding =
  ({ db }: Deps): H =>
  async (request, call) => {
    const { displayPhoneNumber, qualityRating, messagingTier, at } = request
    const tenantId = uuidNamed('tenant', request.tenantId)
    new Checks()
      .that(at !== undefined, 'at', 'missing', 'When Meta said so.')
      .that(qualityRating.length <= wordLengthMax, 'quality_rating', 'too_long', 'A word of Meta’s.')
      .that(messagingTier.length <= wordLengthMax, 'messaging_tier', 'too_long', 'A word of Meta’s.')
      .done()
    await change(db, tenantId, actorOf(call), async (made) => {
      const named = parseId('number', request.numberId)
      const id = named ? uuidOf(named) : await numberIdByDisplay(made, displayPhoneNumber)
      const held = id && (await numberRow(made, id, true))
      if (!id || !held) throw appError('not_found')
      if (!at || !(await writeStanding(made, held, { qualityRating, messagingTier, at }))) return
      const row = await numberRow(made, id)
      if (row) made.numberChanged(row)
    })
    return {}
  }
