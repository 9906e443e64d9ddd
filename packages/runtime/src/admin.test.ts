import { afterAll, expect, test } from 'bun:test'
import { type Check, createAdmin } from './admin.ts'
import { createMetrics } from './metrics.ts'

const opened: { stop(): Promise<void> }[] = []
afterAll(() => Promise.all(opened.map((admin) => admin.stop())))

function admin(checks: Record<string, Check> = {}) {
  const one = createAdmin({
    port: 0,
    checks,
    checkTimeoutMs: 50,
    metrics: createMetrics({ service: 'test', processMetrics: false }),
  })
  opened.push(one)
  const status = async (path: string) => (await fetch(`http://127.0.0.1:${one.port}${path}`)).status
  return { ...one, status, setReady: one.setReady, addCheck: one.addCheck }
}

test('O2: alive from the start, started once ready, ready while it says so', async () => {
  const one = admin()
  expect([await one.status('/livez'), await one.status('/startupz'), await one.status('/readyz')]).toEqual([
    200, 503, 503,
  ])
  one.setReady(true)
  expect([await one.status('/startupz'), await one.status('/readyz')]).toEqual([200, 200])
  one.setReady(false)
  expect([await one.status('/livez'), await one.status('/startupz'), await one.status('/readyz')]).toEqual([
    200, 200, 503,
  ])
})

test('O2: a check that fails, throws or hangs makes it not ready, by name and without its words', async () => {
  const never = new Promise<void>(() => {})
  const one = admin({ fine: async () => {}, no: () => false, hangs: () => never })
  one.addCheck('throws', () => {
    throw new Error('password wrong for db.internal')
  })
  one.setReady(true)
  const answer = await fetch(`http://127.0.0.1:${one.port}/readyz`)
  const body = await answer.text()
  expect(answer.status).toBe(503)
  expect(JSON.parse(body).checks).toEqual({ fine: true, no: false, hangs: false, throws: false })
  expect(body).not.toContain('password')
  expect(await one.status('/livez')).toBe(200)
})

test('O3: metrics are served, anything else is 404', async () => {
  const one = admin()
  expect(await one.status('/metrics')).toBe(200)
  expect(await one.status('/')).toBe(404)
})
