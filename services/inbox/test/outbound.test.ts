import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { eventIdOf, type Id, newId, uuidOf } from '@palomar/contracts'
import {
  accepted,
  at,
  type Channel,
  newChannel,
  received,
  stateChanged,
  status,
  unmatched,
  type World,
  wamid,
  world,
} from './world.ts'

let w: World
let channel: Channel
let id: Id<'message'>
beforeAll(async () => {
  w = await world()
}, 30_000)
afterAll(() => w.close())
beforeEach(() => {
  w.forget()
  channel = newChannel()
  id = newId('message')
})

const message = async () => {
  const [row] = await w.admin.sql`select * from messages where id = ${uuidOf(id)}`
  return row
}
const conversations = () => w.admin.sql`select * from conversations where tenant_id = ${channel.tenant}`

test('M20: an accepted message is stored with its contact and conversation, and tells it', async () => {
  await w.dispatch(accepted(channel, { id, to: '+57 300 111 2233', text: 'buenas' }))
  expect(await message()).toMatchObject({
    direction: 'outbound',
    state: 'queued',
    recipient: '+57 300 111 2233',
    version: 1n,
  })
  expect(await conversations()).toMatchObject([
    {
      last_message_preview: 'buenas',
      last_message_direction: 'outbound',
      unread_count: 0,
      window_expires_at: null,
    },
  ])
  expect(w.kinds().sort()).toEqual(['contactChanged', 'conversationChanged', 'messageStored'])
  const frame = w.told.frames.find((one) => one.kind === 'message.created')
  expect(JSON.parse(frame?.payloadJson ?? '{}')).toMatchObject({
    id,
    state: 'queued',
    to: '+57 300 111 2233',
    content: { body: 'buenas' },
    version: 1,
  })
})

test('an accepted message twice, or in two processes at once, is stored and told once', async () => {
  const event = accepted(channel, { id })
  await Promise.all([w.dispatch(event), w.dispatch(event), w.dispatch(event, event)])
  expect(await conversations()).toHaveLength(1)
  expect(w.kinds().filter((kind) => kind === 'messageStored')).toHaveLength(1)
})

test('CONTRACTS 19: the highest version holds, whichever comes first', async () => {
  const read = stateChanged(channel, { id, version: 5, state: 'read', wamids: ['wamid.a'] })
  const sent = stateChanged(channel, { id, version: 3, state: 'sent', wamids: ['wamid.a'] })
  await w.dispatch(accepted(channel, { id }), read)
  w.forget()
  await w.dispatch(sent)
  expect(await message()).toMatchObject({
    state: 'read',
    version: 5n,
    ledger_version: 5n,
    read_at: at(3),
    wamid: 'wamid.a',
  })
  expect(w.told).toEqual({ events: [], frames: [] })
})

test('CONTRACTS 19: a state before its message is hidden, and kept when the message comes', async () => {
  await w.dispatch(stateChanged(channel, { id, version: 4, state: 'delivered', wamids: ['wamid.b'] }))
  expect(await message()).toMatchObject({ conversation_id: null, state: 'delivered' })
  expect(w.told).toEqual({ events: [], frames: [] })
  await w.dispatch(accepted(channel, { id, text: 'late' }))
  expect(await message()).toMatchObject({ state: 'delivered', version: 4n, wamid: 'wamid.b' })
  const frame = w.told.frames.find((one) => one.kind === 'message.created')
  expect(JSON.parse(frame?.payloadJson ?? '{}')).toMatchObject({
    state: 'delivered',
    version: 4,
    content: { body: 'late' },
  })
})

const updates = () =>
  w.told.events.flatMap(({ header, payload }) =>
    payload?.$case === 'messageUpdated' ? [{ id: header?.id, time: header?.time, ...payload.value }] : [],
  )

test('CONTRACTS 3: each state is told as messageUpdated, named after the row and its version, with all it became', async () => {
  const sent = stateChanged(channel, { id, version: 3, state: 'sent', wamids: ['wamid.1', 'wamid.2'] })
  await w.dispatch(accepted(channel, { id, seconds: 7 }), sent)
  const failed = stateChanged(channel, {
    id,
    version: 4,
    state: 'failed',
    wamids: ['wamid.1', 'wamid.2'],
    failureCode: 'meta_error',
    errorCode: 131026,
    category: 'utility',
    seconds: 90,
  })
  await w.dispatch(failed, failed)
  expect(updates()).toMatchObject([
    {
      id: eventIdOf('inbox', 'message_updated', uuidOf(id), '3'),
      version: 3n,
      state: 'sent',
      wamids: ['wamid.1', 'wamid.2'],
      acceptedAt: at(7),
      sentAt: at(1),
    },
    {
      id: eventIdOf('inbox', 'message_updated', uuidOf(id), '4'),
      time: at(90),
      messageId: id,
      version: 4n,
      direction: 'outbound',
      state: 'failed',
      acceptedAt: at(7),
      failedAt: at(4),
      error: { code: 131026 },
      pricing: { category: 'utility' },
      failureCode: 'meta_error',
      createdBy: 'usr_x',
      type: 'text',
      waId: '573001112233',
    },
  ])
})

test('CONTRACTS 19: a state that came before its message is told with it, behind it, and a scheduled one keeps its acceptance', async () => {
  await w.dispatch(stateChanged(channel, { id, version: 5, state: 'read', wamids: ['wamid.r'], seconds: 50 }))
  expect(w.told.events).toEqual([])
  await w.dispatch(accepted(channel, { id, seconds: 10, dueSeconds: 9_000 }))
  expect(w.kinds().filter((kind) => kind.startsWith('message'))).toEqual(['messageStored', 'messageUpdated'])
  expect(updates()).toMatchObject([{ version: 5n, state: 'read', time: at(50), acceptedAt: at(10) }])
  const stored = w.told.events.find((event) => event.payload?.$case === 'messageStored')
  expect(stored?.header?.time).toEqual(at(10))
  expect(stored?.payload?.value).toMatchObject({ sentAt: at(9_000), createdBy: 'usr_x' })
})

test('a message of ours names its recipient, its contact and the file in its content', async () => {
  const file = newId('media')
  await w.ingest(received(channel, { name: 'Ana' }))
  w.forget()
  const content = JSON.stringify({ type: 'image', image: { id: file, caption: 'hola' } })
  await w.dispatch(accepted(channel, { id, type: 'image', content }))
  const stored = w.told.events.find((event) => event.payload?.$case === 'messageStored')
  expect(stored?.payload?.value).toMatchObject({
    waId: '573001112233',
    userId: '',
    contactName: 'Ana',
    mediaId: file,
  })
})

test('M14: each state change is a message.updated frame with the resource and its version', async () => {
  await w.dispatch(accepted(channel, { id }))
  for (const [n, state] of ['sending', 'sent', 'delivered', 'read'].entries()) {
    await w.dispatch(stateChanged(channel, { id, version: n + 2, state, wamids: ['wamid.c'] }))
  }
  const frames = w.told.frames
    .filter((frame) => frame.kind === 'message.updated')
    .map((one) => JSON.parse(one.payloadJson))
  expect(frames.map((frame) => [frame.state, frame.version])).toEqual([
    ['sending', 2],
    ['sent', 3],
    ['delivered', 4],
    ['read', 5],
  ])
})

test('CONTRACTS 20: a status without echo on a message of ours goes back to the ledger, and is not folded here', async () => {
  const ours = wamid()
  await w.dispatch(
    accepted(channel, { id }),
    stateChanged(channel, { id, version: 2, state: 'sent', wamids: [ours] }),
  )
  w.forget()
  await w.ingest(status(channel, { wamid: ours, status: 'read', seconds: 9 }))
  expect(w.told.events.map((event) => event.payload)).toMatchObject([
    { $case: 'statusOfOurs', value: { messageId: id, status: { wamid: ours, status: 'read' } } },
  ])
  expect(await message()).toMatchObject({ state: 'sent', fold: null })
})

test('CONTRACTS 21: a status that comes before its message waits in the wamid’s row and is found there', async () => {
  const ours = wamid()
  const early = status(channel, { wamid: ours, status: 'delivered', seconds: 9 })
  await w.ingest(early, early)
  await w.ingest(early)
  expect(w.told.events).toEqual([])
  await w.dispatch(
    accepted(channel, { id }),
    stateChanged(channel, { id, version: 2, state: 'sent', wamids: [ours] }),
  )
  const back = w.told.events.filter((event) => event.payload?.$case === 'statusOfOurs')
  expect(back).toHaveLength(1)
  // The same fact has the same id, in either order.
  w.forget()
  await w.ingest(early)
  expect(w.told.events.map((event) => event.header?.id)).toEqual([back[0]?.header?.id ?? ''])
})

test('CONTRACTS 20: what the ledger could not place is folded by rank, and never goes back to it', async () => {
  const ours = wamid()
  await w.dispatch(
    accepted(channel, { id }),
    stateChanged(channel, { id, version: 4, state: 'delivered', wamids: [ours] }),
  )
  w.forget()
  await w.dispatch(unmatched(channel, { wamid: ours, status: 'read', seconds: 700 }))
  await w.dispatch(unmatched(channel, { wamid: ours, status: 'delivered', seconds: 800 }))
  expect(await message()).toMatchObject({ state: 'read', ledger_version: 4n })
  // Analytics and automation hear of it; the ledger is not asked again.
  expect(updates()).toMatchObject([
    { version: 5n, state: 'read', readAt: at(700), deliveredAt: at(2), time: at(700), wamids: [ours] },
    { version: 6n, state: 'read', readAt: at(700), deliveredAt: at(2), time: at(800) },
  ])
  expect(w.kinds()).toEqual(['messageUpdated', 'messageUpdated'])
  const last = JSON.parse(w.told.frames.at(-1)?.payloadJson ?? '{}')
  expect(last).toMatchObject({
    state: 'read',
    read_at: at(700).toISOString(),
    delivered_at: at(2).toISOString(),
  })
  expect(last.version).toBeGreaterThan(4)
})

test('a ledger that catches up with an unmatched status loses nothing', async () => {
  const ours = wamid()
  await w.dispatch(unmatched(channel, { wamid: ours, status: 'read', seconds: 700 }))
  await w.dispatch(accepted(channel, { id }))
  await w.dispatch(stateChanged(channel, { id, version: 2, state: 'sent', wamids: [ours] }))
  expect(await message()).toMatchObject({ state: 'read' })
  await w.dispatch(stateChanged(channel, { id, version: 3, state: 'delivered', wamids: [ours] }))
  expect(await message()).toMatchObject({ state: 'read', ledger_version: 3n })
})

test('statuses of wamids that nobody knows are kept, and shown to nobody', async () => {
  const foreign = wamid()
  await w.ingest(
    status(channel, { wamid: foreign, status: 'sent' }),
    status(channel, { wamid: foreign, status: 'read', seconds: 5 }),
  )
  const [row] = await w.admin.sql`select message_id, stub from message_wamids where wamid = ${foreign}`
  expect(row?.message_id).toBeNull()
  expect(Object.keys(row?.stub)).toHaveLength(2)
  const receipts = await w.admin.sql`select status from receipts where wamid = ${foreign} order by at`
  expect(receipts.map((one) => one.status)).toEqual(['sent', 'read'])
  expect(w.told).toEqual({ events: [], frames: [] })
})

test('a status about a customer’s own message changes nothing', async () => {
  const theirs = wamid()
  await w.ingest(received(channel, { wamid: theirs }))
  w.forget()
  await w.ingest(status(channel, { wamid: theirs, status: 'read' }))
  const [row] = await w.admin.sql`select state, version from messages where wamid = ${theirs}`
  expect(row).toMatchObject({ state: 'received', version: 1n })
  expect(w.told.events).toEqual([])
})

test('a scheduled message is not the last one said until it has left', async () => {
  await w.ingest(received(channel, { seconds: 0, text: 'hola' }))
  await w.dispatch(accepted(channel, { id, seconds: 10, dueSeconds: 9_000, text: 'reminder' }))
  expect(await conversations()).toMatchObject([{ last_message_preview: 'hola' }])
  expect(await message()).toMatchObject({ at: at(9_000), scheduled_at: at(9_000) })
  await w.dispatch(stateChanged(channel, { id, version: 2, state: 'sent', wamids: [wamid()] }))
  expect(await conversations()).toMatchObject([
    { last_message_preview: 'reminder', last_message_at: at(9_000) },
  ])
})
