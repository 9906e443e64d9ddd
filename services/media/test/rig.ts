/** A running media service on real Postgres, NATS and S3; Graph's side of a file is played here, so that it can go wrong. */
import { createHash } from 'node:crypto'
import { type Bus, connectBus } from '@palomar/bus'
import {
  areas,
  durables,
  eventIdOf,
  type Id,
  inboxEventsV1,
  type mediaEventsV1,
  mediaV1,
  newId,
  rolePermissions,
  type Service as ServiceName,
  tenancyEventsV1,
} from '@palomar/contracts'
import { createClient, type RpcClient, signCaller, signingKeyFromSeed, staticCallerKeys } from '@palomar/rpc'
import { silentLogger, type TestS3, testBus, testDatabase } from '@palomar/testkit'
import { mediaConfig } from '../src/config.ts'
import { type Service, start } from '../src/service.ts'

const signingKey = await signingKeyFromSeed(Buffer.alloc(32, 7).toString('base64'))
type Client = RpcClient<typeof mediaV1.MediaServiceService>

/** What Meta has, and how it answers. */
export interface MetaFile {
  bytes: Uint8Array
  mimeType: string
  /** Instead of the bytes' own. */
  sha256?: string
}

export function playGraph() {
  const files = new Map<string, MetaFile>()
  const uploads: { phoneNumberId: string; bytes: Uint8Array; type: string }[] = []
  const graph = {
    files,
    uploads,
    refuse: undefined as { code: number } | undefined,
    described: 0,
    url: '',
    stop,
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url)
      const [, first = '', id = '', edge] = pathname.split('/')
      if (first === 'bytes') return new Response(Uint8Array.from(files.get(id)?.bytes ?? []))
      if (request.method === 'POST' && edge === 'media') {
        const form = await request.formData()
        if (graph.refuse) return Response.json({ error: { ...graph.refuse, message: 'no' } }, { status: 400 })
        const file = form.get('file') as File
        uploads.push({ phoneNumberId: id, bytes: await file.bytes(), type: String(form.get('type')) })
        return Response.json({ id: String(9000 + uploads.length) })
      }
      graph.described++
      const file = files.get(id)
      if (!file)
        return Response.json({ error: { code: 100, error_subcode: 33, message: 'none' } }, { status: 400 })
      const sha256 = file.sha256 ?? createHash('sha256').update(file.bytes).digest('hex')
      return Response.json({
        id,
        url: `${graph.url}/bytes/${id}`,
        mime_type: file.mimeType,
        sha256,
        file_size: file.bytes.length,
      })
    },
  })
  graph.url = `http://127.0.0.1:${server.port}`
  async function stop(): Promise<void> {
    await server.stop(true)
  }
  return graph
}

export interface Tenant {
  tenantId: Id<'tenant'>
  numberId: Id<'number'>
  phoneNumberId: string
}

export const newTenant = (): Tenant => ({
  tenantId: newId('tenant'),
  numberId: newId('number'),
  phoneNumberId: String(Math.floor(Math.random() * 1e15)),
})

export async function rig(s3: TestS3) {
  const [database, nats] = await Promise.all([testDatabase('media'), testBus()])
  const graph = playGraph()
  const connect = (user: ServiceName) => connectBus({ ...nats.login(user), name: user, logger: silentLogger })
  const [inbox, tenancy] = await Promise.all([connect('inbox'), connect('tenancy')])
  const events: mediaEventsV1.MediaStateChanged[] = []
  await inbox.consume(areas.media, durables.inboxMedia, async (batch) => {
    for (const { event } of batch) if (event.payload) events.push(event.payload.value)
    return batch.map(() => 'ok' as const)
  })
  const { user, pass } = nats.login('media')
  const config = mediaConfig({
    DATABASE_URL: database.urlFor('media'),
    NATS_URL: nats.url,
    NATS_USER: user,
    NATS_PASSWORD: pass,
    SERVICE_SECRET: 'secret',
    TENANCY_ADDRESS: '127.0.0.1:1',
    URL_SIGNING_KEY: 'k'.repeat(40),
    BLOB_DRIVER: 's3',
    S3_ENDPOINT: s3.endpoint,
    S3_BUCKET: s3.bucket,
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    GRAPH_BASE_URL: graph.url,
  })
  const service: Service = await start(config, {
    logger: silentLogger,
    callerKeys: staticCallerKeys({ keys: [signingKey.publicJwk] }),
    credentials: { getNumberCredentials: async () => ({ accessToken: 'token-1' }) },
  })
  const clients: Client[] = []
  const buses: Bus[] = [inbox, tenancy]

  function client(token?: string): Client {
    const made = createClient(mediaV1.MediaServiceService, {
      address: `127.0.0.1:${service.ports.grpc}`,
      audience: 'media',
      deadlineMs: 20_000,
      ...(token !== undefined && { token: { get: () => token } }),
    })
    clients.push(made)
    return made
  }

  return {
    graph,
    events,
    service,
    anonymous: () => client(),
    async as(tenant: Tenant, permissions: readonly string[] = rolePermissions.agent) {
      const caller = {
        kind: 'tenant' as const,
        tenantId: tenant.tenantId,
        actorId: newId('user'),
        role: 'agent',
        permissions: new Set(permissions),
      }
      return client((await signCaller(signingKey, caller, { audience: 'media' })).token)
    },
    async asService(name: ServiceName) {
      return client((await signCaller(signingKey, { kind: 'service', service: name }, {})).token)
    },
    addNumber: (tenant: Tenant) => tenancy.publisher(areas.tenancy).publish([numberChanged(tenant)]),
    stored: (...facts: inboxEventsV1.Event[]) => inbox.publisher(areas.inbox).publish(facts),
    async close() {
      for (const one of clients) one.close()
      await service.stop()
      for (const bus of buses) await bus.close()
      await nats.stop()
      await graph.stop()
      await database.drop()
    },
  }
}

/** Inbox stored a customer's message with a file. */
export function messageStored(
  tenant: Tenant,
  content: Record<string, unknown>,
  messageId = newId('message'),
): inboxEventsV1.Event {
  return {
    header: {
      id: eventIdOf('inbox', 'stored', messageId),
      tenantId: tenant.tenantId,
      time: new Date(),
      traceparent: '',
    },
    payload: {
      $case: 'messageStored',
      value: inboxEventsV1.MessageStored.fromPartial({
        messageId,
        numberId: tenant.numberId,
        direction: 'inbound',
        type: 'image',
        contentJson: JSON.stringify(content),
        sentAt: new Date(),
      }),
    },
  }
}

function numberChanged(tenant: Tenant): tenancyEventsV1.Event {
  return {
    header: {
      id: eventIdOf('tenancy', 'number', tenant.numberId, '1'),
      tenantId: tenant.tenantId,
      time: new Date(),
      traceparent: '',
    },
    payload: {
      $case: 'numberChanged',
      value: tenancyEventsV1.NumberChanged.fromPartial({
        numberId: tenant.numberId,
        version: 1n,
        phoneNumberId: tenant.phoneNumberId,
        state: 'active',
      }),
    },
  }
}
