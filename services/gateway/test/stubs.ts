/**
 * The services behind the gateway, played with real gRPC, real caller tokens and real access checks: what they hold is
 * made up. Whatever has an id belongs to a company; to every other one it is not found.
 */
import {
  analyticsV1,
  authV1,
  automationV1,
  dispatcherV1,
  inboxV1,
  ingestV1,
  mediaV1,
  newId,
  notificationsV1,
  numbersV1,
  permissions,
  type Service,
  tenancyV1,
} from '@palomar/contracts'
import { appError } from '@palomar/errors'
import {
  type CallContext,
  createServer,
  type Definition,
  type Handlers,
  signCaller,
  signingKeyFromSeed,
  staticCallerKeys,
} from '@palomar/rpc'
import { silentLogger } from '@palomar/testkit'

import { type Store, startStore } from './store.ts'

export const signingKey = await signingKeyFromSeed(Buffer.alloc(32, 3).toString('base64'))

export interface Seen {
  method: string
  request: Record<string, unknown>
  tenantId: string
  actorId: string
  requestId: string
}

type Special = Partial<Record<string, (request: never, call: CallContext) => Promise<unknown>>>

export interface Stubs {
  addresses: Record<Exclude<Service, 'gateway'>, string>
  /** Every call, in order. */
  seen: Seen[]
  /** id → the company it belongs to. */
  owners: Map<string, string>
  /** Credential → who it stands for; absent is unauthenticated. */
  identities: Map<string, authV1.Identity>
  /** What the store behind signed addresses was given, and what it gives. */
  store: Store
  /** Replaces what a method does, by its name. */
  special: Special
  /** Someone with these permissions, and their credential. */
  person(options?: Partial<authV1.Identity> & { lacking?: string }): {
    token: string
    identity: authV1.Identity
  }
  own(tenantId: string, ...ids: string[]): void
  /** What their health says of these parts. */
  parts: { postgres: boolean; graph: boolean }
  stopService(service: keyof Stubs['addresses']): Promise<void>
  stop(): Promise<void>
}

export async function startStubs(): Promise<Stubs> {
  const seen: Seen[] = []
  const owners = new Map<string, string>()
  const identities = new Map<string, authV1.Identity>()
  const special: Special = {}
  const parts = { postgres: true, graph: true }
  const callerKeys = staticCallerKeys({ keys: [signingKey.publicJwk] })
  const store = startStore()

  function handlersOf<D extends Definition>(definition: D): Handlers<D> {
    const entries = Object.entries(definition).map(([name, method]) => {
      const handler = async (request: Record<string, unknown>, call: CallContext): Promise<unknown> => {
        const caller = call.caller.kind === 'tenant' ? call.caller : undefined
        const { tenantId = '', actorId = '' } = caller ?? {}
        seen.push({ method: name, request, tenantId, actorId, requestId: call.requestId })
        const own = special[name] ?? defaults[name]
        const empty = method.responseDeserialize(Buffer.alloc(0)) as object
        if (own) return { ...empty, ...((await own(request as never, call)) as object) }
        for (const key of ['id', 'conversationId', 'numberId', 'endpointId']) {
          const id = request[key]
          if (typeof id === 'string' && id !== '' && owners.get(id) !== tenantId) throw appError('not_found')
        }
        return { ...empty, ...('id' in request ? { id: request.id } : {}) }
      }
      return [name, handler]
    })
    return Object.fromEntries(entries) as Handlers<D>
  }

  const defaults: Special = {
    issueServiceToken: async ({ service }: authV1.IssueServiceTokenRequest) =>
      signCaller(signingKey, { kind: 'service', service }, {}),
    getSigningKeys: async () => ({ jwksJson: JSON.stringify({ keys: [signingKey.publicJwk] }) }),
    findApp: async () => {
      throw appError('not_found')
    },
    resolveRoute: async () => {
      throw appError('not_found')
    },
    exchangeCredential: async (request: authV1.ExchangeCredentialRequest) => exchange(identities, request),
    createApiKey: async (request: tenancyV1.CreateApiKeyRequest) => ({
      apiKey: tenancyV1.ApiKey.fromPartial({ id: newId('apiKey'), name: request.name }),
      secret: 'shown once',
    }),
    createWebhookEndpoint: async (request: automationV1.CreateWebhookEndpointRequest) => ({
      endpoint: automationV1.WebhookEndpoint.fromPartial({ id: newId('webhookEndpoint'), url: request.url }),
      secret: 'whsec_shown_once',
    }),
    rotateWebhookSecret: async ({ id }: { id: string }, call: CallContext) => {
      const tenantId = call.caller.kind === 'tenant' ? call.caller.tenantId : ''
      if (owners.get(id) !== tenantId) throw appError('not_found')
      return { endpoint: automationV1.WebhookEndpoint.fromPartial({ id }), secret: 'whsec_shown_once' }
    },
    createUpload: async () => ({ uploadUrl: `${store.url}/put` }),
    getMediaUrl: async ({ id }: mediaV1.GetMediaUrlRequest, { caller }: CallContext) => {
      if (caller.kind !== 'tenant' || owners.get(id) !== caller.tenantId) throw appError('not_found')
      return { media: mediaV1.Media.fromPartial({ id, sha256: 'ab'.repeat(32) }), url: `${store.url}/get` }
    },
    acceptMessages: async (request: dispatcherV1.AcceptMessagesRequest, call: CallContext) => {
      for (const { numberId } of request.items) {
        const tenantId = call.caller.kind === 'tenant' ? call.caller.tenantId : ''
        if (owners.get(numberId) !== tenantId) throw appError('not_found')
      }
      return {
        results: request.items.map((item) => ({ result: { $case: 'accepted', value: acceptedOf(item) } })),
        replayed: false,
      }
    },
  }

  async function serve(service: Service, ...definitions: Definition[]) {
    const server = createServer({
      service,
      port: 0,
      logger: silentLogger,
      callerKeys,
      reflection: false,
      parts: { postgres: () => parts.postgres, graph: () => parts.graph },
    })
    for (const definition of definitions) server.add(definition, handlersOf(definition))
    return { server, address: `127.0.0.1:${await server.start()}` }
  }

  const servers = {
    tenancy: await serve(
      'tenancy',
      authV1.AuthServiceService,
      tenancyV1.TenancyServiceService,
      numbersV1.NumbersServiceService,
    ),
    inbox: await serve('inbox', inboxV1.InboxServiceService, notificationsV1.NotificationsServiceService),
    dispatcher: await serve('dispatcher', dispatcherV1.DispatcherServiceService),
    ingest: await serve('ingest', ingestV1.IngestServiceService),
    media: await serve('media', mediaV1.MediaServiceService),
    analytics: await serve('analytics', analyticsV1.AnalyticsServiceService),
    automation: await serve('automation', automationV1.AutomationServiceService),
  }

  return {
    addresses: {
      tenancy: servers.tenancy.address,
      inbox: servers.inbox.address,
      dispatcher: servers.dispatcher.address,
      ingest: servers.ingest.address,
      media: servers.media.address,
      analytics: servers.analytics.address,
      automation: servers.automation.address,
    },
    seen,
    store,
    owners,
    identities,
    special,
    parts,
    person({ lacking, ...options } = {}) {
      const identity = authV1.Identity.fromPartial({
        actorId: newId('user'),
        tenantId: newId('tenant'),
        sessionId: newId('session'),
        role: 'tenant_admin',
        permissions: permissions.filter((permission) => permission !== lacking),
        tenantName: 'Acme',
        name: 'Ana',
        ...options,
      })
      const token = `eyJ0.${crypto.randomUUID()}.sig`
      identities.set(token, identity)
      return { token, identity }
    },
    own(tenantId, ...ids) {
      for (const id of ids) owners.set(id, tenantId)
    },
    stopService: (service) => servers[service].server.stop(0),
    async stop() {
      await Promise.all(Object.values(servers).map(({ server }) => server.stop(0)))
      await store.stop()
    },
  }
}

async function exchange(
  identities: Map<string, authV1.Identity>,
  { credential, audiences, tenantId }: authV1.ExchangeCredentialRequest,
): Promise<authV1.ExchangeCredentialResponse> {
  const own = identities.get(credential?.value ?? '')
  if (!own) throw appError('unauthenticated')
  if (tenantId !== '' && tenantId !== own.tenantId && own.role !== 'platform_admin')
    throw appError('forbidden')
  const identity = tenantId === '' ? own : { ...own, tenantId }
  const caller = {
    kind: 'tenant' as const,
    tenantId: identity.tenantId,
    actorId: identity.actorId,
    role: identity.role,
    permissions: new Set(identity.permissions),
  }
  const signed = await Promise.all(audiences.map((audience) => signCaller(signingKey, caller, { audience })))
  return {
    identity,
    tokens: Object.fromEntries(audiences.map((audience, i) => [audience, signed[i]?.token ?? ''])),
    expiresAt: signed[0]?.expiresAt,
  }
}

export function acceptedOf(item: dispatcherV1.OutboundItem): dispatcherV1.OutboundMessage {
  return dispatcherV1.OutboundMessage.fromPartial({
    id: item.messageId,
    numberId: item.numberId,
    recipient: item.recipient ?? {},
    type: item.type,
    contentJson: item.contentJson,
    state: 'queued',
    version: 1n,
    acceptedAt: new Date(),
    callbackData: item.callbackData,
  })
}
