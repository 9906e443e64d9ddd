import { z } from 'zod'
import type { Fact, MetaError } from '../domain/attempt.ts'
import type { GraphResult } from './send.ts'

/** https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages: only what we use. */
const accepted = z.object({
  contacts: z.array(z.object({ wa_id: z.string().optional() })).optional(),
  messages: z.tuple(
    [z.object({ id: z.string().min(1), message_status: z.string().optional() })],
    z.unknown(),
  ),
})

const refused = z.object({
  error: z.object({
    code: z.number().int(),
    message: z.string().optional(),
    error_user_title: z.string().optional(),
    // An object on sends, plain text on template calls.
    error_data: z.union([z.object({ details: z.string().optional() }), z.string()]).optional(),
  }),
})

/** What Graph's answer says of the attempt. An answer that is neither form proves nothing: in doubt. */
export function factOf(result: GraphResult, at: Date): Fact {
  if (result.kind !== 'answered') return { kind: result.kind, at }
  const yes = accepted.safeParse(result.json)
  if (yes.success) {
    const [message] = yes.data.messages
    return {
      kind: 'accepted',
      at,
      wamid: message.id,
      waId: yes.data.contacts?.[0]?.wa_id ?? null,
      // Paced templates: Meta has it but does not deliver yet.
      held: message.message_status === 'held_for_quality_assessment' || message.message_status === 'paused',
    }
  }
  const no = refused.safeParse(result.json)
  return no.success ? { kind: 'rejected', at, error: errorOf(no.data.error) } : { kind: 'in_doubt', at }
}

function errorOf(error: z.infer<typeof refused>['error']): MetaError {
  const details = typeof error.error_data === 'string' ? error.error_data : (error.error_data?.details ?? '')
  return {
    code: error.code,
    // Meta writes "(#131047) Re-engagement message"; the number is its own field here.
    title: (error.error_user_title ?? error.message ?? '').replace(/^\(#\d+\)\s*/, ''),
    details,
    href: '',
  }
}
