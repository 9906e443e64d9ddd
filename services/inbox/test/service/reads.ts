import { describe, expect, test } from 'bun:test'
import type { inboxV1 } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { newChannel, received } from '../world.ts'
import { anyConversation, anyMessage, type Desk, page } from './desk.ts'

/** What is read, and how it is listed. */
export function reads(desk: Desk): void {
  describe('reads', () => {
    test('CV2: pages of messages have every message once, newest first, though many share a second', async () => {
      const channel = newChannel()
      const rpc = await desk.r.as(desk.service, channel)
      await desk.r.ingest(
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
      const rpc = await desk.r.as(desk.service, channel)
      await desk.r.ingest(
        ...Array.from({ length: 12 }, (_, n) =>
          received(channel, { waId: `57300555${100 + n}`, seconds: n }),
        ),
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
      const { channel, rpc, conversation } = await desk.company('one', 'two')
      const read = await rpc.markConversationRead({ id: conversation.id })
      expect(read.unreadCount).toBe(0)
      expect((await rpc.markConversationRead({ id: conversation.id })).version).toBe(read.version)
      await eventually(() => {
        const frames = desk.r.frames.filter(
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
      const rpc = await desk.r.as(desk.service, channel)
      await desk.r.ingest(
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
}
