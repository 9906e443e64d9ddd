import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { idFromUuid, newId } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { eventually, type ServiceProcess, startService } from '@palomar/testkit'
import { openLedger } from '../src/db/open-ledger.ts'
import type { FailpointName } from '../src/failpoint.ts'
import { Company, quiet } from './harness.ts'
import { type GraphCall, startWorld, statusEvent, type World } from './world.ts'

let world: World
let db: Db
beforeAll(async () => {
  world = await startWorld()
  db = openLedger({ url: world.env.DATABASE_URL, max: 4, service: 'dispatcher', logger: quiet })
}, 60_000)
afterAll(async () => {
  await db?.close()
  await world?.stop()
}, 30_000)

const messages = 40

/** A company with a backlog, in the ledger before any dispatcher runs. */
async function backlog({ hasFiles = false } = {}) {
  const company = new Company(db)
  await company.tell({ throughputPerSecond: 500 })
  await company.openWindow('541156384310')
  const rows = Array.from({ length: messages }, () => (hasFiles ? withImage(company) : company.row()))
  await company.accept(...rows)
  const ids = rows.map((row) => idFromUuid('message', row.id) as string)
  const callsOf = () => world.graph.calls.filter((call) => call.path.includes(company.phoneNumberId))
  const timesSent = () => {
    const counts = new Map(ids.map((id) => [id, 0]))
    for (const { body } of callsOf()) {
      const id = body.biz_opaque_callback_data.split('~')[0] ?? ''
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    return counts
  }
  return { company, rows, callsOf, timesSent }
}

/** A message that names a file of ours, one for each. */
function withImage(company: Company) {
  const content = JSON.stringify({ type: 'image', image: { id: newId('media'), caption: 'hola' } })
  return company.row({ type: 'image', content, laneClassName: 'reply' })
}

/** Lets a dispatcher die at the point, then starts another one. */
async function dieAndTakeOver(failpoint: FailpointName): Promise<ServiceProcess> {
  // It kills itself as soon as it reaches the point, perhaps before it has said that it is ready.
  const first = await startService('dispatcher', { ...world.env, PALOMAR_TEST_FAILPOINT: failpoint }).catch(
    () => undefined,
  )
  if (first) {
    await eventually(() => {
      expect(() => process.kill(first.pid, 0)).toThrow()
    })
  }
  return startService('dispatcher', world.env)
}

/** Meta's side: a status for everything that reached it, whatever the sender learned. */
async function metaReports(company: Company, calls: GraphCall[]): Promise<void> {
  await world.ingestSays(...calls.map((call) => statusEvent(company, call, 'delivered')))
}

async function attemptStates(company: Company): Promise<Record<string, number>> {
  const rows = await db.forTenant(
    company.tenantId,
    (tx) =>
      tx<
        { state: string; rows: number }[]
      >`select state, count(*)::int as rows from dispatcher.attempts where tenant_id = ${company.tenantId} group by 1`,
  )
  return Object.fromEntries(rows.map((row) => [row.state, row.rows]))
}

describe('a dispatcher that dies', () => {
  test('R2: between what media answers of its files and the attempt: none is lost, each is sent once', async () => {
    const { company, timesSent, callsOf } = await backlog({ hasFiles: true })
    const before = world.files.asked
    const second = await dieAndTakeOver('after-files-answer')
    // The first had its answers, and took them with it.
    expect(world.files.asked).toBeGreaterThan(before)
    await eventually(
      async () => {
        // Put off while they were asked about; by now that may be over for some, and nothing is gained by waiting for it.
        await db.forTenant(
          company.tenantId,
          (tx) => tx`
            update dispatcher.messages set due_at = now()
            where tenant_id = ${company.tenantId} and state = 'queued' and due_at > now()`,
        )
        expect(await company.states()).toEqual({ sent: messages })
      },
      { timeoutMs: 20_000, everyMs: 500 },
    )
    expect([...timesSent().values()].every((times) => times === 1)).toBe(true)
    expect(callsOf().map(({ body }) => body.image)).toEqual(
      Array.from({ length: messages }, () => ({ id: '700', caption: 'hola' })),
    )
    expect(Object.keys(await attemptStates(company))).toEqual(['accepted'])
    expect(await second.stop()).toBe(0)
  }, 60_000)

  test('R2: before its attempts are committed: all are sent, each once', async () => {
    const { company, timesSent } = await backlog()
    const second = await dieAndTakeOver('before-attempt-commit')
    await eventually(async () => expect(await company.states()).toEqual({ sent: messages }), {
      timeoutMs: 20_000,
    })
    expect([...timesSent().values()].every((times) => times === 1)).toBe(true)
    expect(await second.stop()).toBe(0)
  }, 60_000)

  test('R2: after the commit, before the call: what was claimed is in doubt and never sent again, the rest is sent once', async () => {
    const { company, timesSent } = await backlog()
    const second = await dieAndTakeOver('after-attempt-commit')
    await eventually(
      async () => {
        const { sent = 0, sending = 0 } = await company.states()
        expect(sent + sending).toBe(messages)
        const { in_doubt = 0, accepted = 0 } = await attemptStates(company)
        expect(in_doubt).toBeGreaterThan(0)
        expect(in_doubt + accepted).toBe(messages)
      },
      { timeoutMs: 20_000 },
    )
    const { in_doubt } = await attemptStates(company)
    const times = [...timesSent().values()]
    expect(times.filter((sent) => sent === 0)).toHaveLength(in_doubt ?? -1)
    expect(Math.max(...times)).toBe(1)
    expect(await second.stop()).toBe(0)
  }, 60_000)

  test('R2: after the call, before its result: nothing is sent twice, and the statuses settle every one', async () => {
    const { company, timesSent, callsOf } = await backlog()
    const second = await dieAndTakeOver('after-call')
    await eventually(
      async () => {
        const { in_doubt = 0, accepted = 0 } = await attemptStates(company)
        expect(in_doubt).toBeGreaterThan(0)
        expect(in_doubt + accepted).toBe(messages)
      },
      { timeoutMs: 20_000 },
    )
    await metaReports(company, callsOf())
    await eventually(async () => {
      const { delivered = 0 } = await company.states()
      expect(delivered).toBe(callsOf().length)
    })
    expect(Math.max(...timesSent().values())).toBe(1)
    // Whatever reached Meta is known; what did not is in doubt, and visible.
    const { delivered = 0, sending = 0 } = await company.states()
    expect(delivered + sending).toBe(messages)
    expect(await second.stop()).toBe(0)
  }, 60_000)

  test('R2: after a result is committed: nothing is lost, nothing is sent twice', async () => {
    const { company, timesSent, callsOf } = await backlog()
    const second = await dieAndTakeOver('after-result-commit')
    await eventually(
      async () => {
        const { in_doubt = 0, accepted = 0 } = await attemptStates(company)
        expect(in_doubt + accepted).toBe(messages)
      },
      { timeoutMs: 20_000 },
    )
    await metaReports(company, callsOf())
    await eventually(async () => expect((await company.states()).delivered).toBe(callsOf().length))
    expect(Math.max(...timesSent().values())).toBe(1)
    expect(await second.stop()).toBe(0)
  }, 60_000)

  test('CONTRACTS 23: a SIGTERM hands over: nothing in doubt, nothing lost, nothing twice', async () => {
    world.graph.delayMs = 100
    const { company, timesSent } = await backlog()
    const more = await backlog()
    const first = await startService('dispatcher', world.env)
    await eventually(() =>
      expect(world.graph.calls.some((call) => call.path.includes(company.phoneNumberId))).toBe(true),
    )
    const second = startService('dispatcher', world.env)
    expect(await first.stop()).toBe(0)
    for (const one of [company, more.company]) {
      await eventually(async () => expect(await one.states()).toEqual({ sent: messages }), {
        timeoutMs: 20_000,
      })
      expect((await attemptStates(one)).in_doubt).toBeUndefined()
    }
    expect(Math.max(...timesSent().values(), ...more.timesSent().values())).toBe(1)
    world.graph.delayMs = 0
    expect(await (await second).stop()).toBe(0)
  }, 60_000)
})
