import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { idFromUuid, newId, parseId, uuidOf, uuidOfFact } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { ingestHandler } from '../src/consumers/ingest.ts'
import {
  accepted,
  at,
  clock,
  delivered,
  newChannel,
  received,
  status,
  type World,
  wamid,
  world,
} from './world.ts'

let w: World
beforeAll(async () => {
  w = await world()
}, 30_000)
afterAll(() => w.close())
beforeEach(() => w.forget())

const rows = (table: string, tenant: string) =>
  w.admin.sql`select * from ${w.admin.sql(table)} where tenant_id = ${tenant} order by 2`

test('W8: a message becomes contact, conversation, message, events and frames in one commit', async () => {
  const channel = newChannel()
  expect(await w.ingest(received(channel, { name: 'Ana', text: 'hola\nqué tal' }))).toEqual(['ok'])
  const [contact] = await rows('contacts', channel.tenant)
  const [conversation] = await rows('conversations', channel.tenant)
  const [message] = await rows('messages', channel.tenant)
  expect(contact).toMatchObject({
    name: 'Ana',
    name_folded: 'ana',
    phone: '+573001112233',
    wa_id: '573001112233',
  })
  expect(conversation).toMatchObject({
    contact_id: contact?.id,
    status: 'open',
    unread_count: 1,
    last_message_id: message?.id,
    last_message_at: at(0),
    last_message_preview: 'hola qué tal',
    last_message_direction: 'inbound',
    window_expires_at: at(24 * 3600),
  })
  expect(message).toMatchObject({
    conversation_id: conversation?.id,
    direction: 'inbound',
    state: 'received',
    at: at(0),
  })
  expect(w.kinds().sort()).toEqual(['contactChanged', 'conversationChanged', 'messageStored', 'windowOpened'])
  expect(w.told.frames.map((frame) => frame.kind).sort()).toEqual([
    'contact.updated',
    'conversation.updated',
    'message.created',
  ])
})

test('messageStored names the person as Meta did, the contact as we show him, the group and the file', async () => {
  const channel = newChannel()
  await w.ingest(
    received(channel, { waId: '5531980000011', userId: 'BR.u9', name: 'Ana', type: 'image', groupId: 'g1' }),
    received(channel, { waId: '5531980000011', text: 'no file', seconds: 1 }),
    received(channel, { wamid: 'wamid.old', type: 'image', field: 'history', placeholder: true }),
  )
  const stored = () =>
    w.told.events.flatMap(({ payload }) => (payload?.$case === 'messageStored' ? [payload.value] : []))
  const [image, text] = stored()
  const messageId = parseId('message', image?.messageId ?? '')
  expect(image).toMatchObject({
    waId: '5531980000011',
    userId: 'BR.u9',
    contactName: 'Ana',
    groupId: 'g1',
    createdBy: '',
    mediaId: idFromUuid('media', uuidOfFact('media', messageId ? uuidOf(messageId) : '')),
  })
  expect(text).toMatchObject({
    waId: '5531980000011',
    userId: '',
    contactName: 'Ana',
    groupId: '',
    mediaId: '',
  })
  // What has no content yet is told once it has.
  expect(stored()).toHaveLength(2)
  await w.ingest(received(channel, { wamid: 'wamid.old', type: 'audio', content: '{}', field: 'history' }))
  expect(stored()[2]).toMatchObject({ waId: '573001112233', mediaId: expect.stringMatching(/^med_/) })
})

test('the frames carry the resources as /v1 shows them', async () => {
  const channel = newChannel()
  await w.ingest(received(channel, { name: 'Ana', text: 'hola', wamid: 'wamid.frame' }))
  const frame = (kind: string) => {
    const found = w.told.frames.find((one) => one.kind === kind)
    return { ...found, payload: JSON.parse(found?.payloadJson ?? '{}') }
  }
  const message = frame('message.created')
  expect(message).toMatchObject({ permission: 'messages:read', numberId: channel.numberId })
  expect(message.payload).toMatchObject({
    direction: 'inbound',
    type: 'text',
    content: { body: 'hola' },
    state: 'received',
    wamid: 'wamid.frame',
    created_at: at(0).toISOString(),
    number_id: channel.numberId,
    conversation_id: message.conversationId,
    reply_to_id: null,
    error: null,
    version: 1,
  })
  expect(frame('conversation.updated').payload).toMatchObject({
    id: message.conversationId,
    contact: { name: 'Ana', phone: '+573001112233', wa_id: '573001112233' },
    unread_count: 1,
    last_message_preview: 'hola',
    last_message_state: 'received',
    window_expires_at: at(86_400).toISOString(),
  })
})

test('W6: the same wamid twice is one message, in one batch or in two, and says nothing new', async () => {
  const channel = newChannel()
  const event = received(channel)
  await w.ingest(event, event)
  w.forget()
  await w.ingest(event)
  await w.ingest(received(channel, { wamid: wamidOf(event), text: 'another copy' }))
  expect(await rows('messages', channel.tenant)).toHaveLength(1)
  expect((await rows('conversations', channel.tenant))[0]?.unread_count).toBe(1)
  expect(w.told).toEqual({ events: [], frames: [] })
})

test('W6: the same wamid in two processes at once is one message and one unread', async () => {
  const channel = newChannel()
  const events = Array.from({ length: 20 }, (_, n) => received(channel, { seconds: n }))
  await Promise.all([w.ingest(...events), w.ingest(...[...events].reverse()), w.ingest(...events)])
  expect(await rows('messages', channel.tenant)).toHaveLength(20)
  expect((await rows('conversations', channel.tenant)).map((row) => row.unread_count)).toEqual([20])
  expect(w.kinds().filter((kind) => kind === 'messageStored')).toHaveLength(20)
})

test('the same wamid on two numbers, or at two companies, is two messages', async () => {
  const first = newChannel()
  const second = newChannel({ tenantId: first.tenantId, tenant: first.tenant })
  const other = newChannel()
  const id = wamid()
  await w.ingest(
    received(first, { wamid: id }),
    received(second, { wamid: id }),
    received(other, { wamid: id }),
  )
  expect(await rows('messages', first.tenant)).toHaveLength(2)
  expect(await rows('messages', other.tenant)).toHaveLength(1)
})

test('CONTRACTS 11: one bad message among 500 is kept as a dead letter; the others are stored', async () => {
  const channel = newChannel()
  const events = Array.from({ length: 500 }, (_, n) =>
    // Postgres has no U+0000 in text.
    received(channel, {
      seconds: n,
      waId: `57300${1_000_000 + (n % 50)}`,
      ...(n === 321 && { content: 'nul \u0000 here' }),
    }),
  )
  const answers = await w.ingest(...events)
  expect(answers.filter((answer) => answer !== 'ok')).toEqual([
    { dead: { reason: 'a value that Postgres refuses (22021)', code: 'validation_failed' } },
  ])
  expect(answers[321]).not.toBe('ok')
  expect(await rows('messages', channel.tenant)).toHaveLength(499)
  const unread = (await rows('conversations', channel.tenant)).reduce((sum, row) => sum + row.unread_count, 0)
  expect(unread).toBe(499)
})

test('an event that cannot be read is a dead letter and harms no other', async () => {
  const channel = newChannel()
  const nobody = received(channel, { waId: '' })
  const noTenant = received(channel)
  if (noTenant.header) noTenant.header.tenantId = 'ten_nonsense'
  const answers = await w.ingest(nobody, received(channel), noTenant, {
    header: undefined,
    payload: undefined,
  })
  expect(answers.map((answer) => (answer === 'ok' ? 'ok' : Object.keys(answer)[0]))).toEqual([
    'dead',
    'ok',
    'dead',
    'ok',
  ])
  expect(await rows('messages', channel.tenant)).toHaveLength(1)
})

test('CONTRACTS 4: with Postgres away the batch is handed back whole, and stored when it is back', async () => {
  const channel = newChannel()
  const away = { ...w.db, forTenants: () => Promise.reject(appError('unavailable')) }
  const handler = ingestHandler({ db: away, clock })
  const thrown = await handler([delivered(received(channel))]).catch((err) => err)
  expect(thrown).toMatchObject({ code: 'unavailable' })
  expect(await w.ingest(received(channel))).toEqual(['ok'])
})

test('history fills a placeholder once, and never overwrites', async () => {
  const channel = newChannel()
  const id = wamid()
  const placeholder = received(channel, { wamid: id, field: 'history', placeholder: true })
  const content = received(channel, { wamid: id, field: 'history', text: 'the picture' })
  const again = received(channel, { wamid: id, field: 'history', text: 'something else' })
  await w.ingest(placeholder)
  expect(w.kinds()).not.toContain('messageStored')
  await w.ingest(content)
  expect(w.kinds()).toContain('messageStored')
  await w.ingest(again, placeholder)
  const [message] = await rows('messages', channel.tenant)
  expect(message).toMatchObject({ content: '{"body":"the picture"}', placeholder: false, version: 2n })
  expect((await rows('conversations', channel.tenant))[0]).toMatchObject({
    last_message_preview: 'the picture',
    unread_count: 0,
    window_expires_at: null,
  })
})

test('order comes from Meta’s time: an older message that arrives later is not the last one', async () => {
  const channel = newChannel()
  await w.ingest(received(channel, { seconds: 100, text: 'newest', name: 'Ana María' }))
  await w.ingest(received(channel, { seconds: 50, text: 'older', name: 'Ana' }))
  expect((await rows('conversations', channel.tenant))[0]).toMatchObject({
    last_message_preview: 'newest',
    window_expires_at: at(100 + 86_400),
    unread_count: 2,
  })
  expect((await rows('contacts', channel.tenant))[0]?.name).toBe('Ana María')
})

test('CONTRACTS 29: only what reaches further opens the window, and only a message of the customer’s own', async () => {
  const channel = newChannel()
  await w.ingest(received(channel, { seconds: 100 }))
  w.forget()
  await w.ingest(received(channel, { seconds: 50 }))
  await w.ingest(received(channel, { seconds: 200, type: 'reaction', content: '{"emoji":"👍"}' }))
  expect(w.kinds()).not.toContain('windowOpened')
  await w.ingest(received(channel, { seconds: 300 }))
  const opened = w.told.events.flatMap((event) =>
    event.payload?.$case === 'windowOpened' ? [event.payload.value] : [],
  )
  expect(opened).toMatchObject([
    { expiresAt: at(300 + 86_400), openedAt: at(300), recipientKeys: ['p:573001112233'] },
  ])
})

test('a message to a closed conversation opens it again, one from before the closing does not', async () => {
  const channel = newChannel()
  await w.ingest(received(channel, { seconds: 0 }))
  await w.admin
    .sql`update conversations set status = 'closed', status_at = ${at(60)} where tenant_id = ${channel.tenant}`
  await w.ingest(received(channel, { seconds: 30 }))
  expect((await rows('conversations', channel.tenant))[0]?.status).toBe('closed')
  w.forget()
  await w.ingest(received(channel, { seconds: 90 }))
  expect((await rows('conversations', channel.tenant))[0]?.status).toBe('open')
  expect(w.kinds()).toContain('conversationChanged')
})

test('M28: a reply names the message that it answers, also one of ours', async () => {
  const channel = newChannel()
  const question = wamid()
  await w.ingest(received(channel, { wamid: question }))
  w.forget()
  await w.ingest(received(channel, { contextWamid: question, seconds: 1 }))
  const payload = JSON.parse(
    w.told.frames.find((frame) => frame.kind === 'message.created')?.payloadJson ?? '{}',
  )
  const [first] = await w.admin.sql`select id from messages where wamid = ${question}`
  expect(payload.reply_to_id).toStartWith('msg_')
  expect(payload.context_wamid).toBe(question)
  expect(first).toBeDefined()
})

test('a group’s messages share a conversation; each keeps its sender', async () => {
  const channel = newChannel()
  await w.ingest(
    received(channel, { groupId: 'g1', waId: '573001112233' }),
    received(channel, { groupId: 'g1', waId: '573009998877', seconds: 1 }),
    received(channel, { waId: '573001112233', seconds: 2 }),
  )
  const conversations = await rows('conversations', channel.tenant)
  const messages = await rows('messages', channel.tenant)
  expect(conversations.map((row) => row.peer.slice(0, 2)).sort()).toEqual(['c:', 'g:'])
  expect(new Set(messages.map((row) => row.contact_id)).size).toBe(2)
})

test('a batch sets exactly the tenants of its rows, and each gets his own', async () => {
  const channels = Array.from({ length: 30 }, () => newChannel())
  await w.ingest(...channels.map((channel, n) => received(channel, { seconds: n })))
  for (const channel of channels) {
    const seen = await w.db.forTenant(channel.tenant, (tx) => tx`select tenant_id from messages`)
    expect(seen.map((row) => row.tenant_id)).toEqual([channel.tenant])
  }
})

test('an event of the ledger’s is not ours: a status with an echo changes nothing here', async () => {
  const channel = newChannel()
  const id = newId('message')
  await w.dispatch(accepted(channel, { id }))
  w.forget()
  expect(await w.ingest(status(channel, { wamid: wamid(), echo: `${id}~1` }))).toEqual(['ok'])
  expect(await rows('message_wamids', channel.tenant)).toHaveLength(0)
  expect(w.told.events).toEqual([])
})

function wamidOf(event: ReturnType<typeof received>): string {
  return event.payload?.$case === 'messageReceived' ? event.payload.value.wamid : ''
}
