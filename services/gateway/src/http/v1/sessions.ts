import type { inboxV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import {
  id,
  idParams,
  iso,
  line,
  listAnswer,
  listOf,
  nullableInstant,
  nullableText,
  orNull,
  page,
} from './fields.ts'

const tag = 'Sessions'

const session = z.object({
  id: z.string(),
  wa_id: nullableText,
  user_id: nullableText,
  conversation_id: z.string(),
  contact_id: nullableText,
  number_id: z.string(),
  phone_number_id: z.string(),
  created_at: nullableInstant,
  updated_at: nullableInstant,
})

function show(one: inboxV1.Session): z.output<typeof session> {
  return {
    id: one.id,
    wa_id: orNull(one.waId),
    user_id: orNull(one.userId),
    conversation_id: one.conversationId,
    contact_id: orNull(one.contactId),
    number_id: one.numberId,
    phone_number_id: one.phoneNumberId,
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
  }
}

const waId = z.string().regex(/^\d{5,20}$/, 'must be digits')
/** Meta's business-scoped user id: country, dot, and its own part. */
const userId = z.string().regex(/^[A-Z]{2}\.[A-Za-z0-9.]{1,150}$/, 'must be a business-scoped user id')

const named = z
  .strictObject({
    number_id: id('number'),
    wa_id: waId.optional(),
    user_id: userId.optional(),
    name: line(120).optional(),
  })
  .refine((body) => body.wa_id !== undefined || body.user_id !== undefined, {
    path: ['wa_id'],
    message: 'give wa_id or user_id',
  })

const sought = z.strictObject({
  number_id: id('number'),
  wa_id: waId.optional(),
  user_id: userId.optional(),
  conversation_id: id('conversation').optional(),
})

export function sessionRoutes({ inbox }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/sessions',
      access: 'conversations:read',
      tag,
      summary: 'Who is in which conversation, per number; last touched first (G12)',
      query: page.extend({ number_id: id('number').optional() }),
      status: 200,
      answer: listOf(session),
      handle: async ({ query: { number_id, ...page }, as }) => {
        const { sessions, nextCursor } = await inbox.listSessions(
          { page, numberId: number_id ?? '' },
          as('inbox'),
        )
        return listAnswer(sessions, nextCursor, show)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/sessions',
      access: 'conversations:manage',
      tag,
      summary: 'The session of a person at a number, made when there is none',
      body: named,
      status: 200,
      answer: session,
      refusals: ['not_found'],
      handle: async ({ body, as }) =>
        show(
          await inbox.getOrCreateSession(
            {
              numberId: body.number_id,
              waId: body.wa_id ?? '',
              userId: body.user_id ?? '',
              name: body.name ?? '',
            },
            as('inbox'),
          ),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/sessions/find',
      access: 'conversations:read',
      tag,
      summary: 'The session of a person or a conversation at a number',
      query: sought,
      status: 200,
      answer: session,
      refusals: ['not_found'],
      handle: async ({ query, as }) =>
        show(
          await inbox.findSession(
            {
              numberId: query.number_id,
              waId: query.wa_id ?? '',
              userId: query.user_id ?? '',
              conversationId: query.conversation_id ?? '',
            },
            as('inbox'),
          ),
        ),
    }),
    route({
      method: 'POST',
      path: '/v1/sessions/:id/touch',
      access: 'conversations:manage',
      tag,
      summary: 'Mark a session as used now',
      params: idParams('session'),
      status: 200,
      answer: session,
      handle: async ({ params, as }) => show(await inbox.touchSession({ id: params.id }, as('inbox'))),
    }),
  ]
}
