import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { at, called, newChannel, received, type World, world } from './world.ts'

let w: World
beforeAll(async () => {
  w = await world()
}, 30_000)
afterAll(() => w.close())
beforeEach(() => w.forget())

const conversationsOf = (tenant: string) =>
  w.admin.sql`select * from conversations where tenant_id = ${tenant} order by id`
const windowsTold = () =>
  w.told.events.flatMap(({ payload }) => (payload?.$case === 'windowOpened' ? [payload.value] : []))

test('CV6: a call of someone unknown opens his window: a contact, a conversation without messages, nothing unread', async () => {
  const channel = newChannel()
  expect(await w.ingest(called(channel))).toEqual(['ok'])
  const [conversation, ...more] = await conversationsOf(channel.tenant)
  expect(more).toEqual([])
  expect(conversation).toMatchObject({
    window_expires_at: at(24 * 3600),
    last_message_id: null,
    unread_count: 0,
  })
  expect(windowsTold()).toMatchObject([
    { numberId: channel.numberId, recipientKeys: ['p:573001112233'], expiresAt: at(24 * 3600) },
  ])
  const [{ messages } = {}] = await w.admin.sql`
    select count(*)::int as messages from messages where tenant_id = ${channel.tenant}`
  expect(messages).toBe(0)
})

test('CV6: a call extends the window of a conversation and changes nothing else of it; twice, late or before the message is the same', async () => {
  const message = { seconds: 0, text: 'hola', wamid: 'wamid.call' }
  const orders = [
    (channel: ReturnType<typeof newChannel>) => [
      [received(channel, message)],
      [called(channel, { seconds: 3600 })],
      [called(channel, { seconds: 60 }), called(channel, { seconds: 3600 })],
    ],
    (channel: ReturnType<typeof newChannel>) => [
      [called(channel, { seconds: 60 }), called(channel, { seconds: 3600 }), received(channel, message)],
    ],
  ]
  for (const order of orders) {
    const channel = newChannel()
    for (const batch of order(channel)) await w.ingest(...batch)
    const conversations = await conversationsOf(channel.tenant)
    expect(conversations).toMatchObject([
      {
        window_expires_at: at(3600 + 24 * 3600),
        unread_count: 1,
        last_message_preview: 'hola',
        last_message_at: at(0),
        status: 'open',
      },
    ])
  }
})

test('CV6: a call of ours, which opens no window, leaves nothing behind', async () => {
  const channel = newChannel()
  expect(await w.ingest(called(channel, { opens: false }))).toEqual(['ok'])
  expect(await conversationsOf(channel.tenant)).toHaveLength(0)
  expect(w.told.events).toEqual([])
})
