import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually, startService } from '@palomar/testkit'
import { type FailpointName, failpointNames } from '../src/failpoint.ts'
import { type EndpointServer, startEndpointServer } from './endpoint-server.ts'
import { type Company, newCompany, type Rig, rig, someRule, stored } from './rig.ts'

let r: Rig
let server: EndpointServer
beforeAll(async () => {
  ;[r, server] = await Promise.all([rig(), startEndpointServer()])
}, 60_000)
afterAll(async () => {
  await r?.close()
  await server?.stop()
}, 60_000)

const ended = (pid: number) =>
  eventually(() => expect(() => process.kill(pid, 0)).toThrow(), { timeoutMs: 30_000 })

test('R1 R2: killed at each point between fact and answer, and between fact and webhook: one answer, and the webhook under one id', async () => {
  const companies = new Map<FailpointName, Company>(failpointNames.map((point) => [point, newCompany()]))
  const setup = await r.start()
  for (const [point, own] of companies) {
    const rpc = await r.as(setup, own)
    await rpc.createRule({ ...someRule, replyText: point })
    await rpc.createWebhookEndpoint({
      url: `${server.url}/${point}`,
      description: '',
      eventTypes: [],
      numberIds: [],
      format: '',
    })
  }
  await setup.stop()

  for (const [point, own] of companies) {
    const doomed = await startService('automation', { ...r.env, PALOMAR_TEST_FAILPOINT: point })
    await r.inbox(stored(own, { text: 'horario' }))
    await ended(doomed.pid)
  }
  const survivor = await startService('automation', r.env)
  // What the dead had in hand comes back: batches after the ack wait of 30 s, rows after their leases of 20 and 45 s.
  await eventually(
    async () => {
      const open = await r.admin.sql`
        select 1 from answers where state = 'pending' union all
        select 1 from webhook_deliveries where state = 'pending'`
      expect(open).toHaveLength(0)
      for (const point of failpointNames) expect(server.at(`/${point}`), point).not.toHaveLength(0)
      const [counted] = await r.admin.sql`select count(*)::int as n from answers where state = 'accepted'`
      expect(counted?.n).toBe(failpointNames.length)
    },
    { timeoutMs: 120_000 },
  )
  const { accepted } = r.others.ledger
  for (const [point, own] of companies) {
    const mine = [...accepted.values()].filter(({ tenantId }) => tenantId === own.tenantId)
    expect(mine, point).toHaveLength(1)
    expect(new Set(server.at(`/${point}`).map(({ headers }) => headers['webhook-id'])).size, point).toBe(1)
    const rules = await r.admin.sql`select fired_count from rules where tenant_id = ${own.tenant}`
    expect(rules, point).toMatchObject([{ fired_count: 1n }])
  }
  // Told at least once each, under ids that make the second time harmless.
  await eventually(() => {
    const fired = r.events.filter(({ payload }) => payload?.$case === 'ruleFired')
    expect(new Set(fired.map(({ header }) => header?.id)).size).toBe(failpointNames.length)
  })
  expect(await survivor.stop()).toBe(0)
}, 240_000)
