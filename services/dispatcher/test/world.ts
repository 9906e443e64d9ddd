import { type Bus, connectBus } from '@palomar/bus'
import {
  areas,
  authV1,
  dispatcherV1,
  durables,
  type Id,
  type inboxEventsV1,
  inboxV1,
  type ingestEventsV1,
  mediaV1,
  newId,
  numbersV1,
  type tenancyEventsV1,
} from '@palomar/contracts'
import { appError } from '@palomar/errors'
import {
  createClient,
  createServer,
  type Handlers,
  type RpcClient,
  signCaller,
  signingKeyFromSeed,
  staticCallerKeys,
} from '@palomar/rpc'
import { createLogger } from '@palomar/runtime'
import { testBus, testDatabase } from '@palomar/testkit'

const logger = createLogger({ service: 'test', level: 'error', write: () => undefined })

/**
 * Everything around a dispatcher: Postgres, NATS, tenancy, inbox, media and Graph, the last four played by this process. Inbox
 * takes at once what ingest says, unless the test holds it back itself.
 */
export async function startWorld({ isInboxHeld = false } = {}) {
  const [database, nats] = await Promise.all([testDatabase('dispatcher'), testBus()])
  const key = await signingKeyFromSeed(Buffer.alloc(32, 7).toString('base64'))
  const callerKeys = staticCallerKeys({ keys: [key.publicJwk] })
  const tokens = new Map<string, { accessToken: string; tokenVersion: bigint }>()
  const windows = new Map<string, Date>()

  const server = createServer({ service: 'tenancy', port: 0, logger, callerKeys, reflection: false })
  const refused = () => Promise.reject(appError('method_not_allowed'))
  const only = <T extends object>(definition: T, handlers: object) =>
    Object.fromEntries(
      Object.keys(definition).map((name) => [name, (handlers as Record<string, unknown>)[name] ?? refused]),
    ) as never
  server.add(
    authV1.AuthServiceService,
    only(authV1.AuthServiceService, {
      issueServiceToken: ({ service }: authV1.IssueServiceTokenRequest) =>
        signCaller(key, { kind: 'service', service }, {}),
      getSigningKeys: async () => ({ jwksJson: JSON.stringify({ keys: [key.publicJwk] }) }),
    } satisfies Partial<Handlers<typeof authV1.AuthServiceService>>),
  )
  server.add(
    numbersV1.NumbersServiceService,
    only(numbersV1.NumbersServiceService, {
      getNumberCredentials: async ({ numberId }: numbersV1.GetNumberCredentialsRequest) =>
        tokens.get(numberId) ?? { accessToken: 'token-1', tokenVersion: 1n },
    } satisfies Partial<Handlers<typeof numbersV1.NumbersServiceService>>),
  )
  const tenancyPort = await server.start()

  const inboxServer = createServer({ service: 'inbox', port: 0, logger, callerKeys, reflection: false })
  inboxServer.add(
    inboxV1.InboxServiceService,
    only(inboxV1.InboxServiceService, {
      checkWindows: async ({ questions }: inboxV1.CheckWindowsRequest) => ({
        answers: questions.map(({ numberId, recipientKey }) => ({
          expiresAt: windows.get(`${numberId}/${recipientKey}`),
        })),
      }),
    } satisfies Partial<Handlers<typeof inboxV1.InboxServiceService>>),
  )
  const inboxPort = await inboxServer.start()

  const files = { asked: 0, metaMediaId: '700' }
  const mediaServer = createServer({ service: 'media', port: 0, logger, callerKeys, reflection: false })
  mediaServer.add(
    mediaV1.MediaServiceService,
    only(mediaV1.MediaServiceService, {
      resolveForMeta: async ({ questions }: mediaV1.ResolveForMetaRequest) => {
        files.asked += questions.length
        return {
          answers: questions.map(() => ({ metaMediaId: files.metaMediaId, refusalCode: '', detail: '' })),
        }
      },
    } satisfies Partial<Handlers<typeof mediaV1.MediaServiceService>>),
  )
  const mediaPort = await mediaServer.start()

  const graph = startGraph()
  const buses: Record<string, Bus> = {}
  for (const user of ['gateway', 'tenancy', 'ingest', 'inbox'] as const) {
    buses[user] = await connectBus({ ...nats.login(user), name: `test-${user}`, logger })
  }
  const clients: { close(): void }[] = []
  if (!isInboxHeld)
    await (buses.inbox as Bus).consume(areas.ingest, durables.inboxIngest, async (events) =>
      events.map(() => 'ok'),
    )

  return {
    database,
    nats,
    graph,
    files,
    tokens,
    windows,
    env: {
      DATABASE_URL: database.urlFor('dispatcher'),
      NATS_URL: nats.login('dispatcher').servers,
      NATS_USER: nats.login('dispatcher').user,
      NATS_PASSWORD: nats.login('dispatcher').pass,
      TENANCY_ADDRESS: `127.0.0.1:${tenancyPort}`,
      INBOX_ADDRESS: `127.0.0.1:${inboxPort}`,
      MEDIA_ADDRESS: `127.0.0.1:${mediaPort}`,
      SERVICE_SECRET: 'secret-of-the-dispatcher',
      GRAPH_BASE_URL: graph.url,
      LOG_LEVEL: 'info',
    },
    /** What tenancy, ingest and inbox say. */
    tenancySays: (...events: tenancyEventsV1.Event[]) =>
      (buses.tenancy as Bus).publisher(areas.tenancy).publish(events),
    ingestSays: (...events: ingestEventsV1.Event[]) =>
      (buses.ingest as Bus).publisher(areas.ingest).publish(events, { oldestWebhookAt: new Date() }),
    inboxSays: (...events: inboxEventsV1.Event[]) =>
      (buses.inbox as Bus).publisher(areas.inbox).publish(events),
    /** The bus of a service that this process plays. */
    busOf: (user: 'gateway' | 'ingest' | 'inbox') => buses[user] as Bus,
    /** What the dispatcher says, as inbox hears it. */
    async hearDispatcher(hear: Parameters<typeof listen>[1]) {
      return listen(buses.inbox as Bus, hear)
    },
    /** A client of a dispatcher, as somebody of this company with these permissions. */
    async as(
      grpcPort: number,
      tenant: string,
      permissions: string[],
    ): Promise<RpcClient<typeof dispatcherV1.DispatcherServiceService>> {
      const caller = {
        kind: 'tenant',
        tenantId: tenant,
        actorId: 'usr_test',
        role: 'agent',
        permissions: new Set(permissions),
      } as const
      const client = createClient(dispatcherV1.DispatcherServiceService, {
        address: `127.0.0.1:${grpcPort}`,
        audience: 'dispatcher',
        token: { get: async () => (await signCaller(key, caller, { audience: 'dispatcher' })).token },
        deadlineMs: 10_000,
      })
      clients.push(client)
      return client
    },
    async stop() {
      for (const client of clients) client.close()
      await Promise.all(Object.values(buses).map((bus) => bus.close()))
      await Promise.all([server.stop(500), inboxServer.stop(500), mediaServer.stop(500)])
      graph.stop()
      await nats.stop()
      await database.drop()
    },
  }
}
export type World = Awaited<ReturnType<typeof startWorld>>

async function listen(
  bus: Bus,
  hear: (event: import('@palomar/contracts').dispatcherEventsV1.Event) => void,
) {
  return bus.consume(areas.dispatch, durables.inboxDispatch, async (events) => {
    for (const { event } of events) hear(event)
    return events.map(() => 'ok' as const)
  })
}

export interface GraphCall {
  path: string
  token: string
  body: { to?: string; type: string; biz_opaque_callback_data: string; [more: string]: unknown }
  wamid: string
}

/** Graph on a loopback port: counts what reached it, whatever the caller learned of it. */
function startGraph() {
  const calls: GraphCall[] = []
  const graph = {
    calls,
    url: '',
    /** How long an answer takes. */
    delayMs: 0,
    /** Undefined: accepts. */
    answer: undefined as ((call: GraphCall) => Response | undefined) | undefined,
    stop: () => server.stop(true),
    counts(): Map<string, number> {
      const counts = new Map<string, number>()
      for (const { body } of calls) {
        const id = body.biz_opaque_callback_data.split('~')[0] ?? ''
        counts.set(id, (counts.get(id) ?? 0) + 1)
      }
      return counts
    },
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url)
      if (pathname.endsWith('/message_templates')) {
        return Response.json({
          data: [
            {
              id: '1',
              name: 'hello_world',
              language: 'en_US',
              category: 'UTILITY',
              status: 'APPROVED',
              components: [{ type: 'BODY', text: 'Hi' }],
            },
          ],
        })
      }
      const body = (await request.json()) as GraphCall['body']
      const call: GraphCall = {
        path: pathname,
        token: request.headers.get('authorization') ?? '',
        body,
        wamid: `wamid.${newId('event')}`,
      }
      calls.push(call)
      if (graph.delayMs > 0) await Bun.sleep(graph.delayMs)
      return (
        graph.answer?.(call) ??
        Response.json({
          messaging_product: 'whatsapp',
          contacts: [{ input: body.to, wa_id: body.to }],
          messages: [{ id: call.wamid }],
        })
      )
    },
  })
  graph.url = `http://127.0.0.1:${server.port}`
  return graph
}

/** A company with one number, and what tenancy, ingest and inbox would say of it. */
export class Client {
  readonly tenant: Id<'tenant'> = newId('tenant')
  readonly number: Id<'number'> = newId('number')
  readonly phoneNumberId = String(Math.floor(Math.random() * 1e15))
  #version = 0n

  header(id: string = newId('event')) {
    return { id, tenantId: this.tenant, time: new Date(), traceparent: '' }
  }

  numberChanged(change: Partial<tenancyEventsV1.NumberChanged> = {}): tenancyEventsV1.Event {
    this.#version += 1n
    return {
      header: this.header(),
      payload: {
        $case: 'numberChanged',
        value: {
          numberId: this.number,
          version: this.#version,
          phoneNumberId: this.phoneNumberId,
          wabaId: '777',
          portfolioId: newId('portfolio'),
          displayPhoneNumber: '+541100000000',
          state: 'active',
          throughputPerSecond: 200,
          dailyQuota: 0n,
          appIds: [],
          metaPortfolioId: '888',
          graphVersion: 'v23.0',
          verifiedName: 'Palomar',
          tokenVersion: 1n,
          ...change,
        },
      },
    }
  }

  item(change: Partial<dispatcherV1.OutboundItem> = {}): dispatcherV1.OutboundItem {
    return {
      messageId: newId('message'),
      numberId: this.number,
      recipient: { to: '541156384310', userId: '', key: '' },
      type: 'template',
      contentJson: JSON.stringify({
        messaging_product: 'whatsapp',
        type: 'template',
        template: { name: 'hello_world', language: { code: 'en_US' } },
      }),
      contextWamid: '',
      callbackData: '',
      scheduledAt: undefined,
      ...change,
    }
  }

  request(
    items: dispatcherV1.OutboundItem[],
    change: Partial<dispatcherV1.AcceptMessagesRequest> = {},
  ): dispatcherV1.AcceptMessagesRequest {
    return { items, idempotencyKey: '', bodyHash: Buffer.alloc(32), tenantId: '', ...change }
  }

  status(
    call: Pick<GraphCall, 'wamid' | 'body'>,
    word: string,
    change: Partial<ingestEventsV1.StatusReceived> = {},
  ): ingestEventsV1.Event {
    return statusEvent(this, call, word, change)
  }
}

/** A status of Meta's for what Graph got, as ingest passes it on. */
export function statusEvent(
  of: { tenant: string; number: string; phoneNumberId: string },
  call: Pick<GraphCall, 'wamid' | 'body'>,
  word: string,
  change: Partial<ingestEventsV1.StatusReceived> = {},
): ingestEventsV1.Event {
  return {
    header: { id: newId('event'), tenantId: of.tenant, time: new Date(), traceparent: '' },
    payload: {
      $case: 'statusReceived',
      value: {
        number: { numberId: of.number, phoneNumberId: of.phoneNumberId, wabaId: '777', portfolioId: '' },
        wamid: call.wamid,
        status: word,
        recipient: {
          waId: '541156384310',
          userId: '',
          parentUserId: '',
          username: '',
          profileName: '',
          previousUserId: '',
          previousWaId: '',
        },
        participant: '',
        echo: call.body.biz_opaque_callback_data,
        errors: [],
        pricing: undefined,
        conversationJson: '',
        receivedAt: new Date(),
        ...change,
      },
    },
  }
}
