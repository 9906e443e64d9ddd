/** Tenancy over real gRPC, for what runs in a process of its own: it answers from the rig's {@link FakeTenancy}. */
import { authV1, type Id, numbersV1, tenancyV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import {
  createServer,
  type Definition,
  type Handler,
  type Handlers,
  signCaller,
  staticCallerKeys,
} from '@palomar/rpc'
import { silentLogger } from '@palomar/testkit'
import { type FakeTenancy, signingKey } from './fixture.ts'

export interface TenancyServer {
  address: string
  stop(): Promise<void>
}

export async function startTenancyServer(tenancy: FakeTenancy, secret: string): Promise<TenancyServer> {
  const jwks = { keys: [signingKey.publicJwk] }
  const server = createServer({
    service: 'tenancy',
    port: 0,
    logger: silentLogger,
    callerKeys: staticCallerKeys(jwks),
    reflection: false,
  })
  server.add(
    authV1.AuthServiceService,
    only(authV1.AuthServiceService, {
      getSigningKeys: async () => ({ jwksJson: JSON.stringify(jwks) }),
      issueServiceToken: async (request: authV1.IssueServiceTokenRequest) => {
        if (request.secret !== secret) throw appError('unauthenticated')
        return signCaller(signingKey, { kind: 'service', service: request.service }, {})
      },
    }),
  )
  server.add(
    numbersV1.NumbersServiceService,
    only(numbersV1.NumbersServiceService, {
      resolveRoute: async ({ phoneNumberId, metaWabaId }: numbersV1.ResolveRouteRequest) => {
        const route = await tenancy.askRoute({ phoneNumberId, wabaId: metaWabaId })
        if (!route) throw appError('not_found')
        return {
          ...route,
          metaWabaId: route.wabaId,
          appIds: [...route.appIds],
          tenantState: 'active',
        }
      },
    }),
  )
  server.add(
    tenancyV1.TenancyServiceService,
    only(tenancyV1.TenancyServiceService, {
      getDataKeys: async ({ tenantIds }: tenancyV1.GetDataKeysRequest) => ({
        keys: Object.fromEntries(
          [...(await tenancy.askDataKeys(tenantIds as Id<'tenant'>[]))].map(([id, key]) => [
            id,
            Buffer.from(key),
          ]),
        ),
      }),
    }),
  )
  const port = await server.start()
  return { address: `127.0.0.1:${port}`, stop: () => server.stop(100) }
}

/** The methods given; every other one is an error nobody expects. */
// biome-ignore lint/suspicious/noExplicitAny: methods of one definition have different request types
function only<D extends Definition>(definition: D, handlers: Record<string, Handler<any, any>>): Handlers<D> {
  const missing: Handler<unknown, unknown> = async () => {
    throw appError('internal', { internal: 'not part of this test' })
  }
  return Object.fromEntries(
    Object.keys(definition).map((name) => [name, handlers[name] ?? missing]),
  ) as Handlers<D>
}
