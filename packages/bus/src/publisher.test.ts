import { describe, expect, test } from 'bun:test'
import { areas } from '@palomar/contracts'
import type { AppError } from '@palomar/errors'
import { createMetrics, runWithContext } from '@palomar/runtime'
import { fakeConnection } from '../test/fake-connection.ts'
import { event, nameOf } from '../test/fixture.ts'
import { createBusMetrics } from './metrics.ts'
import { createPublisher, type PublisherOptions } from './publisher.ts'

function setUp(options: PublisherOptions = {}) {
  const fake = fakeConnection()
  const publisher = createPublisher(
    { connection: fake.connection, series: createBusMetrics().stream('TENANCY') },
    areas.tenancy,
    options,
  )
  return {
    ...fake,
    publisher,
    /** What the n-th message to the server holds. */
    sent: (at: number) =>
      areas.tenancy.decode(fake.requests[at]?.data ?? new Uint8Array()).events.map(nameOf),
    codeOf: (work: Promise<void>) =>
      work.then(
        () => 'stored',
        (error: AppError) => error.code,
      ),
  }
}

/** Lets everything run that needs no answer of the server. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0))

describe('CONTRACTS 1: the publisher of a stream', () => {
  test('has one publish in flight; what arrives meanwhile is the next batch, in order', async () => {
    const { publisher, requests, sent } = setUp()
    const all = [publisher.publish([event('a')])]
    await turn()
    for (const name of ['b', 'c', 'd']) all.push(publisher.publish([event(name)]))
    await turn()
    expect(requests).toHaveLength(1)
    requests[0]?.ack()
    await turn()
    expect(requests).toHaveLength(2)
    expect([sent(0), sent(1)]).toEqual([['a'], ['b', 'c', 'd']])
    requests[1]?.ack()
    await Promise.all(all)
    expect(publisher.stats()).toMatchObject({ publishes: 2, events: 4, failures: 0, queued: 0 })
  })

  test('keeps a batch within its number of events and its bytes; a larger event travels alone', async () => {
    const { publisher, requests, sent } = setUp({ eventsMax: 3, bytesMax: 1_000 })
    const big = 'x'.repeat(2_000)
    const work = ['a', 'b', 'c', 'd', big, 'e'].map((name) => publisher.publish([event(name)]))
    for (let at = 0; at < 4; at++) {
      await turn()
      expect(requests).toHaveLength(at + 1)
      requests[at]?.ack()
    }
    await Promise.all(work)
    expect([0, 1, 2, 3].map(sent)).toEqual([['a', 'b', 'c'], ['d'], [big], ['e']])
  })

  test('splits one call that is more than a batch, and resolves when all of it is stored', async () => {
    const { publisher, requests, sent } = setUp({ eventsMax: 2 })
    let stored = false
    const work = publisher.publish(['a', 'b', 'c'].map((name) => event(name))).then(() => {
      stored = true
    })
    await turn()
    requests[0]?.ack()
    await turn()
    expect(stored).toBe(false)
    requests[1]?.ack()
    await work
    expect([...sent(0), ...sent(1)]).toEqual(['a', 'b', 'c'])
  })

  test('says of a batch the oldest webhook time of those in it', async () => {
    const { connection, requests } = fakeConnection()
    const publisher = createPublisher(
      { connection, series: createBusMetrics().stream('INGEST') },
      areas.ingest,
    )
    const publish = (iso?: string) =>
      publisher.publish(
        [{ header: event('x').header, payload: undefined }],
        iso ? { oldestWebhookAt: new Date(iso) } : {},
      )
    const work = [publish('2026-01-02T00:00:00.250Z'), publish('2026-01-01T00:00:00.500Z'), publish()]
    await turn()
    const { events, meta } = areas.ingest.decode(requests[0]?.data ?? new Uint8Array())
    expect(events).toHaveLength(3)
    expect(meta.oldestWebhookAt?.toISOString()).toBe('2026-01-01T00:00:00.500Z')
    requests[0]?.ack({ stream: 'INGEST' })
    await Promise.all(work)
  })

  test('refuses with `unavailable` when its queue is full, and only what does not fit', async () => {
    const { publisher, requests, codeOf } = setUp({ queuedPartsMax: 2 })
    const first = publisher.publish([event('in flight')])
    await turn()
    const waiting = ['b', 'c'].map((name) => publisher.publish([event(name)]))
    expect(await codeOf(publisher.publish([event('d')]))).toBe('unavailable')
    requests[0]?.ack()
    await turn()
    requests[1]?.ack()
    await Promise.all([first, ...waiting])
    expect(publisher.stats().events).toBe(3)
  })

  test('refuses by bytes too, but never a single event that waits for nobody', async () => {
    const { publisher, requests, codeOf } = setUp({ queuedBytesMax: 100 })
    const big = event('x'.repeat(500))
    const first = publisher.publish([big])
    const second = codeOf(publisher.publish([big]))
    await turn()
    expect(await second).toBe('unavailable')
    requests[0]?.ack()
    await first
  })

  test('a refusal of the server rejects that batch with `unavailable`, and the next is tried', async () => {
    const { publisher, requests, codeOf } = setUp()
    const refused = codeOf(publisher.publish([event('a')]))
    await turn()
    requests[0]?.ack({ error: { code: 503, err_code: 10077, description: 'maximum bytes exceeded' } })
    expect(await refused).toBe('unavailable')
    const next = codeOf(publisher.publish([event('b')]))
    await turn()
    requests[1]?.ack()
    expect(await next).toBe('stored')
  })

  test('another stream that took the subject is not ours: `unavailable`, never "stored"', async () => {
    const { publisher, requests, codeOf } = setUp()
    const work = codeOf(publisher.publish([event('a')]))
    await turn()
    requests[0]?.ack({ stream: 'OTHER', seq: 1 })
    expect(await work).toBe('unavailable')
  })

  test('whoever waits behind a silent server is told no in time, and is not sent later', async () => {
    const { publisher, requests, codeOf } = setUp({ timeoutMs: 30 })
    const first = codeOf(publisher.publish([event('in flight')]))
    await turn()
    const second = codeOf(publisher.publish([event('waiting')]))
    expect(await second).toBe('unavailable')
    requests[0]?.fail(new Error('timed out'))
    expect(await first).toBe('unavailable')
    await publisher.idle()
    expect(requests).toHaveLength(1)
  })

  test('a lost connection rejects what is in flight at once and keeps what waits until it is back', async () => {
    const { publisher, requests, codeOf, change, sent } = setUp()
    const first = codeOf(publisher.publish([event('in flight')]))
    await turn()
    const second = codeOf(publisher.publish([event('waiting')]))
    change(false)
    expect(await first).toBe('unavailable')
    await turn()
    expect(requests).toHaveLength(1)
    change(true)
    await turn()
    expect(sent(1)).toEqual(['waiting'])
    requests[1]?.ack()
    expect(await second).toBe('stored')
  })

  test('events say which trace they belong to, unless they already do; the caller keeps his own object', async () => {
    const { publisher, requests } = setUp()
    const here = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    const there = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`
    const mine = event('mine')
    const work = runWithContext({ requestId: 'req_1', traceparent: here }, () =>
      publisher.publish([mine, event('other', { traceparent: there })]),
    )
    await turn()
    const { events } = areas.tenancy.decode(requests[0]?.data ?? new Uint8Array())
    expect(events.map(({ header }) => header?.traceparent)).toEqual([here, there])
    expect(mine.header?.traceparent).toBe('')
    requests[0]?.ack()
    await work
  })

  test('counts publishes, events and batch sizes, from which syncs per message follow', async () => {
    const metrics = createMetrics({ service: 't', processMetrics: false })
    const { connection, requests } = fakeConnection()
    const publisher = createPublisher(
      { connection, series: createBusMetrics(metrics).stream('TENANCY') },
      areas.tenancy,
    )
    const work = ['a', 'b', 'c'].map((name) => publisher.publish([event(name)]))
    await turn()
    requests[0]?.ack()
    await Promise.all(work)
    const text = await metrics.text()
    expect(text).toContain('bus_publishes_total{stream="TENANCY",service="t"} 1')
    expect(text).toContain('bus_published_events_total{stream="TENANCY",service="t"} 3')
    expect(text).toContain('bus_publish_batch_events_bucket{le="4",stream="TENANCY",service="t"} 1')
    expect(text).toContain('bus_publish_ack_seconds_count{stream="TENANCY",service="t"} 1')
  })
})
