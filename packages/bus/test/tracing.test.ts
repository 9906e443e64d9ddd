import { afterAll, beforeAll, expect, test } from 'bun:test'
import { areas, durables } from '@palomar/contracts'
import { currentContext, initTracing, withSpan } from '@palomar/runtime'
import { eventually } from '@palomar/testkit'
import type { Answer, Consumer } from '../src/index.ts'
import { event, nameOf, provisionedNats, quick } from './fixture.ts'

interface Span {
  name: string
  attributes: Record<string, unknown>
  links: { context: { traceId: string; spanId: string } }[]
  parentSpanContext?: { spanId: string }
  spanContext(): { traceId: string; spanId: string }
}

const { connect, empty } = await provisionedNats()
const bus = await connect()
const spans: Span[] = []
let tracing: { stop(): Promise<void> }

beforeAll(() => {
  tracing = initTracing({
    service: 'test',
    processor: {
      onStart: () => undefined,
      onEnd: (span: unknown) => void spans.push(span as Span),
      forceFlush: async () => undefined,
      shutdown: async () => undefined,
    } as never,
  })
})
afterAll(() => tracing.stop())

const named = (name: string) => spans.filter((span) => span.name === name)

async function consume(answer: (name: string, tries: number) => Answer) {
  const contexts: ReturnType<typeof currentContext>[] = []
  const consumer: Consumer = await bus.consume(
    areas.tenancy,
    durables.ingestTenancy,
    async (events) => {
      contexts.push(currentContext())
      return events.map(({ event: e, tries }) => answer(nameOf(e), tries))
    },
    { timing: quick },
  )
  return { contexts, consumer }
}

test('O4: one trace from whoever publishes through JetStream into the handler, and through RETRY', async () => {
  const { contexts, consumer } = await consume((_, tries) =>
    tries === 0 ? { retry: { reason: 'x' } } : 'ok',
  )
  let traceId = ''
  await withSpan('request', {}, async () => {
    traceId = currentContext()?.traceparent?.slice(3, 35) ?? ''
    await bus.publisher(areas.tenancy).publish([event('a', { tenantId: 'ten_1' })])
  })
  await eventually(() => expect(named('consume ingest-tenancy')).toHaveLength(2))
  await consumer.stop()
  const [publish] = named('publish TENANCY')
  expect(publish?.spanContext().traceId).toBe(traceId)
  for (const span of named('consume ingest-tenancy')) {
    expect(span.spanContext().traceId).toBe(traceId)
    expect(span.parentSpanContext?.spanId).toBe(publish?.spanContext().spanId ?? '')
  }
  // What the handler calls and logs carries the trace, a request id and the tenant.
  for (const context of contexts) {
    expect(context?.traceparent?.slice(3, 35)).toBe(traceId)
    expect(context?.requestId).toMatch(/^req_/)
    expect(context?.tenantId).toBe('ten_1')
  }
  await empty()
  spans.length = 0
})

test('O4: a batch of several traces has a span of its own, linked to each', async () => {
  const traces = ['a', 'b'].map((letter) => letter.repeat(32))
  await bus
    .publisher(areas.tenancy)
    .publish(
      traces.map((id, at) =>
        event(id, { traceparent: `00-${id}-${'1'.repeat(16)}-01`, tenantId: `ten_${at}` }),
      ),
    )
  const { contexts, consumer } = await consume(() => 'ok')
  await eventually(() => expect(named('consume ingest-tenancy')).toHaveLength(1))
  await consumer.stop()
  const [span] = named('consume ingest-tenancy')
  expect(span?.links.map(({ context }) => context.traceId)).toEqual(traces)
  expect(traces).not.toContain(span?.spanContext().traceId ?? '')
  expect(span?.attributes['messaging.batch.message_count']).toBe(2)
  // Of several tenants none is the one.
  expect(contexts[0]?.tenantId).toBeUndefined()
})
