/** Every operation of /v1, one file per resource. */
import type { Bus } from '@palomar/bus'
import type { Clients } from '../../clients.ts'
import type { Tickets } from '../../live/tickets.ts'
import type { NumberResolver } from '../../resolve-number.ts'
import type { ApiLimits } from '../limits.ts'
import type { Route } from '../route.ts'
import { analyticsRoutes } from './analytics.ts'
import { apiKeyRoutes } from './api-keys.ts'
import { appRoutes } from './apps.ts'
import { auditRoutes } from './audit.ts'
import { authRoutes } from './auth.ts'
import { companyRoutes } from './companies.ts'
import { contactRoutes } from './contacts.ts'
import { conversationRoutes } from './conversations.ts'
import { deadLetterRoutes } from './dead-letters.ts'
import { liveRoutes } from './live.ts'
import { meRoutes } from './me.ts'
import { mediaRoutes } from './media.ts'
import { messageRoutes } from './messages.ts'
import { notificationRoutes } from './notifications.ts'
import { numberRoutes } from './numbers.ts'
import { portfolioRoutes } from './portfolios.ts'
import { ruleRoutes } from './rules.ts'
import { sessionRoutes } from './sessions.ts'
import { templateRoutes } from './templates.ts'
import { userRoutes } from './users.ts'
import { wabaRoutes } from './wabas.ts'
import { webhookEndpointRoutes } from './webhook-endpoints.ts'
import { webhookEventRoutes } from './webhook-events.ts'

export interface V1Deps {
  clients: Clients
  limits: ApiLimits
  resolver: NumberResolver
  tickets: Tickets
  dead: Bus['dead']
}

export function v1Routes({ clients, limits, resolver, tickets, dead }: V1Deps): Route[] {
  return [
    ...authRoutes(clients, limits),
    ...meRoutes(clients),
    ...companyRoutes(clients),
    ...userRoutes(clients),
    ...apiKeyRoutes(clients),
    ...appRoutes(clients),
    ...portfolioRoutes(clients),
    ...wabaRoutes(clients),
    ...numberRoutes(clients),
    ...templateRoutes(clients),
    ...messageRoutes(clients, resolver.of),
    ...conversationRoutes(clients),
    ...contactRoutes(clients),
    ...mediaRoutes(clients),
    ...notificationRoutes(clients),
    ...sessionRoutes(clients),
    ...webhookEventRoutes(clients),
    ...analyticsRoutes(clients),
    ...ruleRoutes(clients),
    ...webhookEndpointRoutes(clients),
    ...auditRoutes(clients),
    ...deadLetterRoutes(dead),
    ...liveRoutes(tickets),
  ]
}
