/** One channel per service for the life of the process. */
import {
  analyticsV1,
  authV1,
  automationV1,
  dispatcherV1,
  inboxV1,
  ingestV1,
  mediaV1,
  notificationsV1,
  numbersV1,
  tenancyV1,
} from '@palomar/contracts'
import { createClient, type RpcClient, serviceTokenSource } from '@palomar/rpc'
import type { Logger, Metrics } from '@palomar/runtime'

export interface Clients {
  auth: RpcClient<typeof authV1.AuthServiceService>
  tenancy: RpcClient<typeof tenancyV1.TenancyServiceService>
  numbers: RpcClient<typeof numbersV1.NumbersServiceService>
  inbox: RpcClient<typeof inboxV1.InboxServiceService>
  notifications: RpcClient<typeof notificationsV1.NotificationsServiceService>
  dispatcher: RpcClient<typeof dispatcherV1.DispatcherServiceService>
  ingest: RpcClient<typeof ingestV1.IngestServiceService>
  media: RpcClient<typeof mediaV1.MediaServiceService>
  analytics: RpcClient<typeof analyticsV1.AnalyticsServiceService>
  automation: RpcClient<typeof automationV1.AutomationServiceService>
  close(): void
}

export interface ClientsOptions {
  tenancyAddress: string
  inboxAddress: string
  dispatcherAddress: string
  ingestAddress: string
  mediaAddress: string
  analyticsAddress: string
  automationAddress: string
  serviceSecret: string
  logger: Logger
  metrics: Metrics
}

export function createClients(options: ClientsOptions): Clients {
  const { logger, metrics } = options
  // Callers' tokens come with each call; the gateway's own opens what comes before a caller: login, exchange, FindApp.
  const token = serviceTokenSource({
    service: 'gateway',
    secret: options.serviceSecret,
    tenancyAddress: options.tenancyAddress,
    logger,
  })
  const to = (audience: string, address: string) => ({
    address,
    audience,
    token,
    deadlineMs: 10_000,
    logger,
    metrics,
  })
  const tenancyAt = to('tenancy', options.tenancyAddress)
  const inboxAt = to('inbox', options.inboxAddress)
  const clients = {
    auth: createClient(authV1.AuthServiceService, tenancyAt),
    tenancy: createClient(tenancyV1.TenancyServiceService, tenancyAt),
    numbers: createClient(numbersV1.NumbersServiceService, tenancyAt),
    inbox: createClient(inboxV1.InboxServiceService, inboxAt),
    notifications: createClient(notificationsV1.NotificationsServiceService, inboxAt),
    dispatcher: createClient(
      dispatcherV1.DispatcherServiceService,
      to('dispatcher', options.dispatcherAddress),
    ),
    ingest: createClient(ingestV1.IngestServiceService, to('ingest', options.ingestAddress)),
    media: createClient(mediaV1.MediaServiceService, to('media', options.mediaAddress)),
    analytics: createClient(analyticsV1.AnalyticsServiceService, to('analytics', options.analyticsAddress)),
    automation: createClient(
      automationV1.AutomationServiceService,
      to('automation', options.automationAddress),
    ),
  }
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.close()
      token.close()
    },
  }
}
