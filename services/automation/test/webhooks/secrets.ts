import { describe, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { Webhook } from 'standardwebhooks'
import { page, stored } from '../rig.ts'
import { deliveries, type Hooks } from './hooks.ts'

/** How requests are signed, and how they are counted. */
export function secrets(hooks: Hooks): void {
  describe('secrets', () => {
    test('T7: after a rotation both secrets verify for a day, then the new one alone', async () => {
      const { own, rpc, path, secret, endpointId } = await hooks.company()
      const rotated = await rpc.rotateWebhookSecret({ id: endpointId })
      expect(rotated.secret).not.toBe(secret)
      await hooks.r.inbox(stored(own))
      await eventually(() => expect(hooks.server.at(path)).toHaveLength(1))
      const both = hooks.server.at(path)[0]
      for (const one of [secret, rotated.secret])
        new Webhook(one).verify(both?.body ?? '', both?.headers ?? {})
      await hooks.r.admin
        .sql`update webhook_endpoints set previous_until = now() where tenant_id = ${own.tenant}`
      await hooks.r.inbox(stored(own))
      await eventually(() => expect(hooks.server.at(path)).toHaveLength(2))
      const later = hooks.server.at(path)[1]
      new Webhook(rotated.secret).verify(later?.body ?? '', later?.headers ?? {})
      expect(() => new Webhook(secret).verify(later?.body ?? '', later?.headers ?? {})).toThrow()
    })

    test('DESIGN 7: lie sealed in the table, and are in no other answer', async () => {
      const { own, rpc, secret, endpointId } = await hooks.company()
      const rows = await hooks.r.admin
        .sql`select secret from webhook_endpoints where tenant_id = ${own.tenant}`
      const kept = Buffer.from(rows[0]?.secret as Uint8Array)
      expect(kept.includes(Buffer.from(secret.slice(6), 'base64'))).toBe(false)
      expect(kept.toString('latin1')).not.toContain('whsec_')
      const shown = [
        await rpc.getWebhookEndpoint({ id: endpointId }),
        await rpc.listWebhookEndpoints({ page: page() }),
      ]
      const text = JSON.stringify(shown, (_, value) => (typeof value === 'bigint' ? String(value) : value))
      expect(text).not.toContain(secret)
    })

    test('tenancy away: what cannot be signed waits without a try, and goes out when it is back', async () => {
      const { own, rpc, path, endpointId } = await hooks.company()
      const restarted = await hooks.r.start()
      // A process that has asked for no key yet, alone with the work.
      await hooks.service.stop()
      hooks.r.others.tenancy.away = true
      await hooks.r.inbox(stored(own))
      const other = await hooks.r.as(restarted, own)
      await eventually(async () =>
        expect((await deliveries(other, endpointId))[0]).toMatchObject({ state: 'pending', tries: 0 }),
      )
      hooks.r.others.tenancy.away = false
      await eventually(() => expect(hooks.server.at(path)).toHaveLength(1), { timeoutMs: 20_000 })
      hooks.service = restarted
      rpc.close()
    }, 60_000)
  })

  test('O3: metrics count tries by outcome, and say how long the oldest has waited', async () => {
    const { own, path } = await hooks.company()
    hooks.server.reply = () => 500
    await hooks.r.inbox(stored(own))
    await eventually(() => expect(hooks.server.at(path)).toHaveLength(1))
    hooks.server.reply = () => 204
    await hooks.r.inbox(stored(own))
    await eventually(async () => {
      const text = await (await fetch(`http://127.0.0.1:${hooks.service.ports.admin}/metrics`)).text()
      for (const outcome of ['delivered', 'again'])
        expect(text).toMatch(
          new RegExp(`automation_webhook_deliveries_total\\{[^}]*outcome="${outcome}"[^}]*\\} [1-9]`),
        )
      expect(text).toMatch(/automation_oldest_due_seconds\{[^}]*queue="deliveries"[^}]*\} \d/)
      expect(text).toMatch(/automation_webhook_request_seconds_count\S* [1-9]/)
    })
  })
}
