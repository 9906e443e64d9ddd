import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { areas, type inboxV1, newId } from '@palomar/contracts'
import { configTable } from '@palomar/runtime'
import { eventually } from '@palomar/testkit'
import { configSchema } from '../src/config.ts'
import type { Service } from '../src/service.ts'
import { type Rig, rig } from './rig.ts'
import {
  accepted,
  at,
  type Channel,
  mediaChanged,
  newChannel,
  received,
  stateChanged,
  wamid,
} from './world.ts'

let r: Rig
let service: Service
beforeAll(async () => {
  r = await rig()
  service = await r.start()
}, 60_000)
afterAll(() => r.close(), 60_000)

const page = (cursor = '', limit = 50) => ({ limit, cursor })
const anyConversation = { status: '', numberId: '', assigneeId: '', contactId: '', unreadOnly: false }
const anyMessage = { conversationId: '', numberId: '', direction: '', state: '' }

/** A company with one number whose messages have been stored. */
async function company(...texts: string[]) {
  const channel = newChannel()
  const rpc = await r.as(service, channel)
  await r.addNumber(channel)
  await r.ingest(...texts.map((text, n) => received(channel, { text, seconds: n, name: 'Ana' })))
  const conversations = await eventually(async () => {
    const { conversations } = await rpc.listConversations({ ...anyConversation, page: page() })
    expect(conversations[0]?.unreadCount ?? 0).toBe(texts.length)
    return conversations
  })
  return { channel, rpc, conversation: conversations[0] as inboxV1.Conversation }
}

const code = (err: { code?: string; detail?: string }) => ({ code: err.code, detail: err.detail })

describe('from the streams to the screens', () => {
  test('M14: a webhook’s message is stored, told to the others, and shown live', async () => {
    const { channel, rpc, conversation } = await company('hola')
    const mine = () => r.frames.filter((frame) => frame.header?.tenantId === channel.tenantId)
    await eventually(() =>
      expect(
        mine()
          .map((frame) => frame.kind)
          .sort(),
      ).toEqual(['contact.updated', 'conversation.updated', 'message.created']),
    )
    await eventually(() =>
      expect(
        r.events
          .filter((event) => event.header?.tenantId === channel.tenantId)
          .map((event) => event.payload?.$case ?? '')
          .sort(),
      ).toEqual(['contactChanged', 'conversationChanged', 'messageStored', 'windowOpened']),
    )
    const { messages } = await rpc.listMessages({
      ...anyMessage,
      conversationId: conversation.id,
      page: page(),
    })
    expect(messages).toMatchObject([
      { contentJson: '{"body":"hola"}', state: 'received', direction: 'inbound', createdAt: at(0) },
    ])
    expect(conversation).toMatchObject({
      status: 'open',
      lastMessagePreview: 'hola',
      contact: { name: 'Ana', phone: '+573001112233' },
    })
  })

  test('M14: our answer is in the same conversation, and its ticks follow', async () => {
    const { channel, rpc, conversation } = await company('hola')
    const id = newId('message')
    const sent = wamid()
    await r.dispatch(
      accepted(channel, { id, seconds: 5 }),
      stateChanged(channel, { id, version: 2, state: 'sent', wamids: [sent] }),
    )
    await r.dispatch(stateChanged(channel, { id, version: 3, state: 'read', wamids: [sent] }))
    await eventually(async () => expect((await rpc.getMessage({ id })).state).toBe('read'))
    expect(await rpc.getMessage({ id })).toMatchObject({
      conversationId: conversation.id,
      wamid: sent,
      version: 3n,
      to: '+573001112233',
    })
    expect(await rpc.getConversation({ id: conversation.id })).toMatchObject({
      lastMessageDirection: 'outbound',
      lastMessageState: 'read',
      unreadCount: 1,
    })
  })

  test('O3: what was stored, what became of it and how long a webhook took to be stored are on the metrics page', async () => {
    const { channel } = await company('hola', 'otra')
    const id = newId('message')
    await r.dispatch(accepted(channel, { id }), stateChanged(channel, { id, version: 2, state: 'failed' }))
    const figure = async (name: string, label: string) => {
      const text = await (await fetch(`http://127.0.0.1:${service.ports.admin}/metrics`)).text()
      const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(label))
      return Number(line?.split(' ').at(-1) ?? Number.NaN)
    }
    await eventually(async () => {
      expect(await figure('inbox_messages_total', 'direction="inbound"')).toBeGreaterThan(1)
      expect(await figure('inbox_states_total', 'state="failed"')).toBeGreaterThan(0)
      expect(await figure('inbox_webhook_to_commit_seconds_count', 'consumer="ingest"')).toBeGreaterThan(0)
      expect(await figure('bus_consumer_oldest_age_seconds', 'inbox-ingest')).toBeGreaterThanOrEqual(0)
    })
  })

  test('W8: a file is pending with its message, and shown live once media has it', async () => {
    const { channel, rpc } = await company('hola')
    await r.ingest(received(channel, { type: 'image', content: '{"mime_type":"image/jpeg"}', seconds: 5 }))
    const list = () => rpc.listMessages({ ...anyMessage, page: page() }).then(({ messages }) => messages)
    const [image] = await eventually(async () => {
      const messages = await list()
      expect(messages.map((one) => one.media?.state)).toEqual(['pending', undefined])
      return messages
    })
    const media = await r.bus('media')
    const stored = mediaChanged(channel, {
      mediaId: image?.media?.id ?? '',
      messageId: image?.id ?? '',
      version: 2n,
      sizeBytes: 10n,
      mimeType: 'image/jpeg',
    })
    await media.publisher(areas.media).publish([stored])
    await eventually(() =>
      expect(
        r.frames
          .filter(({ header, kind }) => header?.tenantId === channel.tenantId && kind === 'message.updated')
          .map((frame) => JSON.parse(frame.payloadJson).media.state),
      ).toEqual(['stored']),
    )
    expect((await list())[0]?.media).toMatchObject({ state: 'stored', sizeBytes: 10n })
  })

  test('R3: with NATS away the API reads on, and what arrived meanwhile is stored when it is back', async () => {
    const { channel, rpc, conversation } = await company('before')
    await r.nats.kill()
    expect((await rpc.getConversation({ id: conversation.id })).id).toBe(conversation.id)
    // Read while the bus is away: its event waits in the outbox.
    expect((await rpc.markConversationRead({ id: conversation.id })).unreadCount).toBe(0)
    await r.nats.restart()
    await r.ingest(received(channel, { text: 'after', seconds: 9 }))
    await eventually(
      async () =>
        expect((await rpc.getConversation({ id: conversation.id })).lastMessagePreview).toBe('after'),
      { timeoutMs: 30_000 },
    )
    await eventually(
      async () => expect(await r.admin.sql`select 1 from outbox where area <> 'live'`).toHaveLength(0),
      { timeoutMs: 30_000 },
    )
  }, 90_000)
})

describe('reads', () => {
  test('CV2: pages of messages have every message once, newest first, though many share a second', async () => {
    const channel = newChannel()
    const rpc = await r.as(service, channel)
    await r.ingest(
      ...Array.from({ length: 57 }, (_, n) => received(channel, { seconds: Math.floor(n / 20) })),
    )
    await eventually(async () => {
      const { conversations } = await rpc.listConversations({ ...anyConversation, page: page() })
      expect(conversations[0]?.unreadCount).toBe(57)
    })
    for (const filter of [anyMessage, { ...anyMessage, numberId: channel.numberId }]) {
      const seen: inboxV1.Message[] = []
      let cursor = ''
      do {
        const answer = await rpc.listMessages({ ...filter, page: page(cursor, 10) })
        seen.push(...answer.messages)
        cursor = answer.nextCursor
      } while (cursor)
      expect(new Set(seen.map((one) => one.id)).size).toBe(57)
      const keys = seen.map((one) => `${one.createdAt?.toISOString()} ${one.wamid}`)
      expect(keys).toEqual([...keys].sort().reverse())
    }
  })

  test('CV2: conversations are listed by last message, and filters combine', async () => {
    const channel = newChannel()
    const rpc = await r.as(service, channel)
    await r.ingest(
      ...Array.from({ length: 12 }, (_, n) => received(channel, { waId: `57300555${100 + n}`, seconds: n })),
    )
    const list = async (more: object) =>
      (await rpc.listConversations({ ...anyConversation, page: page(), ...more })).conversations
    const all = await eventually(async () => {
      const found = await list({})
      expect(found).toHaveLength(12)
      return found
    })
    const times = all.map((one) => one.lastMessageAt?.getTime() ?? 0)
    expect(times).toEqual([...times].sort((a, b) => b - a))
    await rpc.markConversationRead({ id: all[3]?.id ?? '' })
    expect(await list({ unreadOnly: true })).toHaveLength(11)
    expect(await list({ status: 'closed' })).toEqual([])
    expect(await list({ contactId: all[5]?.contactId ?? '', unreadOnly: true })).toMatchObject([
      { id: all[5]?.id },
    ])
    const first = await rpc.listConversations({ ...anyConversation, page: page('', 5) })
    const second = await rpc.listConversations({ ...anyConversation, page: page(first.nextCursor, 5) })
    expect([...first.conversations, ...second.conversations].map((one) => one.id)).toEqual(
      all.slice(0, 10).map((one) => one.id),
    )
  })

  test('CV8: reading a conversation sets unread to 0 once, live', async () => {
    const { channel, rpc, conversation } = await company('one', 'two')
    const read = await rpc.markConversationRead({ id: conversation.id })
    expect(read.unreadCount).toBe(0)
    expect((await rpc.markConversationRead({ id: conversation.id })).version).toBe(read.version)
    await eventually(() => {
      const frames = r.frames.filter(
        (one) => one.header?.tenantId === channel.tenantId && one.kind === 'conversation.updated',
      )
      expect(JSON.parse(frames.at(-1)?.payloadJson ?? '{}')).toMatchObject({
        unread_count: 0,
        version: Number(read.version),
      })
    })
  })

  test('G9: contacts are found by the beginning of a name or of a phone', async () => {
    const channel = newChannel()
    const rpc = await r.as(service, channel)
    await r.ingest(
      received(channel, { waId: '573001110001', name: 'María Pérez' }),
      received(channel, { waId: '573001110002', name: 'mario' }),
      received(channel, { waId: '5215500000011', name: 'Zoe' }),
    )
    const names = async (query: string) =>
      (await rpc.listContacts({ query, page: page() })).contacts.map((one) => one.name)
    await eventually(async () => expect(await names('')).toEqual(['María Pérez', 'mario', 'Zoe']))
    expect(await names('MARI')).toEqual(['María Pérez', 'mario'])
    expect(await names('+57 300-111')).toEqual(['María Pérez', 'mario'])
    expect(await names('52155')).toEqual(['Zoe'])
    expect(await names('%')).toEqual([])
    const [zoe] = (await rpc.listContacts({ query: 'zoe', page: page() })).contacts
    expect(await rpc.getContact({ id: zoe?.id ?? '' })).toMatchObject({
      phone: '+5215500000011',
      identities: [
        { kind: 'phone', value: '+5215500000011' },
        { kind: 'wa_id', value: '5215500000011' },
      ],
    })
  })
})

describe('sessions', () => {
  const request = (channel: Channel, more: object = {}) => ({
    numberId: channel.numberId,
    waId: '573001112233',
    userId: '',
    name: '',
    ...more,
  })

  test('G12: get or create gives the same session however often and at once, with its conversation', async () => {
    const { channel, rpc, conversation } = await company('hola')
    const made = await Promise.all(Array.from({ length: 6 }, () => rpc.getOrCreateSession(request(channel))))
    expect(new Set(made.map((one) => one.id)).size).toBe(1)
    expect(made[0]).toMatchObject({
      conversationId: conversation.id,
      waId: '573001112233',
      phoneNumberId: '400000000000041',
      contactId: conversation.contactId,
    })
  })

  test('G12: works for a person without a phone number, who has not written yet', async () => {
    const channel = newChannel()
    const rpc = await r.as(service, channel)
    await r.addNumber(channel)
    const person = { waId: '', userId: 'CO.abc', name: 'Ana' }
    const made = await eventually(() => rpc.getOrCreateSession(request(channel, person)))
    expect(made).toMatchObject({ waId: '', userId: 'CO.abc' })
    expect(await rpc.getContact({ id: made.contactId })).toMatchObject({ name: 'Ana', phone: '' })
    await r.ingest(received(channel, { userId: 'CO.abc', text: 'hola', seconds: -500 }))
    await eventually(async () =>
      expect(await rpc.getConversation({ id: made.conversationId })).toMatchObject({
        lastMessagePreview: 'hola',
        unreadCount: 1,
      }),
    )
    expect((await rpc.getOrCreateSession(request(channel, person))).id).toBe(made.id)
  })

  test('G12: touch brings a session to the top; find looks and makes nothing', async () => {
    const { channel, rpc } = await company('hola')
    const find = (more: object) => rpc.findSession({ ...request(channel), conversationId: '', ...more })
    expect(await find({}).catch(code)).toMatchObject({ code: 'not_found' })
    const first = await rpc.getOrCreateSession(request(channel))
    const second = await rpc.getOrCreateSession(request(channel, { waId: '573009998877' }))
    const order = async () =>
      (await rpc.listSessions({ page: page(), numberId: channel.numberId })).sessions.map((one) => one.id)
    expect(await order()).toEqual([second.id, first.id])
    await rpc.touchSession({ id: first.id })
    expect(await order()).toEqual([first.id, second.id])
    expect((await find({ waId: '573009998877' })).id).toBe(second.id)
    expect((await find({ waId: '', numberId: '', conversationId: first.conversationId })).id).toBe(first.id)
  })

  test('G12: a session on a number that we do not have, or of nobody, is refused', async () => {
    const { channel, rpc } = await company('hola')
    expect(
      await rpc.getOrCreateSession(request(channel, { numberId: newId('number') })).catch(code),
    ).toMatchObject({
      code: 'number_unknown',
    })
    expect(await rpc.getOrCreateSession(request(channel, { waId: 'nobody' })).catch(code)).toMatchObject({
      code: 'validation_failed',
    })
  })
})

describe('who may', () => {
  test('T2: another company’s id answers the very bytes of a missing one, in every method that takes one', async () => {
    const { channel, rpc: mine, conversation } = await company('hola')
    const session = await mine.getOrCreateSession({
      numberId: channel.numberId,
      waId: '573001112233',
      userId: '',
      name: '',
    })
    const [message] = (await mine.listMessages({ ...anyMessage, page: page() })).messages
    const other = await r.as(service, newChannel())
    const ids = {
      conversation: [conversation.id, newId('conversation'), 'nonsense'],
      message: [message?.id ?? '', newId('message'), 'nonsense'],
      contact: [conversation.contactId, newId('contact'), 'nonsense'],
      session: [session.id, newId('session'), 'nonsense'],
    }
    const answers = async (list: string[], call: (id: string) => Promise<unknown>) =>
      Promise.all(list.map((id) => call(id).then(() => 'answered', code)))
    for (const got of [
      await answers(ids.conversation, (id) => other.getConversation({ id })),
      await answers(ids.conversation, (id) => other.markConversationRead({ id })),
      await answers(ids.conversation, (id) =>
        other.listMessages({ ...anyMessage, conversationId: id, page: page() }),
      ),
      await answers(ids.message, (id) => other.getMessage({ id })),
      await answers(ids.contact, (id) => other.getContact({ id })),
      await answers(ids.session, (id) => other.touchSession({ id })),
    ]) {
      expect(got[0]).toMatchObject({ code: 'not_found' })
      expect(new Set(got.map((one) => JSON.stringify(one))).size).toBe(1)
    }
    expect((await other.listConversations({ ...anyConversation, page: page() })).conversations).toEqual([])
    expect(
      (await other.listMessages({ ...anyMessage, numberId: channel.numberId, page: page() })).messages,
    ).toEqual([])
    expect((await other.listContacts({ query: '', page: page() })).contacts).toEqual([])
    expect((await mine.getConversation({ id: conversation.id })).unreadCount).toBe(1)
  })

  test('U7: no caller is refused, and one without the permission; a tenant never asks for windows', async () => {
    const channel = newChannel()
    const nobody = r.anonymous(service)
    const lesser = await r.as(service, channel, ['numbers:read'])
    const list = { ...anyConversation, page: page() }
    expect(await nobody.listConversations(list).catch(code)).toMatchObject({ code: 'unauthenticated' })
    expect(await lesser.listConversations(list).catch(code)).toMatchObject({ code: 'forbidden' })
    expect(await lesser.markConversationRead({ id: newId('conversation') }).catch(code)).toMatchObject({
      code: 'forbidden',
    })
    const agent = await r.as(service, channel)
    expect(await agent.checkWindows({ questions: [] }).catch(code)).toMatchObject({ code: 'forbidden' })
  })

  test('T4: a service names the tenant, and acts in exactly that one', async () => {
    const { channel, conversation } = await company('hola')
    const dispatcher = await r.asService(service, 'dispatcher')
    const question = {
      tenantId: channel.tenantId,
      numberId: channel.numberId,
      recipientKey: 'p:573001112233',
    }
    const { answers } = await dispatcher.checkWindows({
      questions: [
        { ...question, recipientKey: 'p:570000000' },
        question,
        { ...question, tenantId: newId('tenant') },
        { ...question, numberId: newId('number') },
      ],
    })
    expect(answers.map((answer) => answer.expiresAt)).toEqual([
      undefined,
      conversation.windowExpiresAt,
      undefined,
      undefined,
    ])
    expect(conversation.windowExpiresAt).toEqual(at(86_400))
  })

  test('H4: what is not valid is said per field, and a cursor of ours is never needed to be an error of ours', async () => {
    const rpc = await r.as(service, newChannel())
    const list = (more: object) =>
      rpc.listConversations({ ...anyConversation, page: page(), ...more }).catch((err) => err)
    expect(await list({ status: 'gone' })).toMatchObject({
      code: 'validation_failed',
      fields: [{ path: 'status' }],
    })
    expect(await list({ numberId: 'nonsense' })).toMatchObject({ fields: [{ path: 'number_id' }] })
    expect(await list({ page: page('nonsense') })).toMatchObject({
      code: 'bad_request',
      fields: [{ path: 'cursor' }],
    })
  })
})

test('O9: the README’s environment table is what config.ts reads', async () => {
  const readme = await Bun.file(join(import.meta.dir, '../README.md')).text()
  expect(readme).toContain(configTable(configSchema))
})
