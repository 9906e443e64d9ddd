import { type GraphResult, messageIdIn, parseGraphError } from '@palomar/cloud-api'
import { z } from 'zod'
import type { Fact } from '../domain/attempt.ts'

/** What else an accepted send says; each part may be missing (no wa_id when sent to a business-scoped id). */
const accepted = z.object({
  contacts: z.array(z.object({ wa_id: z.string().optional() })).optional(),
  messages: z.array(z.object({ message_status: z.string().optional() })),
})

/** What Graph's answer says of the attempt. An answer that is neither form proves nothing: in doubt. */
export function factOf(result: GraphResult, at: Date): Fact {
  if (result.kind !== 'answered') return { kind: result.kind, at }
  const error = parseGraphError(result.json)
  if (error) {
    const { code, title, details, isTransient, subcode } = error
    const hints = { isTransient, ...(subcode === undefined ? {} : { subcode }) }
    return { kind: 'rejected', at, error: { code, title, details, href: '' }, hints }
  }
  const wamid = messageIdIn(result.json)
  if (!wamid) return { kind: 'in_doubt', at }
  const more = accepted.safeParse(result.json).data
  const status = more?.messages[0]?.message_status
  return {
    kind: 'accepted',
    at,
    wamid,
    waId: more?.contacts?.[0]?.wa_id ?? null,
    // Paced templates: Meta has it but does not deliver yet.
    held: status === 'held_for_quality_assessment' || status === 'paused',
  }
}
