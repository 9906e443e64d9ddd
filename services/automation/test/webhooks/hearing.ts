import { describe, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { Webhook } from 'standardwebhooks'
import { newCompany, stored, updated } from '../rig.ts'
import { deliveries, type Hooks } from './hooks.ts'

/** What an endpoint hears. */
export function hearing(hooks: Hooks): void {
  describe('an endpoint hears', () => {
    test('CV7: of a message received, signed as Standard Webhooks has it, once however often the fact is told', async () => {
      const { own, rpc, path, secret, endpointId } = await hooks.company()
      const fact = stored(own, { text: 'hola' })
      await hooks.r.inbox(fact)
      await hooks.r.inbox(fact, fact)
      const [request] = await eventually(() => {
        expect(hooks.server.at(path)).toHaveLength(1)
        return hooks.server.at(path)
      })
      const verified = new Webhook(secret).verify(request?.body ?? '', request?.headers ?? {})
      expect(verified).toMatchObject({
        type: 'message.received',
        timestamp: fact.header?.time?.toISOString() ?? '',
        data: {
          direction: 'inbound',
          type: 'text',
          content: { body: 'hola' },
          state: 'received',
          number_id: own.numberId,
          contact: { name: 'Ana', wa_id: '573001112233' },
        },
      })
      expect(request?.headers['content-type']).toBe('application/json')
      await eventually(async () =>
        expect(await deliveries(rpc, endpointId)).toMatchObject([
          { id: request?.headers['webhook-id'] ?? '', state: 'delivered', tries: 1, lastStatus: 204 },
        ]),
      )
      await hooks.r.inbox(fact)
      const last = stored(own)
      await hooks.r.inbox(last)
      await eventually(() => expect(hooks.server.at(path)).toHaveLength(2))
    })

    test('CV7: of what became of a message of ours, in order, without what happens before it leaves', async () => {
      const { own, path } = await hooks.company()
      const messageId = newId('message')
      const states = ['queued', 'sending', 'sent', 'delivered', 'read']
      await hooks.r.inbox(...states.map((state, n) => updated(own, { messageId, state, version: n + 1 })))
      await eventually(() => expect(hooks.server.at(path)).toHaveLength(3))
      expect(hooks.dataAt(path).map(({ state, version }) => [state, version])).toEqual([
        ['sent', 3],
        ['delivered', 4],
        ['read', 5],
      ])
      expect(hooks.server.at(path)[0]?.json).toMatchObject({
        type: 'message.status',
        data: {
          id: messageId,
          to: '573001112233',
          content: null,
          pricing: { billable: true, category: 'service' },
        },
      })
    })

    test('of each state once, however many versions of it the ledger counts', async () => {
      const { own, path } = await hooks.company()
      const messageId = newId('message')
      const versions = [2, 3, 4].map((version) => updated(own, { messageId, state: 'sent', version }))
      await hooks.r.inbox(...versions)
      await hooks.r.inbox(updated(own, { messageId, state: 'sent', version: 5 }))
      await hooks.r.inbox(updated(own, { messageId, state: 'delivered', version: 6 }))
      await eventually(() => expect(hooks.dataAt(path).map(({ state }) => state)).toContain('delivered'))
      expect(hooks.dataAt(path).map(({ state }) => state)).toEqual(['sent', 'delivered'])
    })

    test('of a failure with Meta’s error', async () => {
      const { own, path } = await hooks.company()
      await hooks.r.inbox(updated(own, { messageId: newId('message'), state: 'failed', version: 3 }))
      await eventually(() =>
        expect(hooks.dataAt(path)).toMatchObject([
          {
            state: 'failed',
            failure_code: 'window_closed',
            error: { code: 131047, title: 'Re-engagement message' },
          },
        ]),
      )
    })

    test('only of the types and numbers it asked for, and nothing older than a day', async () => {
      const own = newCompany()
      const received = await hooks.company({ own, eventTypes: ['message.received'] })
      const elsewhere = await hooks.company({ own, numberIds: [newId('number')] })
      const all = await hooks.company({ own, numberIds: [own.numberId] })
      await hooks.r.inbox(
        stored(own, { at: new Date(Date.now() - 25 * 3_600_000) }),
        updated(own, { messageId: newId('message'), state: 'sent', version: 2 }),
        stored(own, { text: 'hola' }),
        stored(own, { direction: 'outbound' }),
      )
      await eventually(() => {
        expect(hooks.server.at(received.path)).toHaveLength(1)
        expect(hooks.server.at(all.path)).toHaveLength(2)
      })
      expect(hooks.server.at(elsewhere.path)).toEqual([])
    })

    test('T4: only of its own company', async () => {
      const one = await hooks.company()
      const two = await hooks.company({ own: newCompany({ numberId: one.own.numberId }) })
      await hooks.r.inbox(stored(one.own, { text: 'one' }), stored(two.own, { text: 'two' }))
      await eventually(() => {
        expect(hooks.dataAt(one.path)).toMatchObject([{ content: { body: 'one' } }])
        expect(hooks.dataAt(two.path)).toMatchObject([{ content: { body: 'two' } }])
      })
    })
  })
}
