import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import {
  accepted,
  at,
  type Channel,
  newChannel,
  received,
  stateChanged,
  type World,
  wamid,
  world,
} from './world.ts'

let w: World
let channel: Channel
beforeAll(async () => {
  w = await world()
}, 30_000)
afterAll(() => w.close())
beforeEach(() => {
  w.forget()
  channel = newChannel()
})

const contacts = () =>
  w.admin.sql`select * from contacts where tenant_id = ${channel.tenant} and merged_into is null order by id`
const conversations = () =>
  w.admin
    .sql`select * from conversations where tenant_id = ${channel.tenant} and merged_into is null order by id`
const bodies = async () =>
  (
    await w.admin.sql`
      select m.content, c.id from messages m
      join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
      where m.tenant_id = ${channel.tenant} and c.merged_into is null order by m.at`
  ).map((row) => JSON.parse(row.content).body)

test.each([
  ['Brazil: with and without the ninth digit', '5531980000011', '553180000011'],
  ['Argentina: with and without the 9', '5491122000011', '541122000011'],
  ['Mexico: with and without the 1', '5215500000011', '525500000011'],
])('M33: %s are one contact, in either direction', async (_, first, second) => {
  await w.ingest(received(channel, { waId: first, seconds: 1 }))
  await w.ingest(received(channel, { waId: second, seconds: 2 }))
  await w.dispatch(accepted(channel, { to: `+${first}`, seconds: 3 }))
  const found = await contacts()
  expect(found).toHaveLength(1)
  // The wa_id that Meta wrote last is the one sent to, never the canonical form.
  expect(found[0]).toMatchObject({ wa_id: second, phone: `+${second}` })
  expect(await conversations()).toHaveLength(1)
})

test('M33: a Brazilian landline is not the mobile that differs by a 9', async () => {
  await w.ingest(received(channel, { waId: '554532000011' }), received(channel, { waId: '5545932000011' }))
  expect(await contacts()).toHaveLength(2)
})

test('G10: someone we wrote to first is the same contact when he answers', async () => {
  await w.dispatch(accepted(channel, { to: '57 300 111 2233', text: 'buenas' }))
  await w.ingest(received(channel, { waId: '573001112233', name: 'Ana', seconds: 5 }))
  expect(await contacts()).toMatchObject([{ name: 'Ana', wa_id: '573001112233' }])
  expect(await bodies()).toHaveLength(2)
})

test('a person without a phone number is a contact by the business-scoped id', async () => {
  await w.ingest(received(channel, { userId: 'CO.abc', username: 'ana', name: 'Ana' }))
  await w.ingest(received(channel, { userId: 'CO.abc', seconds: 1 }))
  expect(await contacts()).toMatchObject([{ name: 'Ana', phone: '', wa_id: '' }])
  const opened = w.told.events.flatMap((event) =>
    event.payload?.$case === 'windowOpened' ? [event.payload.value] : [],
  )
  expect(opened[0]?.recipientKeys).toEqual([`b:${channel.portfolioId}:CO.abc`])
})

test('the same business-scoped id in another portfolio is another person', async () => {
  const other = newChannel({ tenantId: channel.tenantId, tenant: channel.tenant })
  await w.ingest(received(channel, { userId: 'CO.abc' }), received(other, { userId: 'CO.abc' }))
  expect(await contacts()).toHaveLength(2)
})

test('names and usernames never make two people one', async () => {
  await w.ingest(
    received(channel, { userId: 'CO.one', username: 'ana', name: 'Ana' }),
    received(channel, { userId: 'CO.two', username: 'ana', name: 'Ana' }),
  )
  expect(await contacts()).toHaveLength(2)
})

test('CONTRACTS 32: keys that turn out to be one person merge into the oldest; messages, unread and window follow', async () => {
  await w.ingest(received(channel, { waId: '573001112233', text: 'by phone', seconds: 1 }))
  await w.ingest(received(channel, { userId: 'CO.abc', text: 'by id', seconds: 2 }))
  const [oldest, younger] = await contacts()
  w.forget()
  await w.ingest(received(channel, { waId: '573001112233', userId: 'CO.abc', text: 'both', seconds: 3 }))
  expect(await contacts()).toMatchObject([{ id: oldest?.id }])
  expect(await conversations()).toMatchObject([
    {
      contact_id: oldest?.id,
      unread_count: 3,
      last_message_preview: 'both',
      window_expires_at: at(3 + 86_400),
    },
  ])
  expect(await bodies()).toEqual(['by phone', 'by id', 'both'])
  const [gone] = await w.admin.sql`select merged_into from contacts where id = ${younger?.id}`
  expect(gone?.merged_into).toBe(oldest?.id)
  const changes = w.told.events.flatMap((event) =>
    event.payload?.$case === 'contactChanged' ? [event.payload.value] : [],
  )
  expect(changes.map((change) => change.mergedInto !== '').sort()).toEqual([false, true])
  expect(changes.find((change) => change.mergedInto === '')?.recipientKeys).toHaveLength(2)
  expect(w.told.frames.map((frame) => frame.kind)).toContain('resync')
})

test('CONTRACTS 32: the window of the merged person is told under every key', async () => {
  await w.ingest(received(channel, { userId: 'CO.abc', seconds: 100 }))
  await w.dispatch(accepted(channel, { to: '+573001112233', seconds: 1 }))
  w.forget()
  await w.ingest(received(channel, { userId: 'CO.abc', waId: '573001112233', seconds: 50 }))
  const opened = w.told.events.flatMap((event) =>
    event.payload?.$case === 'windowOpened' ? [event.payload.value] : [],
  )
  expect(opened).toMatchObject([
    { expiresAt: at(100 + 86_400), recipientKeys: [`b:${channel.portfolioId}:CO.abc`, 'p:573001112233'] },
  ])
})

test('a recycled number is a new person: histories stay apart and the phone follows the later one', async () => {
  await w.ingest(
    received(channel, { waId: '573001112233', userId: 'CO.old', text: 'the first owner', seconds: 1 }),
  )
  await w.ingest(
    received(channel, { waId: '573001112233', userId: 'CO.new', text: 'the second owner', seconds: 100 }),
  )
  expect(await contacts()).toHaveLength(2)
  await w.ingest(received(channel, { waId: '573001112233', text: 'by phone alone', seconds: 200 }))
  const [, second] = await conversations()
  expect(second).toMatchObject({ unread_count: 2, last_message_preview: 'by phone alone' })
})

test('a person who changed number stays the same contact', async () => {
  await w.ingest(received(channel, { waId: '573001112233', userId: 'CO.old', seconds: 1 }))
  await w.ingest(
    received(channel, { userId: 'CO.new', previousUserId: 'CO.old', type: 'system', seconds: 2 }),
  )
  await w.ingest(received(channel, { waId: '573009998877', userId: 'CO.new', seconds: 3 }))
  expect(await contacts()).toMatchObject([{ wa_id: '573009998877' }])
})

test('who changed number to one that nobody is told has no number any more: nothing goes to whoever gets the old one', async () => {
  await w.ingest(received(channel, { waId: '573001112233', userId: 'CO.old', seconds: 1 }))
  const moved = { userId: 'CO.new', previousUserId: 'CO.old', previousWaId: '573001112233' }
  await w.ingest(received(channel, { ...moved, type: 'system', seconds: 2 }))
  await w.ingest(received(channel, { userId: 'CO.new', text: 'sigo aquí', seconds: 3 }))
  expect(await contacts()).toMatchObject([{ wa_id: '', phone: '' }])
  await w.ingest(received(channel, { waId: '573001112233', userId: 'CO.next', text: 'otra', seconds: 4 }))
  expect(await contacts()).toMatchObject([{ wa_id: '' }, { wa_id: '573001112233' }])
  expect(await conversations()).toMatchObject([{ unread_count: 3 }, { unread_count: 1 }])
})

test('before August 2026 the old wa_id alone says who changed number, unless somebody else was seen with it since', async () => {
  await w.ingest(received(channel, { waId: '573001112233', userId: 'CO.old', seconds: 1 }))
  const moved = { waId: '573009998877', userId: 'CO.new', previousWaId: '573001112233', type: 'system' }
  await w.ingest(received(channel, { ...moved, seconds: 2 }))
  expect(await contacts()).toMatchObject([{ wa_id: '573009998877' }])
  await w.ingest(received(channel, { waId: '573001112233', userId: 'CO.next', seconds: 10 }))
  const late = { ...moved, waId: '573005556677', userId: 'CO.third' }
  await w.ingest(received(channel, { ...late, seconds: 9 }))
  expect(await contacts()).toHaveLength(3)
})

test('CONTRACTS 32: the system message after the first one from the new number: the two become one again', async () => {
  await w.ingest(received(channel, { waId: '573001112233', userId: 'CO.old', seconds: 1 }))
  await w.ingest(received(channel, { waId: '573009998877', userId: 'CO.new', seconds: 3 }))
  expect(await contacts()).toHaveLength(2)
  const moved = { waId: '573009998877', userId: 'CO.new', previousUserId: 'CO.old' }
  await w.ingest(received(channel, { ...moved, type: 'system', seconds: 2 }))
  expect(await contacts()).toMatchObject([{ wa_id: '573009998877' }])
  expect(await conversations()).toMatchObject([{ unread_count: 3 }])
})

test('what Meta answers for a typed number is the same person', async () => {
  const id = newId('message')
  await w.dispatch(accepted(channel, { id, to: '+2250700000011' }))
  await w.ingest(received(channel, { waId: '22507000000', seconds: 5 }))
  expect(await contacts()).toHaveLength(2)
  await w.dispatch(
    stateChanged(channel, {
      id,
      version: 2,
      state: 'sent',
      wamids: [wamid()],
      to: '+2250700000011',
      waId: '22507000000',
    }),
  )
  expect(await contacts()).toHaveLength(1)
  expect(await conversations()).toHaveLength(1)
})

test('two processes that meet the same new person at once make one contact', async () => {
  const events = Array.from({ length: 12 }, (_, n) =>
    received(channel, { waId: `5730011100${n % 3}0`, seconds: n }),
  )
  await Promise.all(events.map((event) => w.ingest(event)))
  expect(await contacts()).toHaveLength(3)
  expect((await conversations()).map((row) => row.unread_count)).toEqual([4, 4, 4])
})

test('a message that comes while its person is merged ends in the conversation that stays', async () => {
  for (let round = 0; round < 5; round++) {
    const phone = `5730022200${round}0`
    const user = `CO.race${round}`
    await w.ingest(
      received(channel, { waId: phone, seconds: 1 }),
      received(channel, { userId: user, seconds: 2 }),
    )
    await Promise.all([
      w.ingest(received(channel, { waId: phone, userId: user, seconds: 3 })),
      w.ingest(received(channel, { userId: user, seconds: 4 })),
      w.ingest(received(channel, { waId: phone, seconds: 5 })),
    ])
  }
  const rows = await conversations()
  expect(rows).toHaveLength(5)
  expect(rows.map((row) => row.unread_count)).toEqual([5, 5, 5, 5, 5])
  expect(await bodies()).toHaveLength(25)
})
