import { describe, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { demoNumber, type Trouble, waiting } from './trouble.ts'

/** What customers do beside writing to the business alone. */
export const callsAndGroups = (trouble: Trouble) =>
  describe('calls and groups', () => {
    test('a customer’s call opens the window of the whole product: a text that was refused goes out', async () => {
      const to = trouble.someone()
      const text = () =>
        trouble.product.call('POST', '/v1/messages', {
          token: trouble.token,
          body: { number_id: trouble.numberId, to, type: 'text', text: { body: 'Vimos tu llamada' } },
        })
      expect((await text()).json).toMatchObject({ code: 'window_closed' })
      const { call_id } = await trouble.product.control('call', { phone_number_id: demoNumber, wa_id: to })
      await trouble.product.control('call_answer', { call_id, what: 'hang_up' })
      const sent = await eventually(async () => {
        const { status, json } = await text()
        expect(status).toBe(202)
        return json as { id: string }
      }, waiting)
      await trouble.untilState(sent.id, 'read')
    })

    test('what participants write in a group is one conversation of the product, with who wrote what', async () => {
      const { token } = await trouble.product.control('numbers', { phone_number_id: demoNumber })
      const subject = crypto.randomUUID()
      const made = await fetch(`${trouble.product.demo.urls.simulator}/v24.0/${demoNumber}/groups`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ messaging_product: 'whatsapp', subject }),
      })
      expect(made.status).toBe(200)
      const group = await eventually(async () => {
        const response = await fetch(`${trouble.product.demo.urls.simulator}/control/groups`)
        const groups = (await response.json()) as { subject: string; group_id: string; invite_link: string }[]
        const found = groups.find((one) => one.subject === subject)
        if (!found) throw new Error('the group is not there yet')
        return found
      }, waiting)
      const said: string[] = []
      for (let i = 0; i < 2; i++) {
        const wa_id = trouble.someone()
        await trouble.product.control('group_join', { invite_link: group.invite_link, wa_id })
        const text = crypto.randomUUID()
        await trouble.product.control('group_write', { group_id: group.group_id, wa_id, text })
        said.push(text)
      }
      const stored = await Promise.all(said.map((text) => trouble.untilStored(text)))
      expect(new Set(stored.map(({ conversation_id }) => conversation_id)).size).toBe(1)
      expect(new Set(stored.map(({ contact_id }) => contact_id)).size).toBe(2)
    })
  })
