import type { GraphAnswer } from '@palomar/cloud-api'
import { type dispatcherV1, idFromUuid, type numbersV1, parseId, uuidOf } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import type { Clock, Logger } from '@palomar/runtime'
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

/**
 * Reads at Meta, and tells tenancy the quality and tier it found: dying in the middle leaves nothing behind that the next check
 * would not say again.
 */
export function checkNumber(deps: {
  db: Db
  api: NumberApi
  credentials: Credentials
  /** What Meta says of the number, for everybody else. */
  tellStanding(request: numbersV1.RecordStandingRequest): Promise<unknown>
  graphVersion: string
  clock: Clock
  logger: Logger
}) {
  const { db, api, credentials, clock, logger } = deps
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
    const checkedAt = new Date(clock.now())
    const check = checkOf(answer)
    await tell(tenantId, numberId, check, checkedAt)
    return { ...check, checkedAt, durationMs }
  }

  /** The caller has his answer whether or not it can be kept: the next check, or a webhook, says it again. */
  async function tell(
    tenantId: string,
    numberId: string,
    { qualityRating, messagingLimit }: Pick<dispatcherV1.NumberCheck, 'qualityRating' | 'messagingLimit'>,
    at: Date,
  ): Promise<void> {
    if (qualityRating === '' && messagingLimit === '') return
    await deps
      .tellStanding({
        tenantId: idFromUuid('tenant', tenantId),
        numberId: idFromUuid('number', numberId),
        displayPhoneNumber: '',
        qualityRating,
        messagingTier: messagingLimit,
        at,
      })
      .catch((error: unknown) => logger.warn('what Meta says of a number was not kept', { error }))
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
