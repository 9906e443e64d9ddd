import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect, type JetStreamManager, type NatsConnection } from 'nats'
import { natsOperator } from '../../tools/start/data-stores.ts'
import { customerWrites } from '../edges/webhook-body.ts'
import { Follower } from '../isolation/follower.ts'
import { Product } from '../product.ts'

let product: Product
let nats: NatsConnection
let streams: JetStreamManager
let follower: Follower

/** Streams on disk that the way to the screen may pass. */
const onDisk = ['WEBHOOKS', 'INGEST', 'DISPATCH'] as const

beforeAll(async () => {
  product = await Product.start()
  const { stores, secrets } = product.demo.settings
  nats = await connect({ servers: stores.nats.url, ...natsOperator(stores, secrets) })
  streams = await nats.jetstreamManager()
  follower = await Follower.open(product, await product.demoAdminToken())
}, 180_000)
afterAll(async () => {
  follower?.close()
  await nats?.close()
  await product?.stop()
}, 60_000)

/** How often each stream has been published to, which is how often it was synced. */
async function publishes(names: readonly string[]): Promise<Record<string, number>> {
  const counts = names.map(async (name) => [name, (await streams.streams.info(name)).state.last_seq] as const)
  return Object.fromEntries(await Promise.all(counts))
}

/** The transactions that wrote these rows. */
const commitsOf = (rows: readonly { commit: string }[]) => new Set(rows.map(({ commit }) => commit)).size

test('CONTRACTS 6: five syncs between webhook and screen for a status of a message of ours', async () => {
  const token = product.demo.apiKey
  // Meta says nothing by itself: its one status is posted below.
  await product.control('settings', { sentMs: 86_400_000, deliveredMs: 86_400_000 })
  const { data } = await product.must('GET', '/v1/numbers', { token })
  const template = { name: 'hello_world', language: { code: 'en_US' } }
  const sent = { number_id: data[0].id, to: '573009990002', type: 'template', template }
  const { id } = await product.must('POST', '/v1/messages', { token, body: sent })
  await follower.heard('"state":"sent"')
  const before = await publishes(onDisk)

  const { wamid } = await product.must('GET', `/v1/messages/${id}`, { token })
  const status = {
    id: wamid,
    status: 'delivered',
    timestamp: String(Math.floor(Date.now() / 1000)),
    recipient_id: '573009990002',
    biz_opaque_callback_data: `${id}~1`,
  }
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '573000000001', phone_number_id: '100000000000001' },
    statuses: [status],
  }
  const entry = [{ id: '200000000000001', changes: [{ field: 'messages', value }] }]
  await product.webhook(JSON.stringify({ object: 'whatsapp_business_account', entry }))
  await follower.heard('"state":"delivered"')

  // Three publishes, and in between the ledger's commit and the inbox's, each one transaction.
  const after = await publishes(onDisk)
  expect(after).toEqual({
    WEBHOOKS: (before.WEBHOOKS ?? 0) + 1,
    INGEST: (before.INGEST ?? 0) + 1,
    DISPATCH: (before.DISPATCH ?? 0) + 1,
  })
  await product.asSuperuser(async (sql) => {
    expect(
      commitsOf(
        await sql`
        select m.xmin::text as commit from dispatcher.messages m where m.state = 'delivered'
        union all select a.xmin::text from dispatcher.attempts a where a.state = 'delivered'`,
      ),
    ).toBe(1)
    expect(
      commitsOf(await sql`select xmin::text as commit from inbox.messages where state = 'delivered'`),
    ).toBe(1)
  })
}, 60_000)

// Last: it takes a stream away.
test('CONTRACTS 6: three syncs between webhook and screen for a message; what comes behind is not waited for', async () => {
  const before = await publishes(onDisk)
  // Whatever waited for what inbox publishes would now wait for ever.
  await streams.streams.delete('INBOX')
  const text = `tres-${crypto.randomUUID()}`
  await product.webhook(customerWrites({ text, waId: '573004440001' }))
  await follower.heard(text)

  expect(await publishes(onDisk)).toEqual({
    WEBHOOKS: (before.WEBHOOKS ?? 0) + 1,
    INGEST: (before.INGEST ?? 0) + 1,
    DISPATCH: before.DISPATCH ?? 0,
  })
  await product.asSuperuser(async (sql) => {
    const written = await sql<{ commit: string }[]>`
      with message as (select * from inbox.messages where content like ${`%${text}%`})
      select xmin::text as commit from inbox.messages where id in (select id from message)
      union all select xmin::text from inbox.conversations where id in (select conversation_id from message)
      union all select xmin::text from inbox.contacts where id in (select contact_id from message)
      union all select xmin::text from inbox.message_wamids where wamid in (select wamid from message)`
    expect(written).toHaveLength(4)
    expect(commitsOf(written)).toBe(1)
  })
}, 60_000)
