import { describe, expect, test } from 'bun:test'
import { areas, newId } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { accepted, at, mediaChanged, received, stateChanged, wamid } from '../world.ts'
import { anyMessage, type Desk, page } from './desk.ts'

/** From the streams to the screens. */
export function streams(desk: Desk): void {
  describe('from the streams to the screens', () => {
    test('M14: a webhook’s message is stored, told to the others, and shown live', async () => {
      const { channel, rpc, conversation } = await desk.company('hola')
      const mine = () => desk.r.frames.filter((frame) => frame.header?.tenantId === channel.tenantId)
      await eventually(() =>
        expect(
          mine()
            .map((frame) => frame.kind)
            .sort(),
        ).toEqual(['contact.updated', 'conversation.updated', 'message.created']),
      )
      await eventually(() =>
        expect(
          desk.r.events
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
      const { channel, rpc, conversation } = await desk.company('hola')
      const id = newId('message')
      const sent = wamid()
      await desk.r.dispatch(
        accepted(channel, { id, seconds: 5 }),
        stateChanged(channel, { id, version: 2, state: 'sent', wamids: [sent] }),
      )
      await desk.r.dispatch(stateChanged(channel, { id, version: 3, state: 'read', wamids: [sent] }))
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
      const { channel } = await desk.company('hola', 'otra')
      const id = newId('message')
      await desk.r.dispatch(
        accepted(channel, { id }),
        stateChanged(channel, { id, version: 2, state: 'failed' }),
      )
      const figure = async (name: string, label: string) => {
        const text = await (await fetch(`http://127.0.0.1:${desk.service.ports.admin}/metrics`)).text()
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
      const { channel, rpc } = await desk.company('hola')
      await desk.r.ingest(
        received(channel, { type: 'image', content: '{"mime_type":"image/jpeg"}', seconds: 5 }),
      )
      const list = () => rpc.listMessages({ ...anyMessage, page: page() }).then(({ messages }) => messages)
      const [image] = await eventually(async () => {
        const messages = await list()
        expect(messages.map((one) => one.media?.state)).toEqual(['pending', undefined])
        return messages
      })
      const media = await desk.r.bus('media')
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
          desk.r.frames
            .filter(({ header, kind }) => header?.tenantId === channel.tenantId && kind === 'message.updated')
            .map((frame) => JSON.parse(frame.payloadJson).media.state),
        ).toEqual(['stored']),
      )
      expect((await list())[0]?.media).toMatchObject({ state: 'stored', sizeBytes: 10n })
    })

    test('R3: with NATS away the API reads on, and what arrived meanwhile is stored when it is back', async () => {
      const { channel, rpc, conversation } = await desk.company('before')
      await desk.r.nats.kill()
      expect((await rpc.getConversation({ id: conversation.id })).id).toBe(conversation.id)
      // Read while the bus is away: its event waits in the outbox.
      expect((await rpc.markConversationRead({ id: conversation.id })).unreadCount).toBe(0)
      await desk.r.nats.restart()
      await desk.r.ingest(received(channel, { text: 'after', seconds: 9 }))
      await eventually(
        async () =>
          expect((await rpc.getConversation({ id: conversation.id })).lastMessagePreview).toBe('after'),
        { timeoutMs: 30_000 },
      )
      await eventually(
        async () => expect(await desk.r.admin.sql`select 1 from outbox where area <> 'live'`).toHaveLength(0),
        { timeoutMs: 30_000 },
      )
    }, 90_000)
  })
}
