import { afterEach, expect, test } from 'bun:test'
import { collector, eventually } from '@palomar/testkit'
import { currentContext, runWithContext } from './context.ts'
import { extractTraceparent, initTracing, injectTraceparent, withSpan } from './tracing.ts'

const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

test('off, a span is only its work and the caller’s trace still travels', async () => {
  const seen = await runWithContext({ requestId: 'r', traceparent: parent }, () =>
    withSpan('work', {}, async () => injectTraceparent()),
  )
  expect(seen).toBe(parent)
})

test('O4: spans nest, continue the caller’s trace and reach the collector', async () => {
  const otlp = collector()
  stops.push(otlp.stop)
  const tracing = initTracing({ service: 'inbox', endpoint: otlp.url })
  let inner: string | undefined
  const failing = runWithContext({ requestId: 'req_1', traceparent: parent, tenantId: 'ten_1' }, () =>
    withSpan('outer', { batch: 2 }, () =>
      withSpan('inner', {}, async () => {
        inner = injectTraceparent()
        expect(currentContext()).toMatchObject({ requestId: 'req_1', tenantId: 'ten_1' })
        throw new Error('hola Ana')
      }),
    ),
  )
  await expect(failing).rejects.toThrow('hola Ana')
  await tracing.stop()
  const spans = await eventually(() => {
    expect(otlp.spans()).toHaveLength(2)
    return otlp.spans()
  })
  const [outer, nested] = ['outer', 'inner'].map((name) => spans.find((span) => span.name === name))
  expect(outer).toMatchObject({
    service: 'inbox',
    parentSpanId: 'b7ad6b7169203331',
    attributes: { batch: 2 },
  })
  expect(nested?.parentSpanId).toBe(outer?.spanId ?? 'no outer span')
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([parent.slice(3, 35)]))
  expect(inner?.slice(36, 52)).toBe(nested?.spanId)
  expect(JSON.stringify(spans)).not.toContain('Ana')
})

test('a collector that is away or broken never fails the work or the stop', async () => {
  const otlp = collector()
  otlp.answer(400)
  stops.push(otlp.stop)
  const tracing = initTracing({ service: 'x', endpoint: otlp.url })
  expect(await withSpan('work', {}, async () => 7)).toBe(7)
  await tracing.stop()
  expect(await withSpan('after', {}, async () => injectTraceparent())).toBeUndefined()
})

test('a malformed traceparent starts a new trace', () => {
  const root = extractTraceparent(undefined)
  const zeros = `00-${'0'.repeat(32)}-b7ad6b7169203331-01`
  for (const text of ['', 'x', zeros, parent.toUpperCase(), `01${parent.slice(2)}`, `${parent}-x`]) {
    expect(extractTraceparent(text)).toBe(root)
  }
  expect(extractTraceparent(parent)).not.toBe(root)
})
