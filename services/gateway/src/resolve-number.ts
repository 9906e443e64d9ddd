import { AppError } from '@palomar/errors'
import type { Clock } from '@palomar/runtime'
import type { Clients } from './clients.ts'
import { numberUnknown, type ResolveNumber } from './http/v1/send-body.ts'

/** As long as a number may be sold to someone else without our hearing of it. */
const ttlMs = 30_000
const entriesMax = 10_000

export interface NumberResolver {
  of(tenantId: string): ResolveNumber
  drop(phoneNumberId: string): void
}

/** Meta's phone_number_id to num_…, for callers that only know Meta's; another company's is unknown. */
export function createNumberResolver(
  numbers: Pick<Clients['numbers'], 'resolveRoute'>,
  clock: Clock,
): NumberResolver {
  const known = new Map<string, { tenantId: string; numberId: string; untilMs: number }>()

  async function look(phoneNumberId: string) {
    const cached = known.get(phoneNumberId)
    if (cached && clock.monotonic() < cached.untilMs) return cached
    const { tenantId, numberId } = await numbers.resolveRoute({ phoneNumberId, metaWabaId: '' })
    const entry = { tenantId, numberId, untilMs: clock.monotonic() + ttlMs }
    if (known.size >= entriesMax) known.clear()
    known.set(phoneNumberId, entry)
    return entry
  }

  return {
    of: (tenantId) => async (phoneNumberId) => {
      try {
        const found = await look(phoneNumberId)
        if (found.tenantId !== tenantId || found.numberId === '') throw numberUnknown()
        return found.numberId
      } catch (error) {
        if (error instanceof AppError && error.code === 'not_found') throw numberUnknown()
        throw error
      }
    },
    drop: (phoneNumberId) => void known.delete(phoneNumberId),
  }
}
