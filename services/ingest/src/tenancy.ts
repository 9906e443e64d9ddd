/** What ingest asks of tenancy, over gRPC with its own service token. */
import { type Id, numbersV1, parseId, tenancyV1 } from '@palomar/contracts'
import { AppError, appError } from '@palomar/errors'
import { createClient, type TokenSource } from '@palomar/rpc'
import type { Logger, Metrics } from '@palomar/runtime'
import type { AskDataKeys } from './data-keys.ts'
import type { Standing } from './domain/quality.ts'
import type { AskRoute } from './routes.ts'

export interface Tenancy {
  askRoute: AskRoute
  askDataKeys: AskDataKeys
  /** What Meta says of a number. A company that has no such number is no error. */
  tellStanding(tenantId: string, standing: Standing, at: Date): Promise<void>
  close(): void
}

export function connectTenancy(options: {
  address: string
  token: TokenSource
  logger: Logger
  metrics: Metrics
}): Tenancy {
  const client = { ...options, audience: 'tenancy', deadlineMs: 3_000 }
  const numbers = createClient(numbersV1.NumbersServiceService, client)
  const tenants = createClient(tenancyV1.TenancyServiceService, client)
  return {
    async askRoute({ phoneNumberId, wabaId }) {
      try {
        const route = await numbers.resolveRoute({ phoneNumberId, metaWabaId: wabaId })
        return {
          tenantId: tenantIdOf(route.tenantId),
          numberId: route.numberId,
          phoneNumberId: route.phoneNumberId,
          wabaId: route.metaWabaId,
          portfolioId: route.portfolioId,
          appIds: new Set(route.appIds),
        }
      } catch (error) {
        // The one certain no. Anything else, a refusal of our token included, says nothing about the number.
        if (error instanceof AppError && error.code === 'not_found') return undefined
        throw error
      }
    },
    askDataKeys: async (tenantIds) =>
      new Map(Object.entries((await tenants.getDataKeys({ tenantIds })).keys)),
    async tellStanding(tenantId, standing, at) {
      try {
        await numbers.recordStanding({ tenantId, numberId: '', ...standing, at })
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'not_found')) throw error
      }
    },
    close() {
      numbers.close()
      tenants.close()
    },
  }
}

function tenantIdOf(text: string): Id<'tenant'> {
  const id = parseId('tenant', text)
  if (!id) throw appError('internal', { internal: 'tenancy named no tenant' })
  return id
}
