import { describe, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { unclaimed } from '../product.ts'
import { type Trouble, waiting } from './trouble.ts'

const [{ phoneNumberId, token: graphToken }] = unclaimed

interface Event {
  id: string
  field: string
  state: string
}
interface Past {
  history?: { threads: { messages: { id: string }[] }[] }[]
}

/** A number that its owner's app holds as well: the past in large bodies, and what he writes there. */
export const coexistence = (trouble: Trouble) =>
  describe('a number on the app and on the API', () => {
    const eventsOf = async (field: string): Promise<Event[]> => {
      const path = `/v1/webhook-events?limit=200&field=${field}`
      return (await trouble.product.must('GET', path, { token: trouble.other.token })).data
    }
    const raws = new Map<string, Promise<string>>()
    const rawOf = ({ id }: Event): Promise<string> => {
      const asked = async () =>
        (await trouble.product.must('GET', `/v1/webhook-events/${id}`, { token: trouble.other.token }))
          .raw_text
      const raw = raws.get(id) ?? asked()
      raws.set(id, raw)
      return raw
    }
    const control = (what: string, body: object) =>
      trouble.product.control(what, { phone_number_id: phoneNumberId, ...body })

    test('W2 W8: a history near 3 MB a body, out of order, and the owner’s echoes are answered 200 and kept as they came; what customers write meanwhile is stored', async () => {
      await trouble.settled()
      const { webhook_failures: before } = await counters(trouble)
      await control('coexistence', { do: 'onboard', threads: 60, messages: 17_000, pictures: 3 })
      await trouble.make('historyOutOfOrder')
      await trouble.product.control('settings', { historyGapMs: 20 })
      const asked = await fetch(
        `${trouble.product.demo.urls.simulator}/v24.0/${phoneNumberId}/smb_app_data`,
        {
          method: 'POST',
          headers: { authorization: `Bearer ${graphToken}`, 'content-type': 'application/json' },
          body: JSON.stringify({ messaging_product: 'whatsapp', sync_type: 'history' }),
        },
      )
      expect(asked.status).toBe(200)
      const texts = Array.from({ length: 20 }, () => crypto.randomUUID())
      for (const text of texts) await trouble.product.write(phoneNumberId, trouble.someone(), text)
      const said = [crypto.randomUUID(), crypto.randomUUID()]
      for (const text of said) await control('owner', { wa_id: trouble.someone(), text })

      for (const text of texts) await trouble.untilStored(text, trouble.other.token)
      const kept = await eventually(async () => {
        const events = await eventsOf('history')
        expect(events.every(({ state }) => state === 'routed')).toBe(true)
        const raws = await Promise.all(events.map(rawOf))
        expect(idsIn(raws).size).toBe(17_000)
        return raws
      }, waiting)
      expect(Math.max(...kept.map(({ length }) => length))).toBeGreaterThan(2_800_000)
      await eventually(async () => {
        const echoes = (await Promise.all((await eventsOf('smb_message_echoes')).map(rawOf))).join()
        for (const text of said) expect(echoes).toContain(text)
      }, waiting)
      await trouble.settled()
      expect((await counters(trouble)).webhook_failures).toBe(before)
      for (const text of said) expect(await trouble.inboundOf(text, trouble.other.token)).toEqual([])
    })

    test('M31: while another app owns the thread what it hears is kept and makes no message; ours fails with 131070; passed to us, it is ours', async () => {
      const { product, other } = trouble
      const person = trouble.someone()
      const [before, theirs, ours] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
      await product.write(phoneNumberId, person, before)
      await trouble.untilStored(before, other.token)
      await control('routing', { primary: 'ai_agent', escalation: 'partner', standby: true })
      await product.write(phoneNumberId, person, theirs)
      const { data } = await product.must('GET', '/v1/numbers', { token: other.token })
      const { id } = await product.must('POST', '/v1/messages', {
        token: other.token,
        body: { number_id: data[0].id, to: person, type: 'text', text: { body: 'yo te atiendo' } },
      })
      await eventually(async () => {
        const { state, attempts } = await trouble.message(id, other.token)
        expect([state, attempts[0]?.error?.code]).toEqual(['failed', 131070])
      }, waiting)
      await control('thread', { wa_id: person, do: 'pass', by: 'ai_agent', to: 'app' })
      await product.write(phoneNumberId, person, ours)
      await trouble.untilStored(ours, other.token)
      await eventually(async () => {
        expect((await Promise.all((await eventsOf('standby')).map(rawOf))).join()).toContain(theirs)
        expect((await eventsOf('messaging_handovers')).map(({ state }) => state)).toEqual(['routed'])
      }, waiting)
      expect(await trouble.inboundOf(theirs, other.token)).toEqual([])
      await control('routing', { off: true })
    })

    test('W8: its leaving for good is told of the portfolio, and is the company’s all the same', async () => {
      await control('coexistence', { do: 'offboard' })
      await control('coexistence', { do: 'reconnect' })
      await control('coexistence', { do: 'disconnect', reason: 'PRIMARY_INACTIVITY', initiated_by: 'SYSTEM' })
      await eventually(async () => {
        const events = await eventsOf('account_update')
        const words = (await Promise.all(events.map(rawOf))).map((raw) => JSON.parse(raw).value.event)
        for (const word of ['ACCOUNT_OFFBOARDED', 'ACCOUNT_RECONNECTED', 'PARTNER_REMOVED'])
          expect(words).toContain(word)
      }, waiting)
      await control('numbers', { standing: 'good', throughput: 80 })
    })
  })

/** Of every message of the past, each once however often it came. */
const idsIn = (raws: readonly string[]): Set<string> =>
  new Set(
    raws.flatMap((raw) => {
      const { value } = JSON.parse(raw) as { value: Past }
      const threads = (value.history ?? []).flatMap(({ threads }) => threads)
      return threads.flatMap(({ messages }) => messages.map(({ id }) => id))
    }),
  )

async function counters(trouble: Trouble): Promise<{ webhook_failures: number }> {
  const all = await (await fetch(`${trouble.product.demo.urls.simulator}/control/counters`)).json()
  return { webhook_failures: (all as { webhookFailures: number }).webhookFailures }
}
