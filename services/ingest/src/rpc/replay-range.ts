import { type ingestV1, parseId, uuidOf } from '@palomar/contracts'
import { appError, type FieldError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { tenantOfCaller } from './caller.ts'
import type { Deps } from './deps.ts'

type H = Handler<ingestV1.ReplayRangeRequest, ingestV1.ReplayResponse>

export const replayRange =
  ({ replayer }: Deps): H =>
  async ({ from, to, numberId }, call) => {
    const fields: FieldError[] = []
    if (!from) fields.push({ path: 'from', code: 'required', detail: 'Say from when.' })
    if (!to) fields.push({ path: 'to', code: 'required', detail: 'Say until when.' })
    if (from && to && from >= to)
      fields.push({ path: 'to', code: 'before_from', detail: 'It must be after the beginning.' })
    const number = numberId === '' ? undefined : parseId('number', numberId)
    if (numberId !== '' && !number)
      fields.push({ path: 'number_id', code: 'invalid', detail: 'It is no number id.' })
    if (fields.length > 0) throw appError('validation_failed', { fields })
    const tenantId = tenantOfCaller(call)
    if (!tenantId) throw appError('bad_request', { detail: 'Name the company whose changes to replay.' })
    return replayer.range(tenantId, { from, to, numberId: number && uuidOf(number) }, call.signal)
  }
