import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventually, testDemo } from '@palomar/testkit'
import type { Demo } from '../../tools/start/demo.ts'
import { Ledger } from './ledger.ts'
import { Traffic } from './traffic.ts'

/** The least that must be under way in each direction when a process is killed. */
const inFlightMin = 50
const batch = 120
const settleMs = 60_000

async function numberIdOf(demo: Demo): Promise<string> {
  const response = await fetch(`${demo.urls.gateway}/v1/numbers`, {
    headers: { authorization: `Bearer ${demo.apiKey}` },
  })
  const { data } = (await response.json()) as { data: { id: string }[] }
  return data[0]?.id ?? ''
}

/** Traffic in both directions while inbox cannot commit; ends when enough is in flight. */
async function untilInFlight(ledger: Ledger, traffic: Traffic, from: number): Promise<Promise<void>[]> {
  const flows = [traffic.write(batch, from), traffic.send(batch, from + batch)]
  for (const flow of flows) flow.catch(() => undefined)
  await eventually(
    async () => {
      const { in: inbound, out: outbound } = await ledger.inFlight()
      expect(inbound).toBeGreaterThanOrEqual(inFlightMin)
      expect(outbound).toBeGreaterThanOrEqual(inFlightMin)
    },
    { timeoutMs: 30_000, everyMs: 100 },
  )
  return flows
}

/** Webhooks not taken yet and batches that ingest and inbox have not answered. */
async function waitingFor(demo: Demo): Promise<number> {
  const counters = await (await fetch(`${demo.urls.simulator}/control/counters`)).json()
  let waiting = (counters as { pending_webhooks: number }).pending_webhooks
  for (const service of ['ingest', 'inbox'] as const) {
    const url = `http://127.0.0.1:${demo.settings.adminPorts[service]}/metrics`
    // Twice: a scrape shows the pending batches as the one before it read them.
    await (await fetch(url)).text()
    const text = await (await fetch(url)).text()
    const gauges = text.matchAll(/^bus_consumer_(?:ack_)?pending\{[^}]*\} (\d+)/gm)
    waiting += [...gauges].reduce((sum, [, value]) => sum + Number(value), 0)
  }
  return waiting
}

describe('kill -9 with messages in flight', () => {
  let demo: Demo
  let traffic: Traffic
  let ledger: Ledger
  let from = 0

  beforeAll(async () => {
    demo = await testDemo()
    traffic = new Traffic(demo, await numberIdOf(demo))
    ledger = new Ledger(demo, traffic)
  }, 120_000)
  afterAll(async () => {
    await ledger?.close()
    await demo?.stop()
  }, 60_000)

  for (const name of ['gateway', 'tenancy', 'ingest', 'inbox', 'dispatcher']) {
    test(
      `M14: ${name} is killed with ${inFlightMin} messages in flight each way: none lost, none doubled`,
      async () => {
        const hold = await ledger.holdInbox()
        const flows = await untilInFlight(ledger, traffic, from)
        from += 2 * batch
        await demo.processes[name]?.kill()
        await hold.release()
        await demo.processes[name]?.start()
        await Promise.all(flows)

        await eventually(
          async () => {
            const stored = new Set(await ledger.storedWamids())
            expect([...traffic.written].filter((wamid) => !stored.has(wamid))).toEqual([])
            const [settled, inDoubt] = [await ledger.settledIds(), await ledger.inDoubtIds()]
            expect([...traffic.accepted].filter((id) => !settled.has(id) && !inDoubt.has(id))).toEqual([])
          },
          { timeoutMs: settleMs, everyMs: 250 },
        )
        // Stored once, counted once.
        expect((await ledger.storedWamids()).length).toBe(traffic.written.size)
        expect(await ledger.unreadCount()).toBe(traffic.written.size)
        // Sent once: whatever was accepted, and nothing that was not.
        const sent = await ledger.sentCounts()
        expect([...sent].filter(([, count]) => count > 1)).toEqual([])
        const inDoubt = await ledger.inDoubtIds()
        expect([...traffic.accepted].filter((id) => !sent.has(id) && !inDoubt.has(id))).toEqual([])
        // Only a dispatcher that died in a call may leave doubt, and only for the calls it had under way.
        if (name !== 'dispatcher') expect(inDoubt.size).toBe(0)
      },
      settleMs + 60_000,
    )
  }
})

describe('the same test, with a promise broken on purpose', () => {
  test('an inbox that acknowledges before it commits loses messages, and the check sees it', async () => {
    const demo = await testDemo({}, { env: { inbox: { PALOMAR_TEST_MUTATION: 'ack-before-commit' } } })
    const traffic = new Traffic(demo, await numberIdOf(demo))
    const ledger = new Ledger(demo, traffic)
    try {
      const hold = await ledger.holdInbox()
      const flows = await untilInFlight(ledger, traffic, 0)
      await demo.processes.inbox?.kill()
      await hold.release()
      await demo.processes.inbox?.start()
      await Promise.all(flows)
      // Nothing waits on the way any more, so what is missing now is lost.
      await eventually(async () => expect(await waitingFor(demo)).toBe(0), {
        timeoutMs: 90_000,
        everyMs: 500,
      })
      const stored = new Set(await ledger.storedWamids())
      expect([...traffic.written].filter((wamid) => !stored.has(wamid)).length).toBeGreaterThan(0)
    } finally {
      await ledger.close()
      await demo.stop()
    }
  }, 180_000)
})
