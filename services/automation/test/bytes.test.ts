import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { type bytesV1, eventIdOf, newId } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import type { Service } from '../src/service.ts'
import { type EndpointServer, startEndpointServer } from './endpoint-server.ts'
import { type Company, newCompany, type Rig, rig, stored } from './rig.ts'

let r: Rig
let service: Service
let server: EndpointServer
beforeAll(async () => {
  ;[r, server] = await Promise.all([rig(), startEndpointServer()])
  service = await r.start()
}, 60_000)
afterAll(async () => {
  await r?.close()
  await server?.stop()
}, 60_000)

let next = 0
/** A company with an endpoint for Meta's bytes. */
async function company(numberIds: string[] = []) {
  const own = newCompany()
  const rpc = await r.as(service, own)
  const path = `/meta-${next++}`
  const { endpoint, secret } = await rpc.createWebhookEndpoint({
    url: `${server.url}${path}`,
    description: '',
    eventTypes: [],
    numberIds,
    format: 'meta',
  })
  return { own, rpc, path, secret, endpointId: endpoint?.id ?? '' }
}

function change(
  of: Company,
  {
    raw,
    wamids = [] as string[],
    numberId = of.numberId as string,
  }: { raw: string; wamids?: string[]; numberId?: string },
): bytesV1.Event {
  return {
    header: {
      id: eventIdOf('bytes', raw, of.tenantId),
      tenantId: of.tenantId,
      time: new Date(),
      traceparent: '',
    },
    payload: {
      $case: 'changeReceived',
      value: {
        number: { numberId, phoneNumberId: '4', wabaId: '3', portfolioId: '' },
        entryId: '300',
        entryTime: undefined,
        field: 'messages',
        raw: Buffer.from(raw),
        wamids,
        receivedAt: new Date(),
      },
    },
  }
}
/** Spaces, escapes and order as Meta may choose them. */
const message = (wamid: string) =>
  `{"value" : {"metadata":{"phone_number_id":"4"},"messages":[{"id":"${wamid}","type":"text","text":{"body":"ñ \\u00e9 \\"biz_opaque_callback_data\\":\\"msg_\\" 😀"}}]}, "field":"messages"}`
const bodyOf = (raw: string) =>
  `{"object":"whatsapp_business_account","entry":[{"id":"300","changes":[${raw}]}]}`
const bodiesAt = (path: string) => server.at(path).map(({ body }) => body)
/** Not before inbox has reported: what waits is queued, and due later. */
const waiting = (own: Company) =>
  r.admin.sql<{ due: boolean; waits: number }[]>`
    select due_at <= now() as due, cardinality(waits_for) as waits from webhook_deliveries
    where tenant_id = ${own.tenant} and state = 'pending'`

test('CONTRACTS 30: Meta’s bytes leave verbatim once inbox has stored the message in them, signed as Meta signs', async () => {
  const { own, path, secret } = await company()
  expect(await r.byteSubscribers()).toContain(own.tenantId)
  const fact = stored(own)
  const wamid = fact.payload?.$case === 'messageStored' ? fact.payload.value.wamid : ''
  const raw = message(wamid)
  const event = change(own, { raw, wamids: [wamid] })
  await r.bytes(event)
  await eventually(async () => expect([...(await waiting(own))]).toEqual([{ due: false, waits: 1 }]))
  expect(bodiesAt(path)).toEqual([])
  // The clock of five seconds is not what lets it go.
  await r.admin
    .sql`update webhook_deliveries set due_at = now() + interval '1 hour' where tenant_id = ${own.tenant}`
  await r.inbox(fact)
  await r.bytes(event)
  await eventually(() => expect(bodiesAt(path)).toEqual([bodyOf(raw)]))
  const [request] = server.at(path)
  const signature = `sha256=${createHmac('sha256', secret).update(bodyOf(raw)).digest('hex')}`
  expect(request?.headers['x-hub-signature-256']).toBe(signature)
  expect(request?.headers['webhook-id']).toBeUndefined()
})

test('CONTRACTS 30: stored before the bytes come, or only statuses in them: they leave at once', async () => {
  const { own, path } = await company()
  const fact = stored(own)
  const wamid = fact.payload?.$case === 'messageStored' ? fact.payload.value.wamid : ''
  await r.inbox(fact)
  const [{ n } = { n: 0 }] = await eventually(async () => {
    const rows = await r.admin.sql<{ n: number }[]>`
      select count(*)::int as n from seen where tenant_id = ${own.tenant}`
    expect(rows[0]?.n).toBe(2)
    return rows
  })
  expect(n).toBe(2)
  const statuses = '{"value":{"statuses":[{"id":"wamid.x","status":"sent"}]},"field":"messages"}'
  await r.bytes(change(own, { raw: message(wamid), wamids: [wamid] }), change(own, { raw: statuses }))
  await eventually(() =>
    expect(bodiesAt(path).sort()).toEqual([bodyOf(message(wamid)), bodyOf(statuses)].sort()),
  )
})

test('CONTRACTS 30: after five seconds they leave in any case, with a message that inbox never stored', async () => {
  const { own, path } = await company()
  const raw = message('wamid.never')
  await r.bytes(change(own, { raw, wamids: ['wamid.never'] }))
  await eventually(async () => expect(await waiting(own)).toHaveLength(1))
  const [row] = await r.admin.sql<{ s: number }[]>`
    select extract(epoch from due_at - created_at)::int as s from webhook_deliveries where tenant_id = ${own.tenant}`
  expect(row?.s).toBe(5)
  await r.admin.sql`update webhook_deliveries set due_at = now() where tenant_id = ${own.tenant}`
  await eventually(() => expect(bodiesAt(path)).toEqual([bodyOf(raw)]))
})

test('CONTRACTS 18: the caller gets his own tracker back in Meta’s bytes, or none, and nobody else’s is touched', async () => {
  const { own, path } = await company()
  const id = newId('message')
  const status = (rest: string) =>
    `{"value":{"statuses":[{"id":"wamid.t","status":"read"${rest}}]},"field":"messages"}`
  const cases = [
    [
      status(`,"biz_opaque_callback_data":"${id}~1|job \\"7\\"|a"`),
      status(',"biz_opaque_callback_data":"job \\"7\\"|a"'),
    ],
    [status(`, "biz_opaque_callback_data" : "${id}~2"`), status('')],
    [status(`,"biz_opaque_callback_data":"${id}~3","pricing":{}`), status(',"pricing":{}')],
    [status(',"biz_opaque_callback_data":"his own"'), status(',"biz_opaque_callback_data":"his own"')],
  ] as const
  await r.bytes(...cases.map(([raw]) => change(own, { raw })))
  await eventually(() => expect(bodiesAt(path).sort()).toEqual(cases.map(([, raw]) => bodyOf(raw)).sort()))
})

test('CONTRACTS 30: an endpoint gets the bytes of its own company and numbers; the other format gets none', async () => {
  const one = newCompany()
  const mine = await company([one.numberId])
  const other = await company()
  const raw = '{"value":{"statuses":[]},"field":"messages"}'
  await r.bytes(
    change(mine.own, { raw: `${raw} ` }),
    change(mine.own, { raw, numberId: one.numberId }),
    change(other.own, { raw }),
  )
  await eventually(() =>
    expect([bodiesAt(mine.path), bodiesAt(other.path)]).toEqual([[bodyOf(raw)], [bodyOf(raw)]]),
  )
  const [row] = await r.admin.sql<{ n: number }[]>`
    select count(*)::int as n from webhook_deliveries where tenant_id = ${mine.own.tenant}`
  expect(row?.n).toBe(1)
})

test('H4: a format that there is not, or kinds of events for Meta’s bytes, are refused by field', async () => {
  const rpc = await r.as(service, newCompany())
  const made = (change: object) =>
    rpc
      .createWebhookEndpoint({
        url: server.url,
        description: '',
        eventTypes: [],
        numberIds: [],
        format: '',
        ...change,
      })
      .then(
        () => [],
        ({ fields }: { fields: { path: string }[] }) => fields.map(({ path }) => path),
      )
  expect(await made({ format: 'other' })).toEqual(['format'])
  expect(await made({ format: 'meta', eventTypes: ['message.received'] })).toEqual(['event_types'])
})
