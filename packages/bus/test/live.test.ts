import { describe, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import type { Bus, Frame } from '../src/index.ts'
import { provisionedNats } from './fixture.ts'
import { raw } from './raw.ts'

const { nats, connect } = await provisionedNats()

const frame = (kind: string): Frame => ({
  header: { id: newId('event'), tenantId: '', time: new Date(), traceparent: '' },
  kind,
  numberId: '',
  conversationId: '',
  before: undefined,
  after: undefined,
  payloadJson: '{}',
  publishedAt: new Date(),
  permission: '',
  userId: '',
})

/** Follows and writes down what it was told, in order. */
function follow(bus: Bus, pastMs?: number) {
  const told: ({ epoch: string } | { kind: string; seq: number })[] = []
  const follower = bus.live.follow({
    onEpoch: (epoch) => void told.push({ epoch }),
    onFrame: ({ kind }, seq) => void told.push({ kind, seq }),
    ...(pastMs !== undefined && { pastMs }),
  })
  const frames = () => told.flatMap((entry) => ('kind' in entry ? [entry] : []))
  return {
    follower,
    told,
    frames,
    kinds: () => frames().map(({ kind }) => kind),
    epochs: () => told.flatMap((entry) => ('epoch' in entry ? [entry.epoch] : [])),
  }
}

describe('CONTRACTS 34: LIVE', () => {
  test('a follower reads the past first, then what comes, in order, each frame with a sequence of its own', async () => {
    const bus = await connect()
    await bus.live.publish([frame('past.1'), frame('past.2')])
    const live = follow(bus)
    await live.follower.caughtUp
    expect(live.kinds()).toEqual(['past.1', 'past.2'])
    await bus.live.publish([frame('now.1')])
    await bus.live.publish([frame('now.2'), frame('now.3')])
    await eventually(() => expect(live.kinds()).toEqual(['past.1', 'past.2', 'now.1', 'now.2', 'now.3']))
    const sequences = live.frames().map(({ seq }) => seq)
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b))
    expect(live.follower.head()).toBe(sequences.at(-1) ?? 0)
    expect(live.epochs()).toHaveLength(1)
    await live.follower.stop()
  })

  test('a new follower gives the same frame the same sequence and epoch: sockets may resume elsewhere', async () => {
    const bus = await connect()
    const [one, other] = [follow(bus), follow(bus)]
    await bus.live.publish([frame('same')])
    await eventually(() => {
      expect(one.kinds()).toContain('same')
      expect(other.told).toEqual(one.told)
    })
    await one.follower.stop()
    await other.follower.stop()
  })

  test('after the server died the stream is made anew, and its creation time is another epoch', async () => {
    const bus = await connect()
    const live = follow(bus)
    await live.follower.caughtUp
    const [before] = live.epochs()
    await nats.kill()
    await nats.restart()
    await eventually(() => expect(bus.isConnected()).toBe(true))
    await eventually(() => bus.live.publish([frame('after')]))
    await eventually(() => expect(live.kinds()).toContain('after'))
    const epochs = live.epochs()
    expect(epochs).toHaveLength(2)
    expect(epochs[1]).not.toBe(before)
    expect(live.follower.epoch()).toBe(epochs[1] ?? '')
    // Whatever is told after the second epoch belongs to it.
    const second = live.told.findLastIndex((entry) => 'epoch' in entry)
    expect(live.told.slice(second + 1).map((entry) => 'kind' in entry && entry.kind)).toEqual(['after'])
    await live.follower.stop()
  })

  test('a publisher that finds no stream makes it', async () => {
    const bus = await connect()
    await nats.kill()
    await nats.restart()
    await eventually(() => expect(bus.isConnected()).toBe(true))
    await bus.live.publish([frame('first')])
    const live = follow(bus)
    await live.follower.caughtUp
    expect(live.kinds()).toEqual(['first'])
    await live.follower.stop()
  })

  test('frames dropped before they were read are announced by the epoch being told again', async () => {
    const bus = await connect()
    const live = follow(bus)
    await live.follower.caughtUp
    await bus.live.publish([frame('read')])
    await eventually(() => expect(live.kinds()).toContain('read'))
    const told = live.epochs().length
    // As `discard: old` does to a reader that is too slow: the stream's next message is far behind what was read.
    const { nc, jsm } = await raw(nats.url)
    await jsm.streams.purge('LIVE', { seq: 1_000_000 })
    await bus.live.publish([frame('kept')])
    await eventually(() => expect(live.kinds()).toContain('kept'))
    expect(live.epochs()).toHaveLength(told + 1)
    expect(new Set(live.epochs()).size).toBe(1)
    await nc.close()
    await live.follower.stop()
  })

  test('with the server away publish says so within its time and nothing waits for ever', async () => {
    const bus = await connect()
    await nats.kill()
    await eventually(() => expect(bus.isConnected()).toBe(false))
    const refusal = await bus.live.publish([frame('x')]).catch((error) => error)
    expect(refusal.code).toBe('unavailable')
    await nats.restart()
    await eventually(() => bus.live.publish([frame('y')]))
  })
})
