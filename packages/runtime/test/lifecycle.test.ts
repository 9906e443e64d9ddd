import { expect, test } from 'bun:test'
import { createLifecycle } from '../src/index.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }

/** Runs the worker until it says `until`, sends the signals, and returns what it logged and how it ended. */
async function worker(mode: string, signals: NodeJS.Signals[], until = 'ready') {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/fixtures/worker.ts`, mode], {
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const lines: Record<string, unknown>[] = []
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of child.stdout) {
    rest += decoder.decode(chunk, { stream: true })
    const parts = rest.split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const line = JSON.parse(part) as Record<string, unknown>
      lines.push(line)
      if (line.msg === until) for (const signal of signals) child.kill(signal)
    }
  }
  return { code: await child.exited, lines, said: lines.map((line) => line.msg) }
}

test('SIGTERM with work in flight: the work finishes, then what it needs closes, last opened first, exit 0', async () => {
  const { code, said } = await worker('works', ['SIGTERM'])
  expect(said).toEqual([
    'ready',
    'stopping',
    'listener closed',
    'work finished',
    'database closed',
    'stopped',
  ])
  expect(code).toBe(0)
})

test('SIGINT stops as SIGTERM does', async () => {
  expect((await worker('works', ['SIGINT'])).code).toBe(0)
})

test('a part that hangs is given up inside the budget, the others still close, exit 1', async () => {
  const { code, said, lines } = await worker('hangs', ['SIGTERM'])
  expect(said).toEqual([
    'ready',
    'stopping',
    'listener closed',
    'not closed cleanly',
    'database closed',
    'stopped',
  ])
  expect(lines.find((line) => line.msg === 'not closed cleanly')).toMatchObject({ part: 'consumer' })
  expect(code).toBe(1)
})

test('a part that fails to close is named once and the rest closes, exit 1', async () => {
  const { code, said } = await worker('closer-fails', ['SIGTERM'])
  expect(said).toContain('database closed')
  expect(said.filter((msg) => msg === 'not closed cleanly')).toHaveLength(1)
  expect(code).toBe(1)
})

test('a start that fails is one log line and exit 1', async () => {
  const { code, said } = await worker('fails', [])
  expect(said).toEqual(['not started', 'stopped'])
  expect(code).toBe(1)
})

test('an error that escaped every handler stops the process in order, exit 1', async () => {
  const { code, said } = await worker('escapes', [])
  expect(said).toEqual([
    'ready',
    'uncaught error',
    'listener closed',
    'work finished',
    'database closed',
    'stopped',
  ])
  expect(code).toBe(1)
})

test('stop runs once however often it is asked, and everyone waits for it', async () => {
  const lifecycle = createLifecycle({ logger: silent, budgetMs: 1_000 })
  const closed: string[] = []
  lifecycle.onStop('a', () => closed.push('a'))
  lifecycle.onStop('b', async () => {
    await Bun.sleep(1)
    closed.push('b')
  })
  expect(await Promise.all([lifecycle.stop(), lifecycle.stop()])).toEqual([true, true])
  expect(closed).toEqual(['b', 'a'])
  expect(lifecycle.stopping).toBe(true)
})
