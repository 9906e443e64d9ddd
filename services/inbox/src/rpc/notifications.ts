import { type notificationsV1, parseId, uuidOf } from '@palomar/contracts'
import { insertLive, rerunOnConflict, type Tx } from '@palomar/db'
import type { CallContext, Handler } from '@palomar/rpc'
import { languagesOf } from '../db/companies.ts'
import * as db from '../db/notifications.ts'
import { decodeUuidCursor, encodeCursor, limitOf } from '../domain/cursor.ts'
import { notificationChanged } from '../domain/frames.ts'
import { notificationJson } from '../domain/live-json.ts'
import { type Audience, sharedAudiences } from '../domain/notification.ts'
import { notificationOf } from '../domain/resources.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

/** The caller's own: addressed to them, or to everybody who may what they may. */
function readerOf(call: CallContext): db.Reader & { userId: string } {
  const tenantId = tenantUuid(call)
  const caller = call.caller.kind === 'tenant' ? call.caller : undefined
  const userId = caller?.actorId ?? ''
  const id = parseId('user', userId) ?? parseId('apiKey', userId)
  if (!caller || !id) throw notFound()
  const me = uuidOf(id)
  const shared = sharedAudiences.filter((audience) => caller.permissions.has(audience.slice(2)))
  const audiences: Audience[] = [`u:${me}`, ...shared]
  return { tenantId, me, audiences, userId }
}

const languageOf = async (tx: Tx, tenantId: string) => (await languagesOf(tx, [tenantId])).get(tenantId) ?? ''

export function listNotifications({
  db: { forTenant },
}: RpcDeps): Handler<notificationsV1.ListNotificationsRequest, notificationsV1.ListNotificationsResponse> {
  return async ({ page, unreadOnly }, call) => {
    const reader = readerOf(call)
    const limit = limitOf(page?.limit)
    const after = decodeUuidCursor(page?.cursor)
    return forTenant(
      reader.tenantId,
      async (tx) => {
        const rows = await db.notificationsPage(tx, reader, unreadOnly, after, limit)
        const language = await languageOf(tx, reader.tenantId)
        const last = rows.length === limit ? rows.at(-1) : undefined
        return {
          notifications: rows.map((row) => notificationOf(row, language)),
          nextCursor: last ? encodeCursor([last.createdAt.toISOString(), last.id]) : '',
        }
      },
      { readOnly: true },
    )
  }
}

export function countUnreadNotifications({
  db: { forTenant },
}: RpcDeps): Handler<
  notificationsV1.CountUnreadNotificationsRequest,
  notificationsV1.CountUnreadNotificationsResponse
> {
  return async (_, call) => {
    const reader = readerOf(call)
    const count = await forTenant(reader.tenantId, (tx) => db.countUnread(tx, reader), { readOnly: true })
    return { count }
  }
}

/** Twice is the same as once: what is read already changes nothing and tells nobody. */
export function markNotificationRead({
  db: { forTenant },
  clock,
}: RpcDeps): Handler<notificationsV1.MarkNotificationReadRequest, notificationsV1.Notification> {
  return async (request, call) => {
    const reader = readerOf(call)
    const id = idOr404('notification', request.id)
    return rerunOnConflict(() =>
      forTenant(reader.tenantId, async (tx) => {
        const changed = await db.markRead(tx, reader, id)
        const row = await db.findNotification(tx, reader, id)
        if (!row) throw notFound()
        const resource = notificationOf(row, await languageOf(tx, reader.tenantId))
        const now = new Date(clock.now())
        if (changed) {
          const json = notificationJson(resource)
          insertLive(tx, [notificationChanged('notification.updated', reader, json, id, now)])
        }
        return resource
      }),
    )
  }
}

export function markAllNotificationsRead({
  db: { forTenant },
  clock,
}: RpcDeps): Handler<
  notificationsV1.MarkAllNotificationsReadRequest,
  notificationsV1.MarkAllNotificationsReadResponse
> {
  return async (_, call) => {
    const reader = readerOf(call)
    return rerunOnConflict(() =>
      forTenant(reader.tenantId, async (tx) => {
        const count = await db.markAllRead(tx, reader)
        const now = new Date(clock.now())
        const all = JSON.stringify({ id: null, is_read: true })
        if (count > 0)
          insertLive(tx, [notificationChanged('notification.updated', reader, all, now.toISOString(), now)])
        return { count }
      }),
    )
  }
}

/** Gone for the caller; what is addressed to several stays with the others. */
export function deleteNotification({
  db: { forTenant },
  clock,
}: RpcDeps): Handler<notificationsV1.DeleteNotificationRequest, notificationsV1.DeleteNotificationResponse> {
  return async (request, call) => {
    const reader = readerOf(call)
    const id = idOr404('notification', request.id)
    return rerunOnConflict(() =>
      forTenant(reader.tenantId, async (tx) => {
        if (!(await db.deleteNotification(tx, reader, id))) throw notFound()
        const now = new Date(clock.now())
        const json = JSON.stringify({ id: request.id })
        insertLive(tx, [notificationChanged('notification.deleted', reader, json, id, now)])
        return {}
      }),
    )
  }
}
