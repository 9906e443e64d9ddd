import type { GraphAnswer } from '@palomar/cloud-api'
import { type dispatcherV1, parseId, uuidOf } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import type { Clock } from '@palomar/runtime'
import { readNumbers } from '../db/sending-state.ts'
import { checkedFields, checkOf } from '../domain/number-check.ts'
import type { Credentials } from '../tenancy/credentials.ts'
import { tenantUuid } from './tenant-uuid.ts'

export interface NumberApi {
  getNumber(call: {
    phoneNumberId: string
    token: string
    version: string
    fields: readonly string[]
  }): Promise<GraphAnswer<Record<string, unknown>>>
}

/** So that a button pressed again and again is one question to Meta. */
const sameForMs = 5_000
const checksMax = 10_000

/** Reads only, here and at Meta: dying in the middle leaves nothing behind. */
export function checkNumber(deps: {
  db: Db
  api: NumberApi
  credentials: Credentials
  graphVersion: string
  clock: Clock
}) {
  const { db, api, credentials, clock } = deps
  const recent = new Map<string, { at: number; check: Promise<dispatcherV1.NumberCheck> }>()

  async function ask(tenantId: string, numberId: string): Promise<dispatcherV1.NumberCheck> {
    const [number] = await db.forTenant(tenantId, (tx) => readNumbers(tx, [{ tenantId, numberId }]), {
      readOnly: true,
    })
    if (!number || number.state === 'deleted') throw appError('not_found')
    const { token } = await credentials.get(tenantId, numberId, number.token_version)
    const begun = clock.monotonic()
    const answer = await api.getNumber({
      phoneNumberId: number.phone_number_id,
      token,
      version: number.graph_version || deps.graphVersion,
      fields: checkedFields,
    })
    const durationMs = Math.round(clock.monotonic() - begun)
    return { ...checkOf(answer), checkedAt: new Date(clock.now()), durationMs }
  }

  return async (
    request: dispatcherV1.CheckNumberRequest,
    { caller }: CallContext,
  ): Promise<dispatcherV1.NumberCheck> => {
    const tenantId = tenantUuid(tenantOf(caller))
    const id = parseId('number', request.id)
    if (!id) throw appError('not_found')
    const numberId = uuidOf(id)
    const key = `${tenantId}/${numberId}`
    const known = recent.get(key)
    if (known && clock.monotonic() - known.at < sameForMs) return known.check
    const check = ask(tenantId, numberId)
    if (recent.size >= checksMax) recent.delete(recent.keys().next().value ?? '')
    recent.set(key, { at: clock.monotonic(), check })
    // What could not be asked is asked anew.
    check.catch(() => recent.delete(key))
    return check
  }
}
