import type { inboxHistoryV1, inboxV1, notificationsV1 } from '@palomar/contracts'
import type { Handlers } from '@palomar/rpc'
import { checkWindows } from './check-windows.ts'
import type { RpcDeps } from './deps.ts'
import { findSession } from './find-session.ts'
import { getContact } from './get-contact.ts'
import { getConversation } from './get-conversation.ts'
import { getMessage } from './get-message.ts'
import { getOrCreateSession } from './get-or-create-session.ts'
import { listContacts } from './list-contacts.ts'
import { listConversations } from './list-conversations.ts'
import { listMessages } from './list-messages.ts'
import { listSessions } from './list-sessions.ts'
import { markConversationRead } from './mark-conversation-read.ts'
import {
  countUnreadNotifications,
  deleteNotification,
  listNotifications,
  markAllNotificationsRead,
  markNotificationRead,
} from './notifications.ts'
import { type HistoryDeps, republish } from './republish.ts'
import { touchSession } from './touch-session.ts'

export function inboxHandlers(deps: RpcDeps): Handlers<typeof inboxV1.InboxServiceService> {
  return {
    listConversations: listConversations(deps),
    getConversation: getConversation(deps),
    listMessages: listMessages(deps),
    getMessage: getMessage(deps),
    markConversationRead: markConversationRead(deps),
    listContacts: listContacts(deps),
    getContact: getContact(deps),
    getOrCreateSession: getOrCreateSession(deps),
    touchSession: touchSession(deps),
    findSession: findSession(deps),
    listSessions: listSessions(deps),
    checkWindows: checkWindows(deps),
  }
}

export function historyHandlers(deps: HistoryDeps): Handlers<typeof inboxHistoryV1.HistoryServiceService> {
  return { republish: republish(deps) }
}

export function notificationHandlers(
  deps: RpcDeps,
): Handlers<typeof notificationsV1.NotificationsServiceService> {
  return {
    listNotifications: listNotifications(deps),
    countUnreadNotifications: countUnreadNotifications(deps),
    markNotificationRead: markNotificationRead(deps),
    markAllNotificationsRead: markAllNotificationsRead(deps),
    deleteNotification: deleteNotification(deps),
  }
}
