import { describe, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { demoNumber, type Trouble, waiting } from './trouble.ts'

/** Who people are: ids without phones, usernames, numbers that change hands. */
export const people = (trouble: Trouble) =>
  describe('people', () => {
    const get = (path: string) => trouble.product.must('GET', path, { token: trouble.token })
    const control = (what: string, body: object) => trouble.product.control(what, body)

    /** Writes, and waits until it is stored; the message with its contact. */
    async function write(waId: string) {
      const text = crypto.randomUUID()
      await trouble.product.write(demoNumber, waId, text)
      const { conversation_id } = await trouble.untilStored(text)
      const { contact } = await get(`/v1/conversations/${conversation_id}`)
      return { conversation: conversation_id, contact: await get(`/v1/contacts/${contact.id}`) }
    }
    /** Meta's times are whole seconds: what comes later must be later. */
    function nextSecond() {
      const now = Math.floor(Date.now() / 1_000)
      return eventually(() => expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(now), waiting)
    }
    /** The messages of a conversation are these, in any order. */
    const holds = (conversation: string, ...ids: string[]) =>
      eventually(async () => {
        const { data } = await get(`/v1/conversations/${conversation}/messages`)
        expect(data.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(ids))
      }, waiting)
    const textTo = (recipient: object) =>
      trouble.product.must('POST', '/v1/messages', {
        token: trouble.token,
        body: { number_id: trouble.numberId, ...recipient, type: 'text', text: { body: 'hola' } },
      })

    test('a person without a phone number writes, is one contact, and is answered by the id', async () => {
      const waId = trouble.someone()
      const { user_id } = await control('customers', { wa_id: waId, username: 'ana.sin.numero' })
      const first = await write(waId)
      const second = await write(waId)
      expect(second.contact.id).toBe(first.contact.id)
      expect([first.contact.phone, first.contact.wa_id]).toEqual([null, null])
      expect(JSON.stringify(first.contact.identities)).toContain(user_id)
      const { id } = await textTo({ recipient: user_id })
      await trouble.untilState(id, 'read')
      await holds(first.conversation, id)
    })

    test('a username gained, and the phone forgotten, in the middle of a thread: the same contact', async () => {
      const waId = trouble.someone()
      const before = await write(waId)
      await control('customers', { wa_id: waId, username: 'luz.con.nombre' })
      expect((await write(waId)).contact.id).toBe(before.contact.id)
      await control('forget', { wa_id: waId })
      const after = await write(waId)
      expect([after.contact.id, after.conversation]).toEqual([before.contact.id, before.conversation])
    })

    test('a number that changes is the same contact, with the new number; a window that was open still is', async () => {
      const [old, next] = [trouble.someone(), trouble.someone()]
      const before = await write(old)
      await nextSecond()
      const { user_id } = await control('change-number', { wa_id: old, new_wa_id: next })
      await eventually(async () => {
        expect((await get(`/v1/contacts/${before.contact.id}`)).wa_id).toBe(next)
      }, waiting)
      const { id } = await textTo({ recipient: user_id })
      await trouble.untilState(id, 'read')
      const after = await write(next)
      expect([after.contact.id, after.conversation]).toEqual([before.contact.id, before.conversation])
      // The id of today comes first: replies to who shows no phone go to it.
      const { portfolio_id } = await get(`/v1/numbers/${trouble.numberId}`)
      const ids = after.contact.identities.filter(({ kind }: { kind: string }) => kind === 'bsuid')
      expect(ids).toHaveLength(2)
      expect(ids[0]).toEqual({ kind: 'bsuid', value: user_id, portfolio_id })
    })

    test('a number that changes and is told to nobody: the old one is not the contact’s any more', async () => {
      const [old, next] = [trouble.someone(), trouble.someone()]
      const before = await write(old)
      await control('customers', { wa_id: old, username: 'sin.numero.ya' })
      await nextSecond()
      await control('change-number', { wa_id: old, new_wa_id: next })
      const after = await write(next)
      expect([after.contact.id, after.contact.wa_id, after.contact.phone]).toEqual([
        before.contact.id,
        null,
        null,
      ])
    })

    test('CONTRACTS 32: a recycled number is a new person: histories stay apart', async () => {
      const waId = trouble.someone()
      const before = await write(waId)
      await control('recycle', { wa_id: waId, name: 'Quien lo tiene ahora' })
      await nextSecond()
      const after = await write(waId)
      expect(after.contact.id).not.toBe(before.contact.id)
      expect(after.conversation).not.toBe(before.conversation)
      expect(after.contact).toMatchObject({ name: 'Quien lo tiene ahora', wa_id: waId })
      const { data } = await get(`/v1/conversations/${after.conversation}/messages`)
      expect(data).toHaveLength(1)
    })

    test('M33: who answers from another wa_id than was dialled is the same contact', async () => {
      const local = `55${1_234_567 + Math.floor(Math.random() * 1_000_000)}0`.slice(0, 8)
      const dialled = `5411${local}`
      const sent = await trouble.send(dialled)
      await trouble.untilState(sent.id, 'read')
      const { conversation } = await write(`549${dialled.slice(2)}`)
      await holds(conversation, sent.id)
    })

    test('131053: a link that Meta cannot get fails the message, with the reason', async () => {
      const waId = trouble.someone()
      await write(waId)
      const { id } = await trouble.product.must('POST', '/v1/messages', {
        token: trouble.token,
        body: {
          number_id: trouble.numberId,
          to: waId,
          type: 'image',
          image: { link: `${trouble.product.demo.urls.simulator}/nothing.png` },
        },
      })
      const { attempts } = await trouble.untilState(id, 'failed')
      expect(attempts[0].error).toMatchObject({ code: 131053 })
    })
  })
