import { afterAll, describe, expect, test } from 'bun:test'
import { buckets, durables, streams } from '@palomar/contracts'
import { createLogger } from '@palomar/runtime'
import { freePort, type TestNats, testNats } from '@palomar/testkit'
import { connectBus, natsConfig, type ProvisionOptions, provision } from '../src/index.ts'
import { raw } from './raw.ts'

const started: TestNats[] = []
afterAll(async () => {
  for (const nats of started) await nats.stop()
})

async function server(config: Parameters<typeof testNats>[0]): Promise<TestNats> {
  const nats = await testNats(config)
  started.push(nats)
  return nats
}

const lines: { level: string; msg: string; problems?: string[] }[] = []
const logger = createLogger({ service: 'test', write: (line) => void lines.push(JSON.parse(line)) })
const run = (nats: TestNats, options: Partial<ProvisionOptions> = {}) =>
  provision({ servers: nats.url, logger, ...options })
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => 'not refused',
    (error: Error) => error.message,
  )

describe('CONTRACTS 7: servers that would lose events are refused', () => {
  test('one that acknowledges before the disk has it', async () => {
    const nats = await server((place) => natsConfig({ ...place, sync: false }))
    expect(await refusalOf(run(nats))).toContain('sync_interval: always')
    const { nc, jsm } = await raw(nats.url)
    expect((await jsm.streams.list().next()).length).toBe(0)
    await nc.close()
  })

  test('one that does not say, and it is told how to', async () => {
    const nats = await server(
      ({ port, storeDir }) => `
        listen: 127.0.0.1:${port}
        max_payload: 8MB
        jetstream { store_dir: "${storeDir}", sync_interval: always }`,
    )
    expect(await refusalOf(run(nats))).toContain('$SYS.REQ.SERVER.PING.JSZ')
  })

  test('the monitoring port may say it instead', async () => {
    const monitorPort = await freePort()
    const [synced, unsynced] = await Promise.all(
      ['always', '"2m"'].map((sync, at) =>
        server(
          ({ port, storeDir }) => `
            listen: 127.0.0.1:${port}
            ${at === 0 ? `http: "127.0.0.1:${monitorPort}"` : ''}
            max_payload: 8MB
            jetstream { store_dir: "${storeDir}", sync_interval: ${sync}, max_file_store: 64GB }`,
        ),
      ),
    )
    const monitorUrl = `http://127.0.0.1:${monitorPort}`
    expect(await refusalOf(run(synced as TestNats, { monitorUrl }))).toBe('not refused')
    expect(await refusalOf(run(unsynced as TestNats))).toContain('no server says')
  })

  test('one whose messages are smaller than a webhook may be', async () => {
    const nats = await server((place) =>
      natsConfig(place).replace(/max_payload: \d+/, 'max_payload: 1048576'),
    )
    expect(await refusalOf(run(nats))).toContain('max_payload is 1048576')
  })

  test('one that is older than 2.11, by provisioning and by every service', async () => {
    const old = oldServer('2.10.29')
    const options = { servers: `nats://127.0.0.1:${old.port}`, logger }
    expect(await refusalOf(provision(options))).toContain('NATS 2.10.29 is too old')
    expect(await refusalOf(connectBus({ ...options, name: 'x' }))).toContain('NATS 2.10.29 is too old')
    old.stop(true)
  })

  test('all that is wrong is said at once', async () => {
    const nats = await server((place) =>
      natsConfig({ ...place, sync: false }).replace(/max_payload: \d+/, 'max_payload: 1048576'),
    )
    const said = await refusalOf(run(nats))
    expect(said).toContain('max_payload')
    expect(said).toContain('sync_interval')
  })

  test('the override goes on, with a banner nobody can miss', async () => {
    const nats = await server((place) => natsConfig({ ...place, sync: false }))
    lines.length = 0
    const { created } = await run(nats, { allowUnsynced: true })
    expect(created.length).toBeGreaterThan(0)
    const banner = lines.find(({ level, msg }) => level === 'error' && msg.includes('MAY LOSE'))
    expect(banner?.problems?.join()).toContain('sync_interval')
  })
})

describe('CONTRACTS 2: streams, durables and buckets follow the contracts', () => {
  test('the first run makes everything, the second changes nothing', async () => {
    const nats = await server((place) => natsConfig(place))
    const first = await run(nats)
    const perDurable = 1 + 1 + 4
    expect(first.created.length).toBe(
      streams.length + Object.keys(buckets).length + Object.keys(durables).length * perDurable,
    )
    expect(await run(nats)).toEqual({ created: [], changed: [], unknown: [] })
    const { nc, jsm } = await raw(nats.url)
    for (const spec of streams) {
      const { config } = await jsm.streams.info(spec.name)
      expect(config).toMatchObject({
        subjects: spec.subjects,
        retention: spec.retention,
        storage: spec.storage,
        discard: spec.discard,
        max_bytes: spec.maxBytes,
        max_age: spec.maxAgeS * 1e9,
      })
    }
    for (const { stream, name, maxAckPending } of Object.values(durables)) {
      const { config } = await jsm.consumers.info(stream, name)
      expect(config).toMatchObject({
        ack_policy: 'explicit',
        max_ack_pending: maxAckPending,
        max_deliver: -1,
      })
    }
    await nc.close()
  })

  test('what somebody changed is brought back, and what is stored stays', async () => {
    const nats = await server((place) => natsConfig(place))
    await run(nats)
    const { nc, jsm } = await raw(nats.url)
    await nc.jetstream().publish('ingest.v1', new Uint8Array([1]))
    const { config } = await jsm.streams.info('INGEST')
    await jsm.streams.update('INGEST', { ...config, max_bytes: 1_000 })
    await jsm.consumers.update('INGEST', 'inbox-ingest', { max_ack_pending: 1 })
    expect((await run(nats)).changed).toEqual(['INGEST', 'INGEST/inbox-ingest'])
    const { state, config: after } = await jsm.streams.info('INGEST')
    expect([state.messages, after.max_bytes]).toEqual([1, config.max_bytes])
    await nc.close()
  })

  test('a durable nobody knows is named: its interest keeps the stream from shrinking', async () => {
    const nats = await server((place) => natsConfig(place))
    await run(nats)
    const { nc, jsm } = await raw(nats.url)
    await jsm.consumers.add('INGEST', { durable_name: 'forgotten', ack_policy: 'explicit' as never })
    expect((await run(nats)).unknown).toEqual(['INGEST/forgotten'])
    await nc.close()
  })
})

test('the command provisions, says what it did, and exits 1 with the reasons when it refuses', async () => {
  const good = await server((place) => natsConfig(place))
  const bad = await server((place) => natsConfig({ ...place, sync: false }))
  const command = async (env: Record<string, string>) => {
    const child = Bun.spawn([process.execPath, `${import.meta.dir}/../bin/provision.ts`], {
      env,
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ])
    return { code: await child.exited, out, err }
  }
  const first = await command({ NATS_URL: good.url })
  expect(first).toMatchObject({ code: 0 })
  expect(first.out).toContain('created WEBHOOKS/ingest-webhooks\n')
  expect(await command({ NATS_URL: good.url })).toMatchObject({ code: 0, out: 'NATS provisioned\n' })
  const refused = await command({ NATS_URL: bad.url })
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('sync_interval: always')
  const nothing = await command({})
  expect(nothing).toMatchObject({ code: 1 })
  expect(nothing.err).toContain('NATS_URL: is required')
}, 30_000)

/** Speaks just enough to be asked for its version. */
function oldServer(version: string) {
  const info = { server_id: 'x', version, proto: 1, max_payload: 8 << 20, headers: true, jetstream: true }
  return Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open: (socket) => void socket.write(`INFO ${JSON.stringify(info)}\r\n`),
      data(socket, bytes) {
        if (String(bytes).includes('PING')) socket.write('PONG\r\n')
      },
    },
  })
}
