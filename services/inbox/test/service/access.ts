import { describe, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { at, newChannel } from '../world.ts'
import { anyConversation, anyMessage, code, type Desk, page } from './desk.ts'

/** Who may. */
export function access(desk: Desk): void {
  describe('who may', () => {
    test('T2: another company’s id answers the very bytes of a missing one, in every method that takes one', async () => {
      const { channel, rpc: mine, conversation } = await desk.company('hola')
      const session = await mine.getOrCreateSession({
        numberId: channel.numberId,
        waId: '573001112233',
        userId: '',
        name: '',
      })
      const [message] = (await mine.listMessages({ ...anyMessage, page: page() })).messages
      const other = await desk.r.as(desk.service, newChannel())
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
      const nobody = desk.r.anonymous(desk.service)
      const lesser = await desk.r.as(desk.service, channel, ['numbers:read'])
      const list = { ...anyConversation, page: page() }
      expect(await nobody.listConversations(list).catch(code)).toMatchObject({ code: 'unauthenticated' })
      expect(await lesser.listConversations(list).catch(code)).toMatchObject({ code: 'forbidden' })
      expect(await lesser.markConversationRead({ id: newId('conversation') }).catch(code)).toMatchObject({
        code: 'forbidden',
      })
      const agent = await desk.r.as(desk.service, channel)
      expect(await agent.checkWindows({ questions: [] }).catch(code)).toMatchObject({ code: 'forbidden' })
    })

    test('T4: a service names the tenant, and acts in exactly that one', async () => {
      const { channel, conversation } = await desk.company('hola')
      const dispatcher = await desk.r.asService(desk.service, 'dispatcher')
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
      const rpc = await desk.r.as(desk.service, newChannel())
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
}
