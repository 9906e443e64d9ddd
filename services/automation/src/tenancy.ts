/** What automation asks of tenancy, over gRPC with its own service token. */
import { tenancyV1 } from '@palomar/contracts'
import { createClient, type TokenSource } from '@palomar/rpc'
import type { Logger, Metrics } from '@palomar/runtime'
import type { AskDataKeys } from './data-keys.ts'

export interface Tenancy {
  askDataKeys: AskDataKeys
  close(): void
}

export function connectTenancy(options: {
  address: string
  token: TokenSource
  logger: Logger
  metrics: Metrics
}): Tenancy {
  const tenants = createClient(tenancyV1.TenancyServiceService, {
    ...options,
    audience: 'tenancy',
    deadlineMs: 3_000,
  })
  return {
    askDataKeys: async (tenantIds) =>
      new Map(Object.entries((await tenants.getDataKeys({ tenantIds })).keys)),
    close: () => tenants.close(),
  }
}
