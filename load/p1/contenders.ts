import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { connectBus, natsConfig, operatorUser } from '@palomar/bus'
import { areas, buckets } from '@palomar/contracts'
import { createLogger } from '@palomar/runtime'
import { parseKeyring, seal } from '@palomar/seal'
import { eventually, startService, testBus, testNats } from '@palomar/testkit'
import { connect, DiscardPolicy } from 'nats'
import { appSecret } from './bodies.ts'
import { type ReadBodies, readBodies } from './ledger.ts'

/** Someone who takes webhooks, and where they are afterwards. */
export interface Contender {
  name: string
  port: number
  path: string
  /** Every stored body, then none. */
  takeStored(onBody: ReadBodies): Promise<void>
  stop(): Promise<unknown>
}

export interface Gateway extends Contender {
  /** Messages that JetStream synced, and webhooks in them, since the start. */
  counted(): Promise<{ publishes: number; webhooks: number }>
}

type Login = { servers: string; user: string; pass: string }

export interface Field {
  gateway: Gateway
  synced: Contender
  unsynced: Contender
  natsVersion: string
  stop(): Promise<void>
}

/** The gateway and one bare loop share a server that syncs; the other loop has one that does not. */
export async function openField(): Promise<Field> {
  const nats = await testBus()
  const operator = nats.login(operatorUser)
  const pass = 'p1'
  const loose = await testNats((place) =>
    natsConfig({ ...place, sync: false, users: [{ name: operatorUser, pass }] }),
  )
  const looseLogin = { servers: loose.url, user: operatorUser, pass }
  const gateway = await startGateway(operator, nats.login('gateway'))
  const synced = await startBareLoop('bare loop, synced', operator)
  const unsynced = await startBareLoop('bare loop, unsynced', looseLogin)
  return {
    gateway,
    synced,
    unsynced,
    natsVersion: await versionOf(operator),
    async stop() {
      await Promise.all([gateway.stop(), synced.stop(), unsynced.stop()])
      await Promise.all([nats.stop(), loose.stop()])
    },
  }
}

/** The real process, with the snapshot of one app; nobody else of ours runs, and nobody is asked. */
async function startGateway(operator: Login, login: Login): Promise<Gateway> {
  const keyring = `p1:${randomBytes(32).toString('base64')}`
  await writeSnapshot(operator, keyring)
  const nowhere = '127.0.0.1:9'
  const process = await startService('gateway', {
    NATS_URL: login.servers,
    NATS_USER: login.user,
    NATS_PASSWORD: login.pass,
    SERVICE_SECRET: 'unused',
    TENANCY_ADDRESS: nowhere,
    INBOX_ADDRESS: nowhere,
    DISPATCHER_ADDRESS: nowhere,
    INGEST_ADDRESS: nowhere,
    MEDIA_ADDRESS: nowhere,
    ANALYTICS_ADDRESS: nowhere,
    AUTOMATION_ADDRESS: nowhere,
    APP_SECRETS_KEY: keyring,
    STOP_GRACE_MS: '0',
  })
  const admin = `http://127.0.0.1:${process.ready.admin_port}`
  await eventually(
    async () => {
      const { status } = await fetch(`${admin}/readyz`)
      if (status !== 200) throw new Error(`the gateway is not ready: ${status}`)
    },
    { timeoutMs: 20_000 },
  )
  return {
    name: 'gateway',
    port: Number(process.ready.http_port),
    path: '/webhooks/whatsapp',
    takeStored: (onBody) =>
      readBodies(operator, areas.webhooks.stream, (bytes) => {
        for (const { body } of areas.webhooks.decode(bytes).events) onBody(body)
      }),
    async counted() {
      const text = await (await fetch(`${admin}/metrics`)).text()
      const count = (name: string) =>
        Number(new RegExp(`^${name}\\{[^}]*stream="WEBHOOKS"[^}]*\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0)
      return { publishes: count('bus_publishes_total'), webhooks: count('bus_published_events_total') }
    },
    stop: () => process.stop(),
  }
}

async function writeSnapshot(operator: Login, keyring: string): Promise<void> {
  const bus = await connectBus({
    ...operator,
    name: 'p1',
    logger: createLogger({ service: 'p1', level: 'error' }),
  })
  const kv = bus.kv(buckets.appSecrets.name)
  const slug = 'default'
  const app = { app_id: 'app_01jz0000000000000000000000', slug, secrets: [appSecret], verify_token: 'unused' }
  await kv.put(slug, seal(parseKeyring(keyring), Buffer.from(JSON.stringify(app)), slug))
  await kv.put('_marker', Buffer.from(JSON.stringify({ revision: 1, apps: 1 })))
  await bus.close()
}

const bareStream = 'BARE'

async function startBareLoop(name: string, login: Login): Promise<Contender> {
  const nc = await connect(login)
  const jsm = await nc.jetstreamManager()
  await jsm.streams.add({
    name: bareStream,
    subjects: ['bare.v1'],
    discard: DiscardPolicy.New,
    max_bytes: 4 * 1024 ** 3,
  })
  await nc.close()
  const process = await startService(join(import.meta.dir, 'bare-loop.ts'), {
    NATS_URL: login.servers,
    NATS_USER: login.user,
    NATS_PASSWORD: login.pass,
  })
  return {
    name,
    port: Number(process.ready.http_port),
    path: '/webhooks/whatsapp',
    takeStored: (onBody) => readBodies(login, bareStream, onBody),
    stop: () => process.stop(),
  }
}

async function versionOf(login: Login): Promise<string> {
  const nc = await connect(login)
  const version = nc.info?.version ?? 'unknown'
  await nc.close()
  return version
}
