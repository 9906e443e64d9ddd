import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import type { InboxWindows } from '../src/inbox-windows.ts'
import type { Lanes } from '../src/lanes/lanes.ts'
import { Company, FakeGraph, ledgerDatabase, startLanes } from './harness.ts'

let ledger: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  ledger = await ledgerDatabase()
}, 60_000)
afterAll(() => ledger.close())
const running: Lanes[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((lanes) => lanes.stop()))
})

const text = {
  type: 'text',
  content: '{"type":"text","text":{"body":"hola"}}',
  laneClassName: 'reply',
} as const

/** One text in the ledger, tried by lanes that ask this inbox. */
async function attempt(inbox: InboxWindows, settled: Date | undefined, acceptedAt = new Date()) {
  const graph = new FakeGraph()
  const mine = new Company(ledger.db)
  await mine.tell()
  const row = mine.row({ ...text, acceptedAt })
  await mine.accept(row)
  running.push(
    await startLanes(ledger.db, ledger.metrics, {
      graph,
      inbox,
      windowSettled: { read: async () => settled },
    }),
  )
  return { mine, row, graph }
}

describe('the window at the attempt', () => {
  test('CONTRACTS 29: closed in our copy, open at inbox: it is sent', async () => {
    const inbox: InboxWindows = { check: async (asked) => asked.map(() => new Date(Date.now() + 60_000)) }
    const { mine, row } = await attempt(inbox, undefined)
    await eventually(async () => expect((await mine.read(row.id)).row.state).toBe('sent'))
  })

  test('CONTRACTS 29: a no of inbox’s is final when every webhook before the accept has been applied', async () => {
    const inbox: InboxWindows = { check: async (asked) => asked.map(() => null) }
    const { mine, row, graph } = await attempt(inbox, new Date(Date.now() + 60_000))
    await eventually(async () =>
      expect((await mine.read(row.id)).row).toMatchObject({ state: 'failed', failure_code: 'window_closed' }),
    )
    expect(graph.requests).toHaveLength(0)
    expect((await mine.read(row.id)).attempts).toHaveLength(0)
  })

  test('CONTRACTS 29: a no that a webhook under way may still turn into a yes makes the row wait', async () => {
    let asked = 0
    const inbox: InboxWindows = {
      check: async (questions) => {
        asked += questions.length
        return questions.map(() => null)
      },
    }
    const { mine, row, graph } = await attempt(inbox, new Date(Date.now() - 60_000))
    await eventually(async () =>
      expect((await mine.read(row.id)).row.due_at.getTime()).toBeGreaterThan(Date.now()),
    )
    expect(asked).toBe(1)
    expect((await mine.read(row.id)).row.state).toBe('queued')
    expect(graph.requests).toHaveLength(0)
  })

  test('CONTRACTS 29: a no that was given before the last webhook was applied is not final', async () => {
    // The webhook is applied between inbox's answer and what follows it.
    let settled = new Date(Date.now() - 60_000)
    let isOpen = false
    const inbox: InboxWindows = {
      check: async (asked) => {
        const answers = asked.map(() => (isOpen ? new Date(Date.now() + 60_000) : null))
        isOpen = true
        settled = new Date(Date.now() + 60_000)
        return answers
      },
    }
    const graph = new FakeGraph()
    const mine = new Company(ledger.db)
    await mine.tell()
    const row = mine.row(text)
    await mine.accept(row)
    const windowSettled = { read: async () => settled }
    running.push(await startLanes(ledger.db, ledger.metrics, { graph, inbox, windowSettled }))
    await eventually(async () => expect((await mine.read(row.id)).row.state).toBe('sent'))
  })

  test('CONTRACTS 29: past the longest window no webhook can matter any more, known or not', async () => {
    const inbox: InboxWindows = { check: async (asked) => asked.map(() => null) }
    const { mine, row } = await attempt(inbox, undefined, new Date(Date.now() - 73 * 3_600_000))
    await eventually(async () =>
      expect((await mine.read(row.id)).row).toMatchObject({ state: 'failed', failure_code: 'window_closed' }),
    )
  })

  test('CONTRACTS 29: with inbox away the row waits, and nothing is refused', async () => {
    const inbox: InboxWindows = { check: () => Promise.reject(new Error('away')) }
    const { mine, row, graph } = await attempt(inbox, new Date(Date.now() + 60_000))
    await eventually(async () =>
      expect((await mine.read(row.id)).row.due_at.getTime()).toBeGreaterThan(Date.now()),
    )
    expect((await mine.read(row.id)).row.state).toBe('queued')
    expect(graph.requests).toHaveLength(0)
  })
})
