import type { inboxV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import { contactSummary, showContactSummary } from './contacts.ts'
import {
  id,
  idParams,
  iso,
  listAnswer,
  listOf,
  nullableInstant,
  nullableText,
  orNull,
  page,
} from './fields.ts'
import { message, showMessage } from './message.ts'

const tag = 'Conversations'

const conversation = z.object({
  id: z.string(),
  contact: contactSummary,
  number_id: z.string(),
  status: z.string(),
  assignee_id: nullableText,
  team_id: nullableText,
  unread_count: z.number(),
  last_message_at: nullableInstant,
  last_message_preview: z.string(),
  last_message_direction: z.string(),
  last_message_state: nullableText,
  window_expires_at: nullableInstant,
  created_at: nullableInstant,
  version: z.number(),
})

function show(one: inboxV1.Conversation): z.output<typeof conversation> {
  return {
    id: one.id,
    contact: one.contact
      ? showContactSummary(one.contact)
      : { id: one.contactId, name: null, phone: null, wa_id: null },
    number_id: one.numberId,
    status: one.status,
    assignee_id: orNull(one.assigneeId),
    team_id: orNull(one.teamId),
    unread_count: one.unreadCount,
    last_message_at: iso(one.lastMessageAt),
    last_message_preview: one.lastMessagePreview,
    last_message_direction: one.lastMessageDirection,
    last_message_state: orNull(one.lastMessageState),
    window_expires_at: iso(one.windowExpiresAt),
    created_at: iso(one.createdAt),
    version: Number(one.version),
  }
}

const filters = page.extend({
  status: z.enum(['open', 'pending', 'closed']).optional(),
  number_id: id('number').optional(),
  assignee_id: id('user').optional(),
  contact_id: id('contact').optional(),
  unread: z.enum(['true', 'false']).optional(),
})

export function conversationRoutes({ inbox }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/conversations',
      access: 'conversations:read',
      tag,
      summary: 'Conversations, newest message first',
      query: filters,
      status: 200,
      answer: listOf(conversation),
      handle: async ({ query, as }) => {
        const { conversations, nextCursor } = await inbox.listConversations(
          {
            page: { limit: query.limit, cursor: query.cursor },
            status: query.status ?? '',
            numberId: query.number_id ?? '',
            assigneeId: query.assignee_id ?? '',
            contactId: query.contact_id ?? '',
            unreadOnly: query.unread === 'true',
          },
          as('inbox'),
        )
        return listAnswer(conversations, nextCursor, show)
      },
    }),
    route({
      method: 'GET',
      path: '/v1/conversations/:id',
      access: 'conversations:read',
      tag,
      summary: 'One conversation',
      params: idParams('conversation'),
      status: 200,
      answer: conversation,
      handle: async ({ params, as }) => show(await inbox.getConversation({ id: params.id }, as('inbox'))),
    }),
    route({
      method: 'GET',
      path: '/v1/conversations/:id/messages',
      access: 'messages:read',
      tag,
      summary: 'Messages of a conversation, newest first',
      params: idParams('conversation'),
      query: page,
      status: 200,
      answer: listOf(message),
      handle: async ({ params, query, as }) => {
        const { messages, nextCursor } = await inbox.listMessages(
          { page: query, conversationId: params.id, numberId: '', direction: '', state: '' },
          as('inbox'),
        )
        return listAnswer(messages, nextCursor, showMessage)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/conversations/:id/read',
      access: 'conversations:manage',
      tag,
      summary: 'Seen up to now: nothing is unread',
      params: idParams('conversation'),
      status: 200,
      answer: conversation,
      handle: async ({ params, as }) =>
        show(await inbox.markConversationRead({ id: params.id }, as('inbox'))),
    }),
  ]
}
