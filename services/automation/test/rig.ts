/** A running automation on real Postgres and NATS, with the services around it played over their own NATS users and gRPC. */
import { type Bus, connectBus } from '@palomar/bus'
import {
  areas,
  type automationEventsV1,
  automationV1,
  buckets,
  type bytesV1,
  durables,
  eventIdOf,
  type Id,
  inboxEventsV1,
  newId,
  rolePermissions,
  type Service as ServiceName,
  type tenancyEventsV1,
  type Uuid,
  uuidOf,
} from '@palomar/contracts'
import { type Db, openDb } from '@palomar/db'
import { createClient, type RpcClient, signCaller, staticCallerKeys } from '@palomar/rpc'
import { silentLogger, type TestBus, type TestDatabase, testBus, testDatabase } from '@palomar/testkit'
import { automationConfig } from '../src/config.ts'
import { type Overrides, type Service, start } from '../src/service.ts'
import { type Others, serviceSecret, signingKey, startOthers } from './others.ts'

export type Client = RpcClient<typeof automationV1.AutomationServiceService>

/** One company with one number. */
export interface Company {
  tenantId: Id<'tenant'>
  tenant: Uuid
  numberId: Id<'number'>
}

export function newCompany(of: Partial<Company> = {}): Company {
  const tenantId = of.tenantId ?? newId('tenant')
  return { tenantId, tenant: uuidOf(tenantId), numberId: newId('number'), ...of }
}

export interface Rig {
  database: TestDatabase
  nats: TestBus
  others: Others
  /** Past every policy. */
  admin: Db
  env: Record<string, string>
  /** What automation told, in the stream's order. */
  events: automationEventsV1.Event[]
  start(overrides?: Overrides, env?: Record<string, string>): Promise<Service>
  inbox(...events: inboxEventsV1.Event[]): Promise<void>
  tenancy(...events: tenancyEventsV1.Event[]): Promise<void>
  /** Meta's bytes, as ingest passes them on. */
  bytes(...events: bytesV1.Event[]): Promise<void>
  /** Companies that automation has named to ingest. */
  byteSubscribers(): Promise<string[]>
  as(service: Service, company: Company, permissions?: readonly string[]): Promise<Client>
  anonymous(service: Service): Client
  close(): Promise<void>
}

export async function rig(): Promise<Rig> {
  const [database, nats, others] = await Promise.all([testDatabase('automation'), testBus(), startOthers()])
  const admin = openDb({
    url: `${database.adminUrl}?search_path=automation`,
    max: 2,
    service: 'automation',
    logger: silentLogger,
  })
  const connect = (user: ServiceName) => connectBus({ ...nats.login(user), name: user, logger: silentLogger })
  const [inbox, ingest, tenancy, analytics] = await Promise.all([
    connect('inbox'),
    connect('ingest'),
    connect('tenancy'),
    connect('analytics'),
  ])
  const events: automationEventsV1.Event[] = []
  await analytics.consume(areas.automation, durables.analyticsAutomation, async (batch) => {
    events.push(...batch.map(({ event }) => event))
    return batch.map(() => 'ok' as const)
  })
  const { user, pass } = nats.login('automation')
  const env = {
    DATABASE_URL: database.urlFor('automation'),
    NATS_URL: nats.url,
    NATS_USER: user,
    NATS_PASSWORD: pass,
    SERVICE_SECRET: serviceSecret,
    TENANCY_ADDRESS: others.tenancyAddress,
    DISPATCHER_ADDRESS: others.dispatcherAddress,
    ALLOW_PRIVATE_WEBHOOKS: 'true',
    LOG_LEVEL: 'info',
  }
  const services = new Set<Service>()
  const clients = new Set<Client>()
  const buses: Bus[] = [inbox, ingest, tenancy, analytics]

  function client(service: Service, token?: string): Client {
    const made = createClient(automationV1.AutomationServiceService, {
      address: `127.0.0.1:${service.ports.grpc}`,
      audience: 'automation',
      deadlineMs: 10_000,
      ...(token !== undefined && { token: { get: () => token } }),
    })
    clients.add(made)
    return made
  }

  return {
    database,
    nats,
    others,
    admin,
    env,
    events,
    async start(overrides = {}, more = {}) {
      const service = await start(automationConfig({ ...env, ...more }), {
        logger: silentLogger,
        callerKeys: staticCallerKeys({ keys: [signingKey.publicJwk] }),
        ...overrides,
      })
      services.add(service)
      return service
    },
    inbox: (...facts) => inbox.publisher(areas.inbox).publish(facts),
    bytes: (...facts) => ingest.publisher(areas.bytes).publish(facts),
    byteSubscribers: () => ingest.kv(buckets.byteSubscribers.name).keys(),
    tenancy: (...facts) => tenancy.publisher(areas.tenancy).publish(facts),
    async as(service, company, permissions = rolePermissions.tenant_admin) {
      const caller = {
        kind: 'tenant' as const,
        tenantId: company.tenantId,
        actorId: newId('user'),
        role: 'tenant_admin',
        permissions: new Set(permissions),
      }
      return client(service, (await signCaller(signingKey, caller, { audience: 'automation' })).token)
    },
    anonymous: (service) => client(service),
    async close() {
      for (const one of clients) one.close()
      for (const one of services) await one.stop()
      for (const bus of buses) await bus.close()
      await others.stop()
      await admin.close()
      await nats.stop()
      await database.drop()
    },
  }
}

export interface Written {
  text?: string
  type?: string
  contentJson?: string
  waId?: string
  userId?: string
  groupId?: string
  messageId?: Id<'message'>
  conversationId?: Id<'conversation'>
  at?: Date
  direction?: string
}

/** A customer wrote, and inbox has stored it. */
export function stored(company: Company, parts: Written = {}): inboxEventsV1.Event {
  const messageId = parts.messageId ?? newId('message')
  const time = parts.at ?? new Date()
  return {
    header: {
      id: eventIdOf('inbox', 'message_stored', messageId),
      tenantId: company.tenantId,
      time,
      traceparent: '',
    },
    payload: {
      $case: 'messageStored',
      value: inboxEventsV1.MessageStored.fromPartial({
        messageId,
        conversationId: parts.conversationId ?? newId('conversation'),
        contactId: newId('contact'),
        numberId: company.numberId,
        wamid: `wamid.${messageId}`,
        direction: parts.direction ?? 'inbound',
        type: parts.type ?? 'text',
        contentJson: parts.contentJson ?? JSON.stringify({ body: parts.text ?? 'hola' }),
        sentAt: time,
        waId: parts.waId ?? (parts.userId === undefined ? '573001112233' : ''),
        userId: parts.userId ?? '',
        contactName: 'Ana',
        groupId: parts.groupId ?? '',
      }),
    },
  }
}

/** What became of a message of ours. */
export function updated(
  company: Company,
  parts: { messageId: Id<'message'>; state: string; version: number; at?: Date },
): inboxEventsV1.Event {
  const time = parts.at ?? new Date()
  return {
    header: {
      id: eventIdOf('inbox', 'message_updated', parts.messageId, String(parts.version)),
      tenantId: company.tenantId,
      time,
      traceparent: '',
    },
    payload: {
      $case: 'messageUpdated',
      value: inboxEventsV1.MessageUpdated.fromPartial({
        messageId: parts.messageId,
        conversationId: newId('conversation'),
        numberId: company.numberId,
        version: BigInt(parts.version),
        direction: 'outbound',
        state: parts.state,
        wamids: ['wamid.out'],
        acceptedAt: time,
        sentAt: time,
        type: 'text',
        waId: '573001112233',
        ...(parts.state === 'failed' && {
          error: { code: 131047, title: 'Re-engagement message', details: 'More than 24 hours', href: '' },
          failureCode: 'window_closed',
        }),
        ...(parts.state === 'sent' && {
          pricing: { billable: true, model: 'PMP', type: 'regular', category: 'service' },
        }),
      }),
    },
  }
}

/** What most tests make a rule of. */
export const someRule = {
  name: 'Horario',
  enabled: true,
  numberIds: [],
  keywords: ['horario'],
  match: 'any_word',
  replyText: 'Abrimos de 8 a 18.',
  cooldownS: 0,
  position: 1,
}
export const page = (cursor = '', limit = 50) => ({ limit, cursor })
/** Changes that name nothing else leave the rest as it is. */
export const sameRule = { numberIds: undefined, keywords: undefined }
export const sameEndpoint = { eventTypes: undefined, numberIds: undefined }
