import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type CollectedSpan, type Collector, collector, eventually } from '@palomar/testkit'
import { Product } from '../product.ts'

const demoNumber = '100000000000001'
const waitMs = 30_000

let spans: Collector
let product: Product

beforeAll(async () => {
  spans = collector()
  product = await Product.start({}, { env: { every: { OTEL_EXPORTER_OTLP_ENDPOINT: spans.url } } })
}, 180_000)
afterAll(async () => {
  await product?.stop()
  await spans?.stop()
}, 60_000)

const ofTrace = (traceId: string | undefined) => spans.spans().filter((span) => span.traceId === traceId)
const hopsOf = (trace: CollectedSpan[]) => new Set(trace.map(({ service, name }) => `${service}: ${name}`))

/** Every span but one hangs below another of the same trace: nobody started anew on the way. */
function expectUnbroken(trace: CollectedSpan[]): void {
  const known = new Set(trace.map(({ spanId }) => spanId))
  const orphans = trace.filter(({ parentSpanId }) => parentSpanId !== '' && !known.has(parentSpanId))
  expect(orphans.map(({ service, name }) => `${service}: ${name}`)).toEqual([])
}

test('O4: one trace id has the spans of a customer’s message: gateway, ingest, inbox', async () => {
  const before = spans.spans().length
  await product.write(demoNumber, '573009990001', 'hola')
  await eventually(
    () => {
      const root = spans
        .spans()
        .slice(before)
        .find(({ service, name }) => service === 'gateway' && name === 'publish WEBHOOKS')
      const trace = ofTrace(root?.traceId)
      expect([...hopsOf(trace)]).toEqual(
        expect.arrayContaining([
          'gateway: publish WEBHOOKS',
          'ingest: consume ingest-webhooks',
          'ingest: publish INGEST',
          'inbox: consume inbox-ingest',
        ]),
      )
      expectUnbroken(trace)
    },
    { timeoutMs: waitMs, everyMs: 250 },
  )
}, 60_000)

test('O4: one trace id has the spans of a send: gateway, gRPC, dispatcher, Postgres, Graph, inbox, and its status', async () => {
  const token = product.demo.apiKey
  const { data } = await product.must('GET', '/v1/numbers', { token })
  await product.control('settings', { readMs: 50 })
  const { id } = await product.must('POST', '/v1/messages', {
    token,
    body: {
      number_id: data[0].id,
      to: '573009990002',
      type: 'template',
      template: { name: 'hello_world', language: { code: 'en_US' } },
    },
  })
  await eventually(
    async () => expect((await product.must('GET', `/v1/messages/${id}`, { token })).state).toBe('read'),
    { timeoutMs: waitMs, everyMs: 250 },
  )
  await eventually(
    () => {
      const call = spans
        .spans()
        .find((span) => span.name === 'graph send' && span.attributes['palomar.message_id'] === id)
      const trace = ofTrace(call?.traceId)
      expect([...hopsOf(trace)]).toEqual(
        expect.arrayContaining([
          'gateway: POST /v1/messages',
          'gateway: /palomar.dispatcher.v1.DispatcherService/AcceptMessages',
          'dispatcher: /palomar.dispatcher.v1.DispatcherService/AcceptMessages',
          'dispatcher: transaction',
          'dispatcher: graph send',
          'dispatcher: message status',
          'inbox: consume inbox-dispatch',
        ]),
      )
      expectUnbroken(trace)
      expect(trace.filter(({ parentSpanId }) => parentSpanId === '').map(({ name }) => name)).toEqual([
        'POST /v1/messages',
      ])
    },
    { timeoutMs: waitMs, everyMs: 250 },
  )
}, 120_000)

test('O4: the webhook that told a status is linked from the trace of its message: gateway, ingest, dispatcher', async () => {
  await eventually(
    () => {
      const told = spans.spans().find((span) => span.name === 'message status')
      expect(told?.links).toHaveLength(1)
      const webhook = ofTrace(told?.links[0]?.traceId)
      expect([...hopsOf(webhook)]).toEqual(
        expect.arrayContaining([
          'gateway: publish WEBHOOKS',
          'ingest: consume ingest-webhooks',
          'ingest: publish INGEST',
          'dispatcher: consume dispatcher-ingest',
          'dispatcher: transaction',
        ]),
      )
      expectUnbroken(webhook)
    },
    { timeoutMs: waitMs, everyMs: 250 },
  )
}, 60_000)
