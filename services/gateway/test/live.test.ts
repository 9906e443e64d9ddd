import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect } from 'node:net'
import type { Bus } from '@palomar/bus'
import { areas, liveV1, newId, tenancyEventsV1 } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { type Gateway, startWorld, type World, writeSnapshot } from './fixture.ts'

let world: World
let gateway: Gateway
let tenancy: Bus

beforeAll(async () => {
  world = await startWorld()
  tenancy = await world.as('tenancy')
  await writeSnapshot(tenancy, [])
  gateway = await world.gateway()
  await isReady(gateway)
})
afterAll(() => world.stop())

const isReady = (one: Gateway) =>
  eventually(async () => expect((await fetch(`${one.adminUrl}/readyz`)).status).toBe(200))

interface Sent {
  type: string
  cursor: string
  kind?: string
  epoch?: string
  data?: { n: number }
}

/** A browser's socket that remembers what it heard. */
class Client {
  heard: Sent[] = []
  closed: { code: number; reason: string } | undefined
  readonly opened: Promise<void>
  #socket: WebSocket
  constructor(url: string) {
    this.#socket = new WebSocket(url)
    const opened = Promise.withResolvers<void>()
    this.opened = opened.promise
    this.#socket.onmessage = ({ data }) => {
      this.heard.push(JSON.parse(String(data)))
      opened.resolve()
    }
    this.#socket.onclose = ({ code, reason }) => {
      this.closed = { code, reason }
      opened.resolve()
    }
  }
  get cursor(): string {
    return this.heard.at(-1)?.cursor ?? ''
  }
  get events(): number[] {
    return this.heard.filter(({ type }) => type === 'event').map(({ data }) => data?.n ?? -1)
  }
  close(): void {
    this.#socket.close()
  }
}

async function ticketOf(token: string, at: Gateway = gateway): Promise<string> {
  const answer = await at.call('POST', '/v1/live/tickets', { token, body: {} })
  expect(answer.status).toBe(201)
  const { ticket, expires_at } = (await answer.json()) as { ticket: string; expires_at: string }
  expect(Date.parse(expires_at) - Date.now()).toBeLessThanOrEqual(30_000)
  return ticket
}

const urlOf = (ticket: string, cursor = '', at: Gateway = gateway) =>
  `${at.url.replace('http', 'ws')}/v1/live?ticket=${ticket}${cursor ? `&cursor=${cursor}` : ''}`

async function open(token: string, cursor = '', at: Gateway = gateway): Promise<Client> {
  const client = new Client(urlOf(await ticketOf(token, at), cursor, at))
  await client.opened
  return client
}

const frame = (tenantId: string, n: number, options: Partial<liveV1.Frame> = {}): liveV1.Frame =>
  liveV1.Frame.fromPartial({
    header: { id: newId('event'), tenantId, time: new Date() },
    kind: 'message.created',
    permission: 'messages:read',
    payloadJson: JSON.stringify({ n }),
    publishedAt: new Date(),
    ...options,
  } as never)

const publish = (...frames: liveV1.Frame[]) => tenancy.live.publish(frames)

test('W8: a frame reaches the sockets of its company that may see it, and no other', async () => {
  const a = world.stubs.person()
  const b = world.stubs.person()
  const lesser = world.stubs.person({ tenantId: a.identity.tenantId, lacking: 'messages:read' })
  const [mine, other, blind] = await Promise.all([open(a.token), open(b.token), open(lesser.token)])
  await publish(frame(a.identity.tenantId, 1), frame(a.identity.tenantId, 2, { permission: '' }))
  await eventually(() => expect(mine.events).toEqual([1, 2]))
  await eventually(() => expect(blind.events).toEqual([2]))
  expect(other.events).toEqual([])
  expect(mine.heard[0]).toMatchObject({ type: 'hello' })
  for (const client of [mine, other, blind]) client.close()
})

test('CONTRACTS 34: a ticket opens one socket; used again, made up or absent it is 401', async () => {
  const { token } = world.stubs.person()
  const ticket = await ticketOf(token)
  const first = new Client(urlOf(ticket))
  await first.opened
  expect(first.heard[0]?.type).toBe('hello')
  for (const one of [ticket, 'made-up', '', ticket.slice(0, -4)]) {
    const answer = await fetch(`${gateway.url}/v1/live?ticket=${one}`, {
      headers: {
        connection: 'upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': btoa('0123456789abcdef'),
      },
    })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  }
  expect((await fetch(`${gateway.url}/v1/live?ticket=x`)).status).toBe(400)
  first.close()
})

test('N6 CONTRACTS 34: who breaks off again and again and comes back with the last cursor misses nothing and hears nothing twice', async () => {
  const { token, identity } = world.stubs.person()
  const total = 600
  const heard: number[] = []
  let cursor = ''
  let published = 0
  const publishing = (async () => {
    while (published < total) {
      const batch = Array.from({ length: Math.min(7, total - published) }, () =>
        frame(identity.tenantId, ++published),
      )
      await publish(...batch)
      await Bun.sleep(2)
    }
  })()
  let rounds = 0
  await eventually(
    async () => {
      const client = await open(token, cursor)
      await Bun.sleep(5 + (rounds++ % 5) * 7)
      client.close()
      await eventually(() => expect(client.closed).toBeDefined())
      expect(client.heard.some(({ type }) => type === 'resync')).toBe(false)
      heard.push(...client.events)
      cursor = client.cursor
      expect(heard.at(-1)).toBe(total)
    },
    { timeoutMs: 25_000, everyMs: 1 },
  )
  await publishing
  expect(rounds).toBeGreaterThan(3)
  const [first = 0] = heard
  expect(heard).toEqual(Array.from({ length: total - first + 1 }, (_, i) => first + i))
}, 40_000)

test('CONTRACTS 34: a batch that was half seen is resumed in its middle', async () => {
  const { token, identity } = world.stubs.person()
  const first = await open(token)
  await publish(...[1, 2, 3, 4, 5].map((n) => frame(identity.tenantId, n)))
  await eventually(() => expect(first.events).toHaveLength(5))
  const middle = first.heard.find(({ data }) => data?.n === 3)?.cursor ?? ''
  const second = await open(token, middle)
  await eventually(() => expect(second.events).toEqual([4, 5]))
  first.close()
  second.close()
})

test('CONTRACTS 34: another gateway resumes the same cursor', async () => {
  const { token, identity } = world.stubs.person()
  const client = await open(token)
  await publish(frame(identity.tenantId, 1))
  await eventually(() => expect(client.events).toEqual([1]))
  client.close()
  await publish(frame(identity.tenantId, 2))
  const other = await world.gateway()
  await isReady(other)
  const resumed = await open(token, client.cursor, other)
  await eventually(() => expect(resumed.events).toEqual([2]))
  resumed.close()
  await other.service.stop()
})

test('CONTRACTS 34: a cursor that is not ours is a resync, and what comes after it arrives', async () => {
  const { token, identity } = world.stubs.person()
  const client = await open(token, 'made-up')
  await eventually(() => expect(client.heard.map(({ type }) => type)).toEqual(['hello', 'resync']))
  await publish(frame(identity.tenantId, 1))
  await eventually(() => expect(client.events).toEqual([1]))
  client.close()
})

test('CONTRACTS 34: frames that were dropped on their way are a resync for their company alone', async () => {
  const a = world.stubs.person()
  const b = world.stubs.person()
  const [mine, other] = await Promise.all([open(a.token), open(b.token)])
  await publish(frame(a.identity.tenantId, 1), frame(b.identity.tenantId, 1))
  await eventually(() => expect([...mine.events, ...other.events]).toEqual([1, 1]))
  const before = mine.cursor
  await publish(
    frame(a.identity.tenantId, 0, { kind: 'resync', permission: '' }),
    frame(b.identity.tenantId, 2),
  )
  await eventually(() => expect(mine.heard.at(-1)?.type).toBe('resync'))
  await eventually(() => expect(other.events).toEqual([1, 2]))
  expect(other.heard.some(({ type }) => type === 'resync')).toBe(false)
  const late = await open(a.token, before)
  await eventually(() => expect(late.heard.at(-1)?.type).toBe('resync'))
  for (const client of [mine, other, late]) client.close()
})

test('CONTRACTS 34: a heartbeat tells the head, and a quiet client resumes from it', async () => {
  const quiet = world.stubs.person()
  const busy = world.stubs.person()
  const client = await open(quiet.token)
  await publish(...Array.from({ length: 20 }, (_, i) => frame(busy.identity.tenantId, i)))
  await eventually(() => expect(client.heard.at(-1)?.type).toBe('heartbeat'), { timeoutMs: 12_000 })
  client.close()
  await publish(frame(quiet.identity.tenantId, 1))
  const resumed = await open(quiet.token, client.cursor)
  await eventually(() => expect(resumed.events).toEqual([1]))
  resumed.close()
}, 20_000)

const revoked = (tenantId: string, subject: string, kind: string) =>
  frame(tenantId, 0, {
    kind: 'session.revoked',
    permission: '',
    payloadJson: JSON.stringify({ subject_id: subject, kind }),
  })

test.each(['session', 'membership', 'company'])(
  'CONTRACTS 35: a revoked %s closes its sockets, and its credential is asked for anew',
  async (kind) => {
    const one = world.stubs.person()
    const bystander = world.stubs.person(kind === 'company' ? {} : { tenantId: one.identity.tenantId })
    const [client, other] = await Promise.all([open(one.token), open(bystander.token)])
    const { actorId, sessionId, tenantId } = one.identity
    const subject = { session: sessionId, membership: actorId, company: tenantId }[kind] ?? ''
    world.stubs.identities.delete(one.token)
    await publish(revoked(tenantId, subject, kind))
    await eventually(() => expect(client.closed?.code).toBe(4001), { timeoutMs: 5_000 })
    await eventually(
      async () => expect((await gateway.call('GET', '/v1/me', { token: one.token })).status).toBe(401),
      { timeoutMs: 5_000 },
    )
    expect(other.closed).toBeUndefined()
    expect((await gateway.call('GET', '/v1/me', { token: bystander.token })).status).toBe(200)
    other.close()
  },
)

test("CONTRACTS 35: tenancy's own event does the same when the live frame is lost", async () => {
  const one = world.stubs.person()
  const client = await open(one.token)
  world.stubs.identities.delete(one.token)
  await tenancy.publisher(areas.tenancy).publish([
    tenancyEventsV1.Event.fromPartial({
      header: { id: newId('event'), tenantId: one.identity.tenantId, time: new Date() },
      payload: { $case: 'credentialRevoked', value: { subjectId: one.identity.sessionId, kind: 'session' } },
    }),
  ])
  await eventually(() => expect(client.closed?.code).toBe(4001), { timeoutMs: 5_000 })
  expect((await gateway.call('GET', '/v1/me', { token: one.token })).status).toBe(401)
})

test('CONTRACTS 35: a ticket from before the revocation opens nothing after it', async () => {
  const { token, identity } = world.stubs.person()
  const ticket = await ticketOf(token)
  const witness = await open(world.stubs.person({ tenantId: identity.tenantId }).token)
  await publish(revoked(identity.tenantId, identity.sessionId, 'session'), frame(identity.tenantId, 1))
  await eventually(() => expect(witness.events).toEqual([1]))
  const client = new Client(urlOf(ticket))
  await eventually(() => expect(client.closed?.code).toBe(4001))
  expect(client.heard).toEqual([])
  witness.close()
})

test('CONTRACTS 34: a reader that stops reading is closed with 4008, and nobody else waits for it', async () => {
  const { token, identity } = world.stubs.person()
  const slow = await stalledSocket(new URL(urlOf(await ticketOf(token))))
  const quick = await open(token)
  const payloadJson = JSON.stringify({ n: 7, text: 'x'.repeat(60_000) })
  const frames = 200
  // More than the kernel's buffers and our own megabyte together.
  for (let i = 0; i < frames; i++) await publish(frame(identity.tenantId, i, { payloadJson }))
  await eventually(() => expect(quick.events).toHaveLength(frames), { timeoutMs: 20_000 })
  await eventually(async () => {
    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text()
    expect(metrics).toMatch(/live_closed_total\{[^}]*code="4008"[^}]*\} [1-9]/)
  })
  slow.destroy()
  quick.close()
}, 60_000)

test('CONTRACTS 34: a restarted NATS has forgotten the stream: everyone is told to reload and old cursors are void', async () => {
  const own = await startWorld()
  const source = await own.as('tenancy')
  await writeSnapshot(source, [])
  const front = await own.gateway()
  await isReady(front)
  const { token, identity } = own.stubs.person()
  const client = await open(token, '', front)
  await source.live.publish([frame(identity.tenantId, 1)])
  await eventually(() => expect(client.events).toEqual([1]))
  const before = client.cursor
  await own.nats.restart()
  await eventually(() => expect(client.heard.some(({ type }) => type === 'resync')).toBe(true), {
    timeoutMs: 20_000,
  })
  await eventually(() => source.live.publish([frame(identity.tenantId, 2)]), { timeoutMs: 20_000 })
  await eventually(() => expect(client.events).toContain(2), { timeoutMs: 20_000 })
  const late = await open(token, before, front)
  await eventually(() => expect(late.heard.map(({ type }) => type)).toContain('resync'))
  await own.stop()
  await eventually(() => expect(client.closed?.code).toBe(1012))
}, 60_000)

test('STACK: a stopping gateway refuses new sockets, says 1012 to the open ones and ends', async () => {
  const own = await world.gateway()
  await isReady(own)
  const { token } = world.stubs.person()
  const clients = await Promise.all(Array.from({ length: 20 }, () => open(token, '', own)))
  await own.service.stop()
  await eventually(() => expect(clients.map(({ closed }) => closed?.code)).toEqual(Array(20).fill(1012)))
})

/** Shakes hands, then never reads again. */
function stalledSocket({ hostname, port, pathname, search }: URL) {
  return new Promise<ReturnType<typeof connect>>((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    socket.once('error', reject)
    socket.once('data', () => {
      socket.pause()
      resolve(socket)
    })
    const key = btoa('0123456789abcdef')
    socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nhost: ${hostname}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
    )
  })
}
