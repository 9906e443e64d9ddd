import type { Bus } from '@palomar/bus'
import { durables } from '@palomar/contracts'
import { z } from 'zod'
import { type Route, route } from '../route.ts'
import { iso, listAnswer, listOf, nullableInstant, nullableText, orNull, page } from './fields.ts'

const tag = 'Dead letters'

const durable = z.enum(Object.values(durables).map(({ name }) => name) as [string, ...string[]])
const deadLetter = z.object({
  id: z.string(),
  durable: z.string(),
  stream: z.string(),
  event_id: z.string(),
  tenant_id: nullableText,
  kind: z.string(),
  tries: z.number(),
  reason_code: nullableText,
  reason: nullableText,
  first_tried_at: nullableInstant,
  dead_at: nullableInstant,
  bytes: z.number(),
})

const replay = z
  .strictObject({
    durable,
    ids: z
      .array(z.string().regex(/^\d{1,16}$/, 'must be an id from the list'))
      .min(1)
      .max(500)
      .optional(),
    all: z.literal(true).optional(),
  })
  .refine((body) => (body.ids === undefined) !== (body.all === undefined), {
    path: ['ids'],
    message: 'give ids, or all: true',
  })

export function deadLetterRoutes(dead: Bus['dead']): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/dead-letters',
      access: 'platform:operate',
      tag,
      summary: 'Events that no try could handle, oldest first',
      query: page.extend({
        durable: durable.optional(),
        cursor: z
          .string()
          .regex(/^\d{0,16}$/)
          .default(''),
      }),
      status: 200,
      answer: listOf(deadLetter),
      handle: async ({ query }) => {
        const { letters, nextCursor } = await dead.list({
          limit: query.limit,
          ...(query.cursor === '' ? {} : { cursor: query.cursor }),
          ...(query.durable === undefined ? {} : { durable: query.durable }),
        })
        return listAnswer(letters, nextCursor ?? '', (one) => ({
          id: one.id,
          durable: one.durable,
          stream: one.stream,
          event_id: one.eventId,
          tenant_id: orNull(one.tenantId),
          kind: one.kind,
          tries: one.tries,
          reason_code: orNull(one.reasonCode),
          reason: orNull(one.reason),
          first_tried_at: iso(one.firstTriedAt),
          dead_at: iso(one.deadAt),
          bytes: one.bytes,
        }))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/dead-letters/replay',
      access: 'platform:operate',
      tag,
      summary: 'Hand dead letters back to their consumer alone',
      body: replay,
      status: 200,
      answer: z.object({ replayed: z.number() }),
      handle: async ({ body }) => ({ replayed: await dead.replay(body.durable, body.ids ?? 'all') }),
    }),
  ]
}
