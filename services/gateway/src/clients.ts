/** One channel per service for the life of the process. */
import { authV1, dispatcherV1, inboxV1, ingestV1, numbersV1, tenancyV1 } from '@palomar/contracts'
import { createClient, type RpcClient, serviceTokenSource } from '@palomar/rpc'
import type { Logger, Metrics } from '@palomar/runtime'

export interface Clients {
  auth: RpcClient<typeof authV1.AuthServiceService>
  tenancy: RpcClient<typeof tenancyV1.TenancyServiceService>
  numbers: RpcClient<typeof numbersV1.NumbersServiceService>
  inbox: RpcClient<typeof inboxV1.InboxServiceService>
  dispatcher: RpcClient<typeof dispatcherV1.DispatcherServiceService>
  ingest: RpcClient<typeof ingestV1.IngestServiceService>
  close(): void
}

export interface ClientsOptions {
  tenancyAddress: string
  inboxAddress: string
  dispatcherAddress: string
  ingestAddress: string
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
  const clients = {
    auth: createClient(authV1.AuthServiceService, tenancyAt),
    tenancy: createClient(tenancyV1.TenancyServiceService, tenancyAt),
    numbers: createClient(numbersV1.NumbersServiceService, tenancyAt),
    inbox: createClient(inboxV1.InboxServiceService, to('inbox', options.inboxAddress)),
    dispatcher: createClient(
      dispatcherV1.DispatcherServiceService,
      to('dispatcher', options.dispatcherAddress),
    ),
    ingest: createClient(ingestV1.IngestServiceService, to('ingest', options.ingestAddress)),
  }
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.close()
      token.close()
    },
  }
}
