import type { notificationsV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import {
  idParams,
  iso,
  json,
  listAnswer,
  listOf,
  nullableInstant,
  nullableText,
  orNull,
  page,
} from './fields.ts'

const tag = 'Notifications'

const notification = z.object({
  id: z.string(),
  user_id: nullableText,
  type: z.enum(['success', 'error', 'warning', 'info']),
  code: z.string(),
  title: z.string(),
  body: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  is_read: z.boolean(),
  related_type: nullableText,
  related_id: nullableText,
  created_at: nullableInstant,
})
const count = z.object({ count: z.number().int() })

function show(one: notificationsV1.Notification): z.output<typeof notification> {
  return {
    id: one.id,
    user_id: orNull(one.userId),
    type: notification.shape.type.safeParse(one.type).data ?? 'info',
    code: one.code,
    title: one.title,
    body: one.body,
    params: notification.shape.params.safeParse(json(one.paramsJson)).data ?? {},
    is_read: one.isRead,
    related_type: orNull(one.relatedType),
    related_id: orNull(one.relatedId),
    created_at: iso(one.createdAt),
  }
}

export function notificationRoutes({ notifications }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/notifications',
      access: 'conversations:read',
      tag,
      summary: 'Your notifications, newest first',
      description:
        'code and params say what happened, for your own words; title and body say it in the company’s language. user_id is null where a notification is addressed to everybody who may act on it.',
      query: page.extend({ unread: z.enum(['true', 'false']).optional() }),
      status: 200,
      answer: listOf(notification),
      handle: async ({ query, as }) => {
        const answer = await notifications.listNotifications(
          { page: { limit: query.limit, cursor: query.cursor }, unreadOnly: query.unread === 'true' },
          as('inbox'),
        )
        return listAnswer(answer.notifications, answer.nextCursor, show)
      },
    }),
    route({
      method: 'GET',
      path: '/v1/notifications/unread-count',
      access: 'conversations:read',
      tag,
      summary: 'How many you have not read, up to 1,000',
      status: 200,
      answer: count,
      handle: async ({ as }) => {
        const answer = await notifications.countUnreadNotifications({}, as('inbox'))
        return { count: answer.count }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/notifications/:id/read',
      access: 'conversations:read',
      tag,
      summary: 'You have read it; twice is once',
      params: idParams('notification'),
      status: 200,
      answer: notification,
      handle: async ({ params, as }) =>
        show(await notifications.markNotificationRead({ id: params.id }, as('inbox'))),
    }),
    route({
      method: 'POST',
      path: '/v1/notifications/read-all',
      access: 'conversations:read',
      tag,
      summary: 'You have read them all; answers how many were unread',
      status: 200,
      answer: count,
      handle: async ({ as }) => {
        const answer = await notifications.markAllNotificationsRead({}, as('inbox'))
        return { count: answer.count }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/notifications/:id',
      access: 'conversations:read',
      tag,
      summary: 'Delete a notification; one addressed to several stays with the others',
      params: idParams('notification'),
      status: 200,
      answer: z.object({ id: z.string() }),
      handle: async ({ params, as }) => {
        await notifications.deleteNotification({ id: params.id }, as('inbox'))
        return { id: params.id }
      },
    }),
  ]
}
