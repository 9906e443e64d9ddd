import { afterEach, describe, expect, test } from 'bun:test'
import { areas, durables } from '@palomar/contracts'
import { createMetrics } from '@palomar/runtime'
import { eventually } from '@palomar/testkit'
import type { Answer, Bus, ConsumeOptions, Consumer, Delivered } from '../src/index.ts'
import { event, logged, nameOf, provisionedNats, quick, type TenancyEvent } from './fixture.ts'
import { raw } from './raw.ts'

const { nats, connect, empty } = await provisionedNats()
const bus = await connect()
const running: Consumer[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((consumer) => consumer.stop()))
  await empty()
})

const never = new Promise<Answer>(() => undefined)

type Seen = Delivered<TenancyEvent>

/** Consumes as the ingest service; `answer` decides by event. */
async function consume(
  answer: (delivered: Seen) => Answer | Promise<Answer>,
  options: ConsumeOptions & { durable?: typeof durables.ingestTenancy; bus?: Bus } = {},
) {
  const seen: Seen[] = []
  const { durable = durables.ingestTenancy, bus: on = bus, ...rest } = options
  const consumer = await on.consume(
    areas.tenancy,
    durable,
    async (events) => {
      const answers: Answer[] = []
      for (const delivered of events) {
        seen.push(delivered)
        answers.push(await answer(delivered))
      }
      return answers
    },
    { timing: quick, ...rest },
  )
  running.push(consumer)
  return { consumer, seen, names: () => seen.map(({ event: e }) => nameOf(e)) }
}

const publish = (...names: string[]) => bus.publisher(areas.tenancy).publish(names.map((name) => event(name)))

async function messagesIn(stream: string): Promise<number> {
  const { nc, jsm } = await raw(nats.url)
  const { state } = await jsm.streams.info(stream)
  await nc.close()
  return state.messages
}

/** Everything is handled: nothing waits, neither in RETRY nor unacknowledged. */
async function allAnswered(durable = durables.ingestTenancy): Promise<void> {
  const { nc, jsm } = await raw(nats.url)
  await eventually(async () => {
    const info = await jsm.consumers.info(durable.stream, durable.name)
    expect([info.num_pending, info.num_ack_pending]).toEqual([0, 0])
    expect((await jsm.streams.info('RETRY')).state.messages).toBe(0)
  }).finally(() => nc.close())
}

describe('CONTRACTS 4: answers', () => {
  test('each durable of a stream gets each event once, and the message goes when all have answered', async () => {
    const ofStream = Object.values(durables).filter(({ stream }) => stream === 'TENANCY')
    const all = await Promise.all(
      ofStream.map((durable) => consume(() => 'ok', { durable: durable as never })),
    )
    await publish('a', 'b')
    await publish('c')
    for (const { names } of all) await eventually(() => expect(names()).toEqual(['a', 'b', 'c']))
    await eventually(async () => expect(await messagesIn('TENANCY')).toBe(0))
  })

  test('an event says when its stream stored it and what its batch said', async () => {
    const seen: Delivered<unknown>[] = []
    const before = Date.now()
    const oldestWebhookAt = new Date('2026-01-01T00:00:00.000Z')
    await bus.publisher(areas.ingest).publish([{ header: event('x').header, payload: undefined }], {
      oldestWebhookAt,
    })
    running.push(
      await bus.consume(areas.ingest, durables.inboxIngest, async (events) => {
        seen.push(...events)
        return events.map(() => 'ok' as const)
      }),
    )
    await eventually(() => expect(seen).toHaveLength(1))
    expect(seen[0]).toMatchObject({ meta: { oldestWebhookAt }, redelivered: false, tries: 0 })
    const storedAt = seen[0]?.streamTime.getTime() ?? 0
    expect(storedAt).toBeGreaterThanOrEqual(before - 1_000)
    expect(storedAt).toBeLessThanOrEqual(Date.now() + 1_000)
  })

  test('one event is retried by itself; the others of its batch are done', async () => {
    const { names, seen } = await consume(({ event: e, tries }) =>
      nameOf(e) === 'b' && tries < 3 ? { retry: { reason: 'not yet' } } : 'ok',
    )
    await publish('a', 'b', 'c')
    await eventually(() => expect(names()).toEqual(['a', 'b', 'c', 'b', 'b', 'b']))
    await allAnswered()
    expect(seen.map(({ tries }) => tries)).toEqual([0, 0, 0, 1, 2, 3])
    expect(seen.map(({ redelivered }) => redelivered)).toEqual([false, false, false, true, true, true])
    // When the stream first had it, not when RETRY had: what has been applied is told by that time.
    expect(new Set(seen.slice(3).map(({ streamTime }) => streamTime.getTime()))).toEqual(
      new Set([seen[1]?.streamTime.getTime() ?? 0]),
    )
    expect(await messagesIn('DEAD')).toBe(0)
  })

  test('an event of a later delay does not hold up one of a shorter', async () => {
    const { names } = await consume(
      ({ event: e, tries }) => {
        if (tries > 0) return 'ok'
        return { retry: { reason: 'x', afterMs: nameOf(e) === 'late' ? 700 : 0 } }
      },
      { timing: { ...quick, retryDelaysMs: [10, 20, 30, 800] } },
    )
    await publish('late')
    await publish('soon')
    await eventually(() => expect(names()).toEqual(['late', 'soon', 'soon', 'late']))
    await allAnswered()
  })

  test('after eight tries it is a dead letter with its reason, and nothing tries it again', async () => {
    const { seen } = await consume(() => ({ retry: { reason: 'it never works' } }))
    await publish('hopeless')
    await eventually(async () => expect(await messagesIn('DEAD')).toBe(1))
    await allAnswered()
    expect(seen.map(({ tries }) => tries)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    const { letters } = await bus.dead.list()
    expect(letters).toMatchObject([
      {
        durable: 'ingest-tenancy',
        stream: 'TENANCY',
        eventId: event('hopeless').header?.id,
        kind: 'tenantChanged',
        tries: 8,
        reasonCode: 'retry',
        reason: 'it never works',
      },
    ])
  })

  test('an hour after its first try it is a dead letter, however few tries it had', async () => {
    const { seen } = await consume(() => ({ retry: { reason: 'x' } }), {
      timing: { ...quick, retryDelaysMs: [60, 60, 60, 60], retrySpanMaxMs: 100 },
    })
    await publish('slow')
    await eventually(async () => expect(await messagesIn('DEAD')).toBe(1))
    await allAnswered()
    expect(seen.length).toBeLessThan(8)
    expect(seen.length).toBeGreaterThan(1)
  })

  test('an event that its handler gives up is a dead letter at once, with its code', async () => {
    const { names } = await consume(({ event: e }) =>
      nameOf(e) === 'bad' ? { dead: { reason: 'no such number', code: 'number_unknown' } } : 'ok',
    )
    await publish('good', 'bad')
    await eventually(async () => expect(await messagesIn('DEAD')).toBe(1))
    await allAnswered()
    expect(names()).toEqual(['good', 'bad'])
    const { letters } = await bus.dead.list({ durable: 'ingest-tenancy' })
    expect(letters).toMatchObject([{ tries: 1, reasonCode: 'number_unknown', reason: 'no such number' }])
  })

  test('a batch that cannot be read is a dead letter, and those behind it are handled', async () => {
    const { names } = await consume(() => 'ok')
    const { nc } = await raw(nats.url)
    await nc.request('tenancy.v1', new Uint8Array([0x0a, 0xff, 0xff]))
    await nc.close()
    await publish('behind')
    await eventually(() => expect(names()).toEqual(['behind']))
    await allAnswered()
    const { letters } = await bus.dead.list()
    expect(letters).toMatchObject([{ kind: 'unreadable', reasonCode: 'unreadable', bytes: 3 }])
  })
})

describe('CONTRACTS 4: infrastructure down', () => {
  test('a thrown handler means the whole batch comes again, and nothing is pulled until the probe succeeds', async () => {
    let isDown = true
    let probes = 0
    const { names, seen } = await consume(
      () => {
        if (isDown) throw new Error('database away')
        return 'ok'
      },
      {
        probe: async () => {
          probes++
          return !isDown
        },
      },
    )
    await publish('a', 'b')
    await eventually(() => expect(probes).toBeGreaterThan(2))
    await publish('c')
    await eventually(() => expect(probes).toBeGreaterThan(4))
    // One try, then only probes.
    expect(names()).toEqual(['a'])
    isDown = false
    await eventually(() => expect(names().slice(1).sort()).toEqual(['a', 'b', 'c']))
    await allAnswered()
    expect(await messagesIn('DEAD')).toBe(0)
    expect(seen.find(({ event: e }, at) => at > 0 && nameOf(e) === 'a')).toMatchObject({ redelivered: true })
  })

  test('a handler that never ends counts as thrown', async () => {
    let calls = 0
    const { names } = await consume(
      async () => {
        calls++
        if (calls === 1) await never
        return 'ok' as const
      },
      { handlerTimeoutMs: 50 },
    )
    await publish('a')
    await eventually(() => expect(names()).toEqual(['a', 'a']))
    await allAnswered()
  })

  test('a handler that does not answer for each event has answered for none', async () => {
    let isBroken = true
    const handled: string[] = []
    const probe = async () => {
      isBroken = false
      return true
    }
    running.push(
      await bus.consume(
        areas.tenancy,
        durables.ingestTenancy,
        async (events) => {
          if (isBroken) return ['ok']
          handled.push(...events.map(({ event: e }) => nameOf(e)))
          return events.map(() => 'ok' as const)
        },
        { timing: quick, probe },
      ),
    )
    await publish('a', 'b')
    await eventually(() => expect(handled).toEqual(['a', 'b']))
    await allAnswered()
  })

  test('a batch delivered for the third time is handled event by event, so that the one at fault stands alone', async () => {
    const { names, seen } = await consume(({ event: e }) => {
      if (nameOf(e) === 'poison') throw new Error('chokes on it')
      return 'ok'
    })
    await publish('a', 'poison', 'b')
    await eventually(async () => expect(await messagesIn('DEAD')).toBe(1))
    await allAnswered()
    // Twice whole, as far as the handler came; then each alone.
    expect(names().slice(0, 4)).toEqual(['a', 'poison', 'a', 'poison'])
    const alone = names().slice(4)
    expect(alone.filter((name) => name !== 'poison').sort()).toEqual(['a', 'b'])
    expect(seen.at(-1)).toMatchObject({ tries: 7 })
    const { letters } = await bus.dead.list()
    expect(letters).toMatchObject([{ tries: 8, eventId: event('poison').header?.id }])
  })

  test('alone and with infrastructure down an event waits without losing a try', async () => {
    let isDown = false
    let thrown = 0
    const { seen } = await consume(
      ({ tries }) => {
        if (tries === 0) return { retry: { reason: 'first' } }
        if (isDown) {
          thrown++
          throw new Error('database away')
        }
        return 'ok'
      },
      { probe: async () => !isDown },
    )
    isDown = true
    await publish('a')
    await eventually(() => expect(thrown).toBe(1))
    isDown = false
    await eventually(() => expect(seen.map(({ tries }) => tries)).toEqual([0, 1, 1]))
    await allAnswered()
  })
})

describe('CONTRACTS 4: RETRY or DEAD refuse', () => {
  test('nothing is acknowledged, the alarm is raised, and it goes on by itself when they take events again', async () => {
    const metrics = createMetrics({ service: 't', processMetrics: false })
    const own = await connect({ metrics })
    const { nc, jsm } = await raw(nats.url)
    const { config } = await jsm.streams.info('RETRY')
    await jsm.streams.update('RETRY', { ...config, max_bytes: 1 })
    const { names } = await consume(({ tries }) => (tries < 2 ? { retry: { reason: 'x' } } : 'ok'), {
      bus: own,
    })
    const isStopped = async () =>
      (await metrics.text()).match(/bus_consumer_stopped\{durable="ingest-tenancy",service="t"\} (\d)/)?.[1]
    await publish('a')
    await eventually(async () => expect(await isStopped()).toBe('1'))
    const { num_ack_pending, num_pending } = await jsm.consumers.info('TENANCY', 'ingest-tenancy')
    expect(num_ack_pending + num_pending).toBe(1)
    expect(await messagesIn('TENANCY')).toBe(1)
    await jsm.streams.update('RETRY', config)
    await allAnswered()
    expect(await isStopped()).toBe('0')
    expect(names().length).toBeGreaterThan(2)
    expect(await messagesIn('DEAD')).toBe(0)
    await nc.close()
  })
})

describe('stopping', () => {
  test('finishes what is in hand, then takes nothing more', async () => {
    let release: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let begun = 0
    let done = 0
    const { consumer } = await consume(async () => {
      begun++
      await gate
      done++
      return 'ok' as const
    })
    await publish('a')
    await eventually(() => expect(begun).toBe(1))
    const stopped = consumer.stop()
    await publish('b')
    release()
    await stopped
    expect([begun, done]).toEqual([1, 1])
    // Acknowledged, not handed back: only what came after it is left.
    const { names } = await consume(() => 'ok')
    await eventually(() => expect(names()).toEqual(['b']))
  })

  test('what is not finished in time is handed back and handled by another', async () => {
    const hung = await consume(() => never)
    await publish('a')
    await eventually(() => expect(hung.seen).toHaveLength(1))
    await hung.consumer.stop(20)
    const { seen } = await consume(() => 'ok')
    await eventually(() => expect(seen).toMatchObject([{ redelivered: true, tries: 1 }]))
  })
})

test('batches that wait share a call of the handler, up to a number of events', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await publish(name)
  const calls: number[] = []
  let release: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  running.push(
    await bus.consume(
      areas.tenancy,
      durables.ingestTenancy,
      async (events) => {
        calls.push(events.length)
        await gate
        return events.map(() => 'ok' as const)
      },
      { eventsMax: 2, timing: quick },
    ),
  )
  const { nc, jsm } = await raw(nats.url)
  // All five are here, those that are not in hand wait.
  await eventually(async () =>
    expect((await jsm.consumers.info('TENANCY', 'ingest-tenancy')).num_ack_pending).toBe(5),
  ).finally(() => nc.close())
  release()
  await eventually(() => expect(calls.reduce((sum, count) => sum + count, 0)).toBe(5))
  expect(Math.max(...calls)).toBe(2)
})

test('the mutation ack-before-commit loses what a failing handler had in hand, and says so loudly', async () => {
  const { names, consumer } = await consume(
    () => {
      throw new Error('dies before its commit')
    },
    { mutation: 'ack-before-commit' },
  )
  await publish('lost')
  await eventually(() => expect(names()).toEqual(['lost']))
  await consumer.stop()
  expect(logged.some(({ level, msg }) => level === 'error' && msg.includes('TEST MUTATION'))).toBe(true)
  await eventually(async () => {
    const { nc, jsm } = await raw(nats.url)
    const info = await jsm.consumers.info('TENANCY', 'ingest-tenancy').finally(() => nc.close())
    expect([info.num_pending, info.num_ack_pending]).toEqual([0, 0])
  })
})
