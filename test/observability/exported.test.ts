/** What dashboards and alerts ask for is what a running Palomar exports. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { services } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { YAML } from 'bun'
import { dashboards, dashboardsFolder } from '../../observability/build.ts'
import { metricNames } from '../../observability/metric-names.ts'
import { Product } from '../product.ts'

const alertsFile = join(dashboardsFolder, '../alerts.yaml')
const { groups } = YAML.parse(readFileSync(alertsFile, 'utf8')) as {
  groups: { rules: { alert: string; expr: string; annotations: { runbook: string; summary: string } }[] }[]
}
const alerts = groups.flatMap(({ rules }) => rules)

let product: Product
/** Of every process, after traffic. */
let exported: string

beforeAll(async () => {
  product = await Product.start()
  await traffic()
  exported = await scrape()
}, 180_000)
afterAll(() => product.stop())

/** A customer writes, an agent answers with a socket open, Meta warns of a number. */
async function traffic(): Promise<void> {
  const token = await product.demoAdminToken()
  const { ticket } = await product.must('POST', '/v1/live/tickets', { token })
  const socket = new WebSocket(`${product.demo.urls.gateway.replace('http', 'ws')}/v1/live?ticket=${ticket}`)
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  await product.write('100000000000001', '573001112233', 'hola')
  const [number] = (await product.must('GET', '/v1/numbers', { token })).data
  await eventually(async () => {
    expect((await product.must('GET', '/v1/conversations', { token })).data).not.toEqual([])
  })
  const body = { number_id: number.id, to: '573001112233', type: 'text', text: { body: 'buenas' } }
  const { id } = await product.must('POST', '/v1/messages', { token, body })
  await eventually(async () => {
    const { state } = await product.must('GET', `/v1/messages/${id}`, { token })
    expect(['delivered', 'read']).toContain(state)
  })
  const change = {
    field: 'phone_number_quality_update',
    value: { display_phone_number: '573000000001', event: 'FLAGGED', current_limit: 'TIER_1K' },
  }
  const entry = [{ id: number.meta_waba_id, time: 1_795_000_000, changes: [change] }]
  await product.webhook(JSON.stringify({ object: 'whatsapp_business_account', entry }))
  await eventually(async () =>
    expect(await scrape()).toContain('ingest_quality_updates_total{event="flagged"'),
  )
}

async function scrape(): Promise<string> {
  const { adminPorts } = product.demo.settings
  const texts = await Promise.all(
    services.map(async (name) => (await fetch(`http://127.0.0.1:${adminPorts[name]}/metrics`)).text()),
  )
  return texts.join('\n')
}

/** Every name that a query may use: a histogram has three. */
function namesIn(text: string): Set<string> {
  const types = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)]
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' || type === 'summary'
        ? ['_bucket', '_sum', '_count'].map((end) => name + end)
        : [name],
    ),
  )
}

/** The largest value of the series with these labels; undefined when there is none. */
function valueIn(name: string, labels: Record<string, string> = {}): number | undefined {
  const values = [...exported.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'))]
    .filter(([, given = '']) =>
      Object.entries(labels).every(([key, value]) => given.includes(`${key}="${value}"`)),
    )
    .map(([, , value]) => Number(value))
  return values.length > 0 ? Math.max(...values) : undefined
}

const expressionsOf = (node: unknown): string[] => {
  if (Array.isArray(node)) return node.flatMap(expressionsOf)
  if (node === null || typeof node !== 'object') return []
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'expr' && typeof value === 'string' ? [value] : expressionsOf(value),
  )
}

test('O3: each figure has a metric, and it has moved with the traffic', () => {
  const moved: [string, Record<string, string>?][] = [
    ['http_request_seconds_count', { route: '/v1/messages', status: '202' }],
    ['palomar_dispatcher_send_seconds_count', { class: 'reply' }],
    ['palomar_dispatcher_graph_call_seconds_count', { outcome: 'accepted' }],
    ['webhooks_total', { result: 'stored' }],
    ['webhook_seconds_count', { result: 'stored' }],
    ['live_sockets'],
    ['live_opened_total', { kind: 'new' }],
    ['process_resident_memory_bytes'],
    ['process_cpu_seconds_total'],
  ]
  expect(moved.filter(([name, labels]) => !((valueIn(name, labels) ?? 0) > 0))).toEqual([])
  const there: [string, Record<string, string>?][] = [
    ['palomar_dispatcher_queued_messages', { class: 'authentication' }],
    ['palomar_dispatcher_queue_oldest_age_seconds', { class: 'reply' }],
    ['bus_consumer_oldest_age_seconds', { durable: 'inbox-ingest' }],
    ['bus_consumer_pending'],
    ['webhooks_total', { result: 'not_stored' }],
  ]
  expect(there.filter(([name, labels]) => valueIn(name, labels) === undefined)).toEqual([])
})

test('O3: every query of the dashboard names metrics that the running stack exports', () => {
  const known = namesIn(exported)
  const expressions = Object.values(dashboards).flatMap((text) => expressionsOf(JSON.parse(text)))
  expect(expressions.length).toBeGreaterThan(30)
  for (const expression of expressions) {
    const names = metricNames(expression)
    expect({ expression, missing: names.filter((name) => !known.has(name)) }).toEqual({
      expression,
      missing: [],
    })
    expect(names).not.toEqual([])
  }
})

test('O5: every alert names metrics that the running stack exports', () => {
  const known = namesIn(exported)
  for (const { alert, expr } of alerts) {
    const names = metricNames(expr)
    expect({ alert, missing: names.filter((name) => !known.has(name)) }).toEqual({ alert, missing: [] })
    expect(names).not.toEqual([])
  }
})

test('O3: labels are few: no company, number or contact is one', () => {
  const labels = new Set([...exported.matchAll(/[{,]([a-z_]+)="/g)].map(([, name]) => name))
  expect(
    [...labels].filter((name) => /tenant|number|contact|phone|wa_?id|message|conversation/.test(name ?? '')),
  ).toEqual([])
  const series = exported.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  expect(series.length).toBeLessThan(10_000)
})

test('O3: the dashboards that the chart installs are the ones written here', () => {
  for (const [name, text] of Object.entries(dashboards))
    expect(readFileSync(join(dashboardsFolder, name), 'utf8')).toBe(text)
})

test('O5: every alert has its paragraph in docs/alerts.md', () => {
  const guide = readFileSync(join(import.meta.dir, '../../docs/alerts.md'), 'utf8')
  const headings = [...guide.matchAll(/^### (\w+)$/gm)].map(([, name]) => name ?? '')
  expect(headings.sort()).toEqual(alerts.map(({ alert }) => alert).sort())
  for (const { alert, annotations } of alerts)
    expect(annotations.runbook).toBe(`docs/alerts.md#${alert.toLowerCase()}`)
})
