import { describe, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { type Channel, newChannel, received } from '../world.ts'
import { code, type Desk, page } from './desk.ts'

/** Sessions of the scheduler. */
export function sessions(desk: Desk): void {
  describe('sessions', () => {
    const request = (channel: Channel, more: object = {}) => ({
      numberId: channel.numberId,
      waId: '573001112233',
      userId: '',
      name: '',
      ...more,
    })

    test('G12: get or create gives the same session however often and at once, with its conversation', async () => {
      const { channel, rpc, conversation } = await desk.company('hola')
      const made = await Promise.all(
        Array.from({ length: 6 }, () => rpc.getOrCreateSession(request(channel))),
      )
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
      const rpc = await desk.r.as(desk.service, channel)
      await desk.r.addNumber(channel)
      const person = { waId: '', userId: 'CO.abc', name: 'Ana' }
      const made = await eventually(() => rpc.getOrCreateSession(request(channel, person)))
      expect(made).toMatchObject({ waId: '', userId: 'CO.abc' })
      expect(await rpc.getContact({ id: made.contactId })).toMatchObject({ name: 'Ana', phone: '' })
      await desk.r.ingest(received(channel, { userId: 'CO.abc', text: 'hola', seconds: -500 }))
      await eventually(async () =>
        expect(await rpc.getConversation({ id: made.conversationId })).toMatchObject({
          lastMessagePreview: 'hola',
          unreadCount: 1,
        }),
      )
      expect((await rpc.getOrCreateSession(request(channel, person))).id).toBe(made.id)
    })

    test('G12: touch brings a session to the top; find looks and makes nothing', async () => {
      const { channel, rpc } = await desk.company('hola')
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
      const { channel, rpc } = await desk.company('hola')
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
}
