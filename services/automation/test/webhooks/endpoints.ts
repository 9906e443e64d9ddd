import { describe, expect, test } from 'bun:test'
import { newId, rolePermissions } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { Webhook } from 'standardwebhooks'
import { type Client, newCompany, page, sameEndpoint, stored } from '../rig.ts'
import { code, deliveries, type Hooks } from './hooks.ts'

/** Endpoints and deliveries as their owner manages them. */
export function endpoints(hooks: Hooks): void {
  describe('endpoints over gRPC', () => {
    test('a test delivery says what the endpoint answered, and is tried once', async () => {
      const { own, rpc, path, secret, endpointId } = await hooks.company()
      expect(await rpc.testWebhookEndpoint({ id: endpointId })).toMatchObject({
        eventType: 'ping',
        state: 'delivered',
        lastStatus: 204,
        tries: 1,
      })
      const [request] = hooks.server.at(path)
      expect(new Webhook(secret).verify(request?.body ?? '', request?.headers ?? {})).toMatchObject({
        type: 'ping',
        data: { endpoint_id: endpointId },
      })
      hooks.server.reply = () => 500
      expect(await rpc.testWebhookEndpoint({ id: endpointId })).toMatchObject({
        state: 'failed',
        lastStatus: 500,
      })
      expect(await deliveries(rpc, endpointId)).toHaveLength(2)
      expect(
        await hooks.r.admin
          .sql`select 1 from webhook_deliveries where tenant_id = ${own.tenant} and state = 'pending'`,
      ).toHaveLength(0)
    })

    test('H1: are made, listed newest first by pages, changed and deleted with what waits', async () => {
      const own = newCompany()
      const made = [await hooks.company({ own }), await hooks.company({ own }), await hooks.company({ own })]
      const rpc = made[0]?.rpc as Client
      const first = await rpc.listWebhookEndpoints({ page: page('', 2) })
      const rest = await rpc.listWebhookEndpoints({ page: page(first.nextCursor, 2) })
      expect([...first.endpoints, ...rest.endpoints].map(({ id }) => id)).toEqual(
        made.map(({ endpointId }) => endpointId).reverse(),
      )
      const id = made[1]?.endpointId ?? ''
      await rpc.updateWebhookEndpoint({
        ...sameEndpoint,
        id,
        state: 'disabled',
        eventTypes: { values: ['message.status'] },
      })
      expect(await rpc.getWebhookEndpoint({ id })).toMatchObject({
        state: 'disabled',
        eventTypes: ['message.status'],
      })
      await rpc.deleteWebhookEndpoint({ id })
      expect(await code(rpc.getWebhookEndpoint({ id }))).toBe('not_found')
      await eventually(() =>
        expect(hooks.endpointEvents(own).at(-1)).toMatchObject({ endpointId: id, state: 'deleted' }),
      )
    })

    test('deliveries are listed newest first by pages, each once', async () => {
      const { own, rpc, endpointId } = await hooks.company()
      await hooks.r.inbox(...Array.from({ length: 25 }, () => stored(own)))
      await eventually(async () => expect(await deliveries(rpc, endpointId, 'delivered')).toHaveLength(25))
      const ids: string[] = []
      let cursor = ''
      do {
        const part = await rpc.listWebhookDeliveries({ endpointId, state: '', page: page(cursor, 10) })
        ids.push(...part.deliveries.map(({ id }) => id))
        cursor = part.nextCursor
      } while (cursor)
      expect(ids).toHaveLength(25)
      expect(new Set(ids).size).toBe(25)
    })

    test('H4: what is not valid is refused; T4: what is another company’s is not found; U7: roles', async () => {
      const { own, rpc, endpointId } = await hooks.company()
      await hooks.r.inbox(stored(own))
      const [delivery] = await eventually(async () => {
        const found = await deliveries(rpc, endpointId)
        expect(found).toHaveLength(1)
        return found
      })
      const make = (url: string, eventTypes: string[] = []) =>
        rpc.createWebhookEndpoint({ url, description: '', eventTypes, numberIds: [], format: '' })
      expect(await code(make('ftp://x.test/'))).toBe('validation_failed')
      expect(await code(make('https://user:pass@x.test/'))).toBe('validation_failed')
      expect(await code(make('https://x.test/', ['message.deleted']))).toBe('validation_failed')
      expect(
        await code(rpc.updateWebhookEndpoint({ ...sameEndpoint, id: endpointId, state: 'failing' })),
      ).toBe('validation_failed')
      const stranger = await hooks.r.as(hooks.service, newCompany())
      const id = endpointId
      expect(await code(stranger.getWebhookEndpoint({ id }))).toBe('not_found')
      expect(await code(stranger.updateWebhookEndpoint({ ...sameEndpoint, id, state: 'disabled' }))).toBe(
        'not_found',
      )
      expect(await code(stranger.rotateWebhookSecret({ id }))).toBe('not_found')
      expect(await code(stranger.testWebhookEndpoint({ id }))).toBe('not_found')
      expect(await code(stranger.deleteWebhookEndpoint({ id }))).toBe('not_found')
      expect(await code(stranger.listWebhookDeliveries({ endpointId, state: '', page: page() }))).toBe(
        'not_found',
      )
      expect(await code(stranger.retryWebhookDelivery({ id: delivery?.id ?? '' }))).toBe('not_found')
      expect(await code(rpc.retryWebhookDelivery({ id: newId('webhookDelivery') }))).toBe('not_found')
      const supervisor = await hooks.r.as(hooks.service, own, rolePermissions.supervisor)
      expect(await code(supervisor.listWebhookEndpoints({ page: page() }))).toBe('forbidden')
      expect(await code(hooks.r.anonymous(hooks.service).listWebhookEndpoints({ page: page() }))).toBe(
        'unauthenticated',
      )
    })
  })
}
