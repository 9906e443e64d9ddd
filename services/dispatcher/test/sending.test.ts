import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { idFromUuid } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import type { Lanes } from '../src/lanes/lanes.ts'
import { settle } from '../src/settle.ts'
import {
  accepted,
  Company,
  FakeGraph,
  type LaneParts,
  ledgerDatabase,
  refused,
  startLanes,
} from './harness.ts'

let ledger: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  ledger = await ledgerDatabase()
}, 60_000)
afterAll(() => ledger.close())

const running: Lanes[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((lanes) => lanes.stop()))
})

async function start(parts: LaneParts): Promise<Lanes> {
  const lanes = await startLanes(ledger.db, ledger.metrics, parts)
  running.push(lanes)
  return lanes
}

async function company(): Promise<Company> {
  const made = new Company(ledger.db)
  await made.tell()
  return made
}

describe('sending', () => {
  test('M16: exactly hello_world / en_US to 541156384310 reaches Graph, once, with our echo', async () => {
    const graph = new FakeGraph()
    const mine = await company()
    const row = mine.row({ callbackData: 'order-7' })
    await mine.accept(row)
    await start({ graph })
    await eventually(async () => expect(await mine.states()).toEqual({ sent: 1 }))
    expect(graph.requests).toHaveLength(1)
    expect(graph.requests[0]).toMatchObject({
      phoneNumberId: mine.phoneNumberId,
      token: 'token-1',
      version: 'v23.0',
      body: {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '541156384310',
        type: 'template',
        template: { name: 'hello_world', language: { code: 'en_US' } },
        biz_opaque_callback_data: `${idFromUuid('message', row.id)}~1|order-7`,
      },
    })
    const { row: stored, attempts } = await mine.read(row.id)
    expect(stored.wa_id).toBe('541156384310')
    expect(attempts).toMatchObject([{ n: 1, state: 'accepted', wamid: expect.stringContaining('wamid.') }])
  })

  test('a hundred rows of two companies are each sent once', async () => {
    const graph = new FakeGraph()
    const both = [await company(), await company()]
    for (const one of both) await one.accept(...Array.from({ length: 50 }, () => one.row()))
    await start({ graph })
    for (const one of both) await eventually(async () => expect(await one.states()).toEqual({ sent: 50 }))
    expect([...graph.counts().values()].every((count) => count === 1)).toBe(true)
    expect(graph.counts().size).toBe(100)
  })

  test('rows leave by class: authentication, reply, utility, marketing', async () => {
    const graph = new FakeGraph()
    const mine = await company()
    await mine.openWindow('541156384310')
    const rows = (['marketing', 'utility', 'reply', 'authentication'] as const).map((laneClassName) =>
      mine.row({ laneClassName, callbackData: laneClassName }),
    )
    await mine.accept(...rows)
    await start({ graph })
    await eventually(() => expect(graph.requests).toHaveLength(4))
    const order = graph.requests.map(({ body }) => body.biz_opaque_callback_data.split('|')[1])
    expect(order).toEqual(['authentication', 'reply', 'utility', 'marketing'])
  })

  test('M31: a passing error of Graph is tried again, a lasting one fails for good', async () => {
    const graph = new FakeGraph()
    const mine = await company()
    const passing = mine.row({ callbackData: 'passing' })
    const lasting = mine.row({ callbackData: 'lasting' })
    graph.answer = ({ body }) => {
      if (body.biz_opaque_callback_data.endsWith('lasting'))
        return refused(132000, 'Template parameter count mismatch')
      return body.biz_opaque_callback_data.includes('~1|') ? refused(131000) : accepted()
    }
    await mine.accept(passing, lasting)
    await start({ graph })
    await eventually(async () => expect(await mine.states()).toEqual({ sent: 1, failed: 1 }))
    const failed = await mine.read(lasting.id)
    expect(failed.row.error).toMatchObject({ code: 132000, title: 'Template parameter count mismatch' })
    expect(failed.attempts).toHaveLength(1)
    const again = await mine.read(passing.id)
    expect(again.attempts.map((attempt) => attempt.state)).toEqual(['rejected', 'accepted'])
  })

  test('T8: an expired token makes the lane wait; after the rotation the same messages go', async () => {
    const graph = new FakeGraph()
    const mine = await company()
    let token = { accessToken: 'old', tokenVersion: 1n }
    graph.answer = (request) => (request.token === 'old' ? refused(190, 'expired') : accepted())
    const row = mine.row()
    await mine.accept(row)
    await start({ graph, token: () => token })
    await eventually(async () => {
      const { row: stored, attempts } = await mine.read(row.id)
      expect(stored.state).toBe('queued')
      expect(attempts.map((attempt) => attempt.state)).toEqual(['rejected'])
    })
    const asked = graph.requests.length
    token = { accessToken: 'new', tokenVersion: 2n }
    await mine.tell({ tokenVersion: 2n })
    await eventually(async () => expect(await mine.states()).toEqual({ sent: 1 }))
    expect(graph.requests.length).toBe(asked + 1)
  })

  test('T9: T12: a paused number rests, and goes on when it is active again', async () => {
    const graph = new FakeGraph()
    const mine = await company()
    const other = await company()
    await mine.tell({ state: 'paused' })
    await mine.accept(mine.row())
    await other.accept(other.row())
    await start({ graph })
    await eventually(async () => expect(await other.states()).toEqual({ sent: 1 }))
    expect(await mine.states()).toEqual({ queued: 1 })
    await mine.tell({ state: 'active' })
    await eventually(async () => expect(await mine.states()).toEqual({ sent: 1 }))
  })

  test('CONTRACTS 27: what did not get out goes again; what may have got out does not', async () => {
    const graph = new FakeGraph()
    const mine = await company()
    const unsent = mine.row({ callbackData: 'unsent' })
    const doubtful = mine.row({ callbackData: 'doubtful' })
    let refusals = 0
    graph.answer = ({ body }) => {
      if (body.biz_opaque_callback_data.endsWith('doubtful')) return { kind: 'in_doubt', reason: 'reset' }
      return refusals++ < 2 ? { kind: 'not_sent', reason: 'ECONNREFUSED' } : accepted()
    }
    await mine.accept(unsent, doubtful)
    await start({ graph })
    await eventually(async () => expect((await mine.read(unsent.id)).row.state).toBe('sent'))
    expect((await mine.read(unsent.id)).attempts.map((a) => a.state)).toEqual([
      'not_sent',
      'not_sent',
      'accepted',
    ])
    const open = await mine.read(doubtful.id)
    expect(open.row.state).toBe('sending')
    expect(open.attempts.map((a) => a.state)).toEqual(['in_doubt'])
  })

  test('CONTRACTS 28: doubt ends only when silence is real; then authentication goes again, the rest fails as unknown', async () => {
    const graph = new FakeGraph()
    const mine = await company()
    graph.answer = ({ body }) =>
      body.biz_opaque_callback_data.includes('~1') ? { kind: 'in_doubt', reason: 'time-out' } : accepted()
    let settled: Date | undefined
    const code = mine.row({ laneClassName: 'authentication' })
    const news = mine.row({ laneClassName: 'utility' })
    await mine.accept(code, news)
    const lanes = await start({ graph, settledUntil: { read: async () => settled } })
    await eventually(async () => {
      for (const { id } of [code, news]) expect((await mine.read(id)).attempts[0]?.state).toBe('in_doubt')
    })
    expect(await lanes.sweepDoubts()).toBe(0)
    expect((await mine.read(code.id)).row.state).toBe('sending')
    settled = new Date(Date.now() + 61_000)
    await lanes.sweepDoubts()
    await eventually(async () => expect((await mine.read(code.id)).row.state).toBe('sent'))
    expect((await mine.read(news.id)).row.state).toBe('sending')
    settled = new Date(Date.now() + 15 * 60_000 + 1_000)
    await lanes.sweepDoubts()
    expect((await mine.read(news.id)).row).toMatchObject({ state: 'failed', failure_code: 'unknown' })
    expect(graph.counts().get(idFromUuid('message', news.id))).toBe(1)
  })

  test('CONTRACTS 18: a status settles an attempt that is in doubt, without sending again', async () => {
    const graph = new FakeGraph()
    const mine = await company()
    graph.answer = () => ({ kind: 'in_doubt', reason: 'time-out' })
    const row = mine.row()
    await mine.accept(row)
    await start({ graph })
    await eventually(async () => expect((await mine.read(row.id)).attempts[0]?.state).toBe('in_doubt'))
    const at = new Date()
    await ledger.db.forTenant(mine.tenantId, (tx) =>
      settle(
        tx,
        [
          {
            tenantId: mine.tenantId,
            messageId: row.id,
            n: 1,
            echoOf: { numberId: mine.numberId },
            fact: {
              kind: 'status',
              at,
              status: 'delivered',
              wamid: 'wamid.late',
              waId: null,
              error: null,
              pricing: null,
            },
          },
        ],
        { now: at },
      ),
    )
    const { row: stored, attempts } = await mine.read(row.id)
    expect(stored.state).toBe('delivered')
    expect(attempts).toMatchObject([{ state: 'delivered', wamid: 'wamid.late' }])
    expect(graph.requests).toHaveLength(1)
  })

  test('a message scheduled for later stays out of its lane until its hour', async () => {
    const graph = new FakeGraph()
    const mine = await company()
    const later = mine.row({ dueAt: new Date(Date.now() + 3_600_000), inLane: false })
    const now = mine.row()
    await mine.accept(later, now)
    await start({ graph })
    await eventually(async () => expect((await mine.read(now.id)).row.state).toBe('sent'))
    expect((await mine.read(later.id)).row.state).toBe('queued')
    expect(graph.requests).toHaveLength(1)
  })
})
