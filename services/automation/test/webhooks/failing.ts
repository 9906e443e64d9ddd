import { describe, expect, test } from 'bun:test'
import { type Id, uuidOf } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { Webhook } from 'standardwebhooks'
import { startEndpointServer } from '../endpoint-server.ts'
import { newCompany, sameEndpoint, someRule, stored } from '../rig.ts'
import { deliveries, type Hooks } from './hooks.ts'

/** What an endpoint that fails gets, and when. */
export function failing(hooks: Hooks): void {
  describe('an endpoint that fails', () => {
    test('gets the same webhook-id and body at each try, and the later one at its own time', async () => {
      const { own, rpc, path, secret, endpointId } = await hooks.company()
      hooks.server.reply = () => 500
      await hooks.r.inbox(stored(own))
      const [waiting] = await eventually(async () => {
        const found = await deliveries(rpc, endpointId)
        expect(found).toMatchObject([{ state: 'pending', tries: 1, lastStatus: 500, lastError: 'answered' }])
        return found
      })
      const waitMs = (waiting?.nextTryAt?.getTime() ?? 0) - Date.now()
      expect(waitMs).toBeGreaterThan(0)
      expect(waitMs).toBeLessThan(6_000)
      hooks.server.reply = () => 204
      await hooks.hurry(own)
      await eventually(() => expect(hooks.server.at(path)).toHaveLength(2))
      const [first, second] = hooks.server.at(path)
      expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'] ?? '')
      expect(second?.body).toBe(first?.body ?? '')
      new Webhook(secret).verify(second?.body ?? '', second?.headers ?? {})
      await eventually(async () => expect((await deliveries(rpc, endpointId))[0]?.state).toBe('delivered'))
      const endpoint = await rpc.getWebhookEndpoint({ id: endpointId })
      expect(endpoint.lastFailureAt).toBeDate()
      expect(endpoint.lastSuccessAt).toBeDate()
    })

    test('ten times in a row: the delivery has failed, is listed, and can be sent again by hand under its id', async () => {
      const { own, rpc, path, endpointId } = await hooks.company()
      hooks.server.reply = () => 503
      await hooks.r.inbox(stored(own))
      for (let tries = 1; tries <= 10; tries++) {
        await eventually(async () =>
          expect((await deliveries(rpc, endpointId))[0]).toMatchObject({ tries, lastStatus: 503 }),
        )
        if (tries < 10) await hooks.hurry(own)
      }
      const [failed] = await eventually(async () => {
        const found = await deliveries(rpc, endpointId, 'failed')
        expect(found).toHaveLength(1)
        return found
      })
      expect(failed).toMatchObject({ state: 'failed', tries: 10, nextTryAt: undefined })
      hooks.server.reply = () => 204
      await rpc.retryWebhookDelivery({ id: failed?.id ?? '' })
      await eventually(async () =>
        expect(await deliveries(rpc, endpointId)).toMatchObject([
          { id: failed?.id ?? '', state: 'delivered', tries: 11 },
        ]),
      )
      expect(new Set(hooks.server.at(path).map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    }, 60_000)

    test('with 410 is switched off, and what comes later is not queued', async () => {
      const { own, rpc, path, endpointId } = await hooks.company()
      hooks.server.reply = () => 410
      await hooks.r.inbox(stored(own))
      await eventually(async () =>
        expect(await rpc.getWebhookEndpoint({ id: endpointId })).toMatchObject({
          state: 'disabled',
          reason: 'gone',
          pending: 0n,
        }),
      )
      await eventually(() =>
        expect(hooks.endpointEvents(own)).toMatchObject([
          { state: 'enabled' },
          { state: 'disabled', reason: 'gone', version: 2n },
        ]),
      )
      hooks.server.reply = () => 204
      await hooks.r.inbox(stored(own))
      const other = await hooks.company()
      await hooks.r.inbox(stored(other.own))
      await eventually(() => expect(hooks.server.at(other.path)).toHaveLength(1))
      expect(hooks.server.at(path)).toHaveLength(1)
      await rpc.updateWebhookEndpoint({ ...sameEndpoint, id: endpointId, state: 'enabled' })
      await hooks.r.inbox(stored(own))
      await eventually(() => expect(hooks.server.at(path)).toHaveLength(2))
    })

    test('for five days becomes `failing`, tells so, and what waits goes out when it is switched on again', async () => {
      const { own, rpc, path, endpointId } = await hooks.company()
      hooks.server.reply = () => 500
      await hooks.r.inbox(stored(own))
      await eventually(async () => expect((await deliveries(rpc, endpointId))[0]?.lastStatus).toBe(500))
      await hooks.r.admin
        .sql`update webhook_endpoints set failing_since = now() - interval '5 days' where id = ${uuidOf(endpointId as Id<'webhookEndpoint'>)}`
      await hooks.hurry(own)
      await eventually(async () =>
        expect(await rpc.getWebhookEndpoint({ id: endpointId })).toMatchObject({
          state: 'failing',
          reason: 'failing',
          pending: 1n,
        }),
      )
      await eventually(() => expect(hooks.endpointEvents(own).at(-1)).toMatchObject({ state: 'failing' }))
      // Changed, but not switched on: it stays as it is.
      await rpc.updateWebhookEndpoint({ ...sameEndpoint, id: endpointId, description: 'Old CRM' })
      expect(await rpc.getWebhookEndpoint({ id: endpointId })).toMatchObject({
        state: 'failing',
        description: 'Old CRM',
      })
      hooks.server.reply = () => 204
      await hooks.hurry(own)
      await rpc.updateWebhookEndpoint({ ...sameEndpoint, id: endpointId, state: 'enabled' })
      await eventually(async () => expect((await deliveries(rpc, endpointId))[0]?.state).toBe('delivered'))
      expect(hooks.server.at(path)).toHaveLength(3)
      expect(await rpc.getWebhookEndpoint({ id: endpointId })).toMatchObject({ state: 'enabled', reason: '' })
    })

    test('keeps nobody waiting: others hear at once beside an endpoint that never answers', async () => {
      const dead = await startEndpointServer()
      dead.reply = () => () => {}
      const slow = await hooks.company({ base: dead.url })
      await hooks.r.inbox(...Array.from({ length: 300 }, () => stored(slow.own)))
      await eventually(() => expect(dead.requests.length).toBeGreaterThan(0))
      const quick = await hooks.company()
      const began = Date.now()
      for (let n = 0; n < 20; n++) await hooks.r.inbox(stored(quick.own))
      await eventually(() => expect(hooks.server.at(quick.path)).toHaveLength(20))
      expect(Date.now() - began).toBeLessThan(15_000)
      // Of its own share no more than sixteen at once.
      expect(dead.requests.length).toBeLessThanOrEqual(16)
      await dead.stop()
    }, 60_000)
  })

  test('two replicas share the work: each request and each answer is made once', async () => {
    const own = newCompany()
    const { path, rpc } = await hooks.company({ own })
    await rpc.createRule(someRule)
    const second = await hooks.r.start()
    const facts = Array.from({ length: 60 }, () => stored(own, { text: 'horario' }))
    for (let n = 0; n < facts.length; n += 5) await hooks.r.inbox(...facts.slice(n, n + 5))
    await eventually(async () => {
      const open = await hooks.r.admin.sql`
      select 1 from answers where tenant_id = ${own.tenant} and state = 'pending' union all
      select 1 from webhook_deliveries where tenant_id = ${own.tenant} and state = 'pending'`
      expect(open).toHaveLength(0)
      expect(new Set(hooks.server.at(path).map(({ headers }) => headers['webhook-id'])).size).toBe(60)
    })
    expect(hooks.server.at(path)).toHaveLength(60)
    const asked = hooks.r.others.ledger.calls.filter(({ tenantId }) => tenantId === own.tenantId)
    expect(asked).toHaveLength(60)
    await second.stop()
  }, 60_000)
}
