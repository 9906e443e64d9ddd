import { expect, test } from 'bun:test'
import { liveV1 } from '@palomar/contracts'
import { createMetrics } from '@palomar/runtime'
import { generateKey, keyringOf } from '@palomar/seal'
import { heldClock } from '@palomar/testkit'
import { createCursors } from './cursor.ts'
import { frameOf } from './frame.ts'
import { createRing } from './ring.ts'
import { bufferedBytesMax, createSockets, type Wire } from './sockets.ts'
import { sightOf, type Viewer } from './visibility.ts'

class FakeWire implements Wire {
  sent: Record<string, unknown>[] = []
  buffered = 0
  pings = 0
  closed: number | undefined
  terminated = false
  send(text: string) {
    this.sent.push(JSON.parse(text))
    return text.length
  }
  close(code: number) {
    this.closed = code
  }
  terminate() {
    this.terminated = true
  }
  ping() {
    this.pings++
  }
  getBufferedAmount() {
    return this.buffered
  }
}

const viewer = (options: Partial<Viewer> = {}): Viewer => ({
  tenantId: 'ten_a',
  actorId: 'usr_a',
  sessionId: 'ses_a',
  permissions: new Set(['conversations:read']),
  ...options,
})

const frame = (seq: number, options: Record<string, unknown> = {}) =>
  frameOf(
    liveV1.Frame.fromPartial({
      header: { tenantId: 'ten_a' },
      kind: 'message.created',
      permission: 'conversations:read',
      conversationId: 'cnv_1',
      payloadJson: `{"n":${seq}}`,
      ...options,
    }),
    seq,
  )

function setUp() {
  const clock = heldClock()
  const monotonic = () => clock.monotonic()
  const ring = createRing(monotonic)
  const cursors = createCursors(keyringOf([{ name: 'k', key: generateKey() }]))
  const place = { epoch: 'e1', head: 0 }
  const stream = { epoch: () => place.epoch, head: () => place.head }
  const sockets = createSockets({
    ring,
    cursors,
    stream,
    monotonic,
    metrics: createMetrics({ service: 't', processMetrics: false }),
  })
  ring.restart(0)
  const publish = (seq: number, options?: Record<string, unknown>) => {
    const one = frame(seq, options)
    place.head = seq
    ring.add(one)
    sockets.deliver(one)
  }
  return { clock, sockets, cursors, place, publish }
}

const types = (wire: FakeWire) => wire.sent.map(({ type }) => type)

test('CONTRACTS 34: permissions are checked for each frame and socket', () => {
  const may = viewer()
  expect(sightOf(may, frame(1))).toBe('event')
  expect(sightOf(viewer({ permissions: new Set(['numbers:read']) }), frame(1))).toBe('nothing')
  expect(sightOf(may, frame(1, { permission: '' }))).toBe('event')
  expect(sightOf(may, frame(1, { userId: 'usr_b' }))).toBe('nothing')
  expect(sightOf(may, frame(1, { userId: 'usr_a' }))).toBe('event')
})

test('CONTRACTS 34: who could see only the former place is told that it left, with the id alone', () => {
  const { sockets, publish } = setUp()
  const mine = new FakeWire()
  const theirs = new FakeWire()
  sockets.open(viewer({ teams: new Set(['tea_1']) }), mine, '')
  sockets.open(viewer({ teams: new Set(['tea_2']) }), theirs, '')
  publish(1, { before: { teamId: 'tea_1' }, after: { teamId: 'tea_2' } })
  publish(2, { before: { teamId: 'tea_2' }, after: { teamId: 'tea_2' } })
  expect(types(mine)).toEqual(['hello', 'left'])
  expect(mine.sent[1]).toMatchObject({ id: 'cnv_1' })
  expect(JSON.stringify(mine.sent[1])).not.toContain('"n"')
  expect(types(theirs)).toEqual(['hello', 'event', 'event'])
})

test('CONTRACTS 34: a socket that buffers 1 MB is closed with 4008 and gets nothing more', () => {
  const { sockets, publish } = setUp()
  const wire = new FakeWire()
  sockets.open(viewer(), wire, '')
  wire.buffered = bufferedBytesMax
  publish(1)
  publish(2)
  expect(wire.closed).toBe(4008)
  expect(types(wire)).toEqual(['hello'])
})

test('CONTRACTS 34: a socket without a sign of life for 10 s is closed with 4008; one that answers pings is not', () => {
  const { sockets, clock } = setUp()
  const dead = new FakeWire()
  const alive = new FakeWire()
  sockets.open(viewer(), dead, '')
  const answering = sockets.open(viewer(), alive, '')
  for (let second = 0; second < 15; second++) {
    clock.advance(1_000)
    const before = alive.pings
    sockets.tick()
    if (alive.pings > before) sockets.heard(answering)
  }
  expect(dead.pings).toBeGreaterThan(0)
  expect(dead.closed).toBe(4008)
  expect(alive.closed).toBeUndefined()
  expect(dead.terminated).toBe(true)
})

test('CONTRACTS 34: more than half a megabyte missed is a resync and not a flood', () => {
  const { sockets, cursors, publish } = setUp()
  const wire = new FakeWire()
  for (let seq = 1; seq <= 10; seq++) publish(seq, { payloadJson: JSON.stringify('x'.repeat(50_000)) })
  sockets.open(viewer(), wire, cursors.write('ten_a', { epoch: 'e1', seq: 0 }))
  expect(types(wire)).toEqual(['hello', 'resync'])
})

test('CONTRACTS 34: hello keeps the cursor that the client came with until what it missed has been said', () => {
  const { sockets, cursors, publish, place } = setUp()
  publish(1)
  publish(2)
  const cursor = cursors.write('ten_a', { epoch: 'e1', seq: 1 })
  const wire = new FakeWire()
  sockets.open(viewer(), wire, cursor)
  expect(types(wire)).toEqual(['hello', 'event'])
  expect(wire.sent[0]?.cursor).toBe(cursor)
  expect(cursors.read('ten_a', String(wire.sent[1]?.cursor))).toEqual({ epoch: 'e1', seq: 2 })
  const fresh = new FakeWire()
  sockets.open(viewer(), fresh, '')
  expect(cursors.read('ten_a', String(fresh.sent[0]?.cursor))).toEqual({ epoch: 'e1', seq: place.head })
})

test("CONTRACTS 34: another epoch, another company's cursor and a made-up one are a resync", () => {
  const { sockets, cursors, publish } = setUp()
  publish(1)
  const foreign = cursors.write('ten_b', { epoch: 'e1', seq: 1 })
  const before = cursors.write('ten_a', { epoch: 'e0', seq: 1 })
  for (const cursor of [foreign, before, 'e1:1', 'AAAA', 'x'.repeat(5_000)]) {
    const wire = new FakeWire()
    sockets.open(viewer(), wire, cursor)
    expect(types(wire)).toEqual(['hello', 'resync'])
  }
})

test('CONTRACTS 34: a cursor tells nothing of the stream', () => {
  const { cursors } = setUp()
  const one = cursors.write('ten_a', { epoch: 'e1', seq: 123_456 })
  expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('123456')
  expect(cursors.read('ten_a', one)).toEqual({ epoch: 'e1', seq: 123_456 })
  const altered = `${one.slice(0, -2)}${one.endsWith('AA') ? 'BB' : 'AA'}`
  expect(cursors.read('ten_a', altered)).toBeUndefined()
})

test('CONTRACTS 34: the payload goes out as the service wrote it', () => {
  const { sockets, publish } = setUp()
  const wire = new FakeWire()
  sockets.open(viewer(), wire, '')
  publish(1, {
    payloadJson: '{"id":"msg_1","text":"é \\" \\u2028"}',
    numberId: 'num_1',
    publishedAt: new Date(0),
  })
  expect(wire.sent[1]).toMatchObject({
    type: 'event',
    kind: 'message.created',
    number_id: 'num_1',
    conversation_id: 'cnv_1',
    at: '1970-01-01T00:00:00.000Z',
    data: { id: 'msg_1', text: 'é " \u2028' },
  })
})
