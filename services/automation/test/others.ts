/** Tenancy and dispatcher over real gRPC, playing as much of themselves as automation asks for. */
import { authV1, dispatcherV1, type Id, tenancyV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import {
  createServer,
  type Definition,
  type Handler,
  type Handlers,
  signCaller,
  signingKeyFromSeed,
  staticCallerKeys,
} from '@palomar/rpc'
import { generateKey, type Key } from '@palomar/seal'
import { silentLogger } from '@palomar/testkit'

export const signingKey = await signingKeyFromSeed(Buffer.alloc(32, 6).toString('base64'))
export const serviceSecret = 'test-secret-of-automation'

/** The ledger's view of the answers: one message per key, as the dispatcher promises (CONTRACTS 33). */
export interface FakeLedger {
  /** Every call, in order. */
  calls: dispatcherV1.AcceptMessagesRequest[]
  /** What was accepted, by idempotency key. */
  accepted: Map<string, dispatcherV1.AcceptMessagesRequest>
  /** Code of the refusal that items get now; undefined accepts. */
  refuse: string | undefined
  /** Answers nothing but `unavailable` while true. */
  away: boolean
}

export interface Others {
  tenancyAddress: string
  dispatcherAddress: string
  ledger: FakeLedger
  /** Data keys by tenant; a tenant that was never asked for gets one. `away` refuses. */
  dataKeys: Map<string, Key>
  tenancy: { away: boolean }
  stop(): Promise<void>
}

export async function startOthers(): Promise<Others> {
  const callerKeys = staticCallerKeys({ keys: [signingKey.publicJwk] })
  const serve = async (service: 'tenancy' | 'dispatcher', parts: [Definition, Handlers<Definition>][]) => {
    const server = createServer({ service, port: 0, logger: silentLogger, callerKeys, reflection: false })
    for (const [definition, handlers] of parts) server.add(definition, handlers)
    return { address: `127.0.0.1:${await server.start()}`, stop: () => server.stop(100) }
  }
  const dataKeys = new Map<string, Key>()
  const state = { away: false }
  const ledger: FakeLedger = { calls: [], accepted: new Map(), refuse: undefined, away: false }

  const tenancy = await serve('tenancy', [
    [
      authV1.AuthServiceService,
      only(authV1.AuthServiceService, {
        getSigningKeys: async () => ({ jwksJson: JSON.stringify({ keys: [signingKey.publicJwk] }) }),
        issueServiceToken: async ({ service, secret }: authV1.IssueServiceTokenRequest) => {
          if (secret !== serviceSecret) throw appError('unauthenticated')
          return signCaller(signingKey, { kind: 'service', service }, {})
        },
      }),
    ],
    [
      tenancyV1.TenancyServiceService,
      only(tenancyV1.TenancyServiceService, {
        getDataKeys: async ({ tenantIds }: tenancyV1.GetDataKeysRequest) => {
          if (state.away) throw appError('unavailable')
          return { keys: Object.fromEntries(tenantIds.map((id) => [id, keyOf(id as Id<'tenant'>)])) }
        },
      }),
    ],
  ])
  const dispatcher = await serve('dispatcher', [
    [
      dispatcherV1.DispatcherServiceService,
      only(dispatcherV1.DispatcherServiceService, {
        acceptMessages: async (request: dispatcherV1.AcceptMessagesRequest) => {
          ledger.calls.push(request)
          if (ledger.away) throw appError('unavailable')
          const refusal = ledger.refuse
          if (refusal) {
            const value = dispatcherV1.Refusal.fromPartial({ code: refusal })
            return { results: [{ result: { $case: 'refused', value } }], replayed: false }
          }
          const earlier = ledger.accepted.get(request.idempotencyKey)
          if (earlier && !Buffer.from(earlier.bodyHash).equals(Buffer.from(request.bodyHash)))
            throw appError('idempotency_key_reused')
          if (!earlier) ledger.accepted.set(request.idempotencyKey, request)
          const value = dispatcherV1.OutboundMessage.fromPartial({
            id: (earlier ?? request).items[0]?.messageId ?? '',
          })
          return { results: [{ result: { $case: 'accepted', value } }], replayed: earlier !== undefined }
        },
      }),
    ],
  ])

  function keyOf(tenantId: string): Buffer {
    const key = dataKeys.get(tenantId) ?? generateKey()
    dataKeys.set(tenantId, key)
    return Buffer.from(key)
  }

  return {
    tenancyAddress: tenancy.address,
    dispatcherAddress: dispatcher.address,
    ledger,
    dataKeys,
    tenancy: state,
    async stop() {
      await Promise.all([tenancy.stop(), dispatcher.stop()])
    },
  }
}

/** The methods given; every other one is an error nobody expects. */
// biome-ignore lint/suspicious/noExplicitAny: methods of one definition have different request types
function only(definition: Definition, handlers: Record<string, Handler<any, any>>): Handlers<Definition> {
  const missing: Handler<unknown, unknown> = async () => {
    throw appError('internal', { internal: 'not part of this test' })
  }
  return Object.fromEntries(
    Object.keys(definition).map((name) => [name, handlers[name] ?? missing]),
  ) as Handlers<Definition>
}
