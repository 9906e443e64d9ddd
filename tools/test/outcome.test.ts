import { afterAll, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Outcome, outcomeOf } from './outcome.ts'

const folder = mkdtempSync(join(tmpdir(), 'palomar-outcome-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What our reading of bun's report makes of a test file with this text. */
function outcomeFor(name: string, text: string): Outcome {
  const file = join(folder, `${name}.test.ts`)
  const report = join(folder, `${name}.xml`)
  writeFileSync(file, `import { beforeAll, expect, test } from 'bun:test'\n${text}`)
  const done = spawnSync(
    process.execPath,
    ['test', '--reporter=junit', `--reporter-outfile=${report}`, file],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  return outcomeOf({
    exitCode: done.status,
    signal: done.signal,
    output: done.stdout + done.stderr,
    junit: existsSync(report) ? readFileSync(report, 'utf8') : undefined,
  })
}

const counts = ({ passed, failed }: Outcome) => ({ passed, failed })
const good = `test('good', () => expect(1).toBe(1))\n`

test('bin/test counts what passed and what failed', () => {
  expect(counts(outcomeFor('mixed', `${good}test('bad', () => expect(1).toBe(2))`))).toEqual({
    passed: 1,
    failed: 1,
  })
})

test('bin/test counts a file that cannot be loaded as failed', () => {
  expect(counts(outcomeFor('unloadable', `import './missing.ts'\n${good}`)).failed).toBe(1)
})

test('bin/test counts a hook that throws as failed', () => {
  expect(
    counts(outcomeFor('hook', `beforeAll(() => { throw new Error('no') })\n${good}`)).failed,
  ).toBeGreaterThan(0)
})

test('bin/test counts a runner that was killed as failed', () => {
  const outcome = outcomeFor('killed', `${good}test('k', () => process.kill(process.pid, 'SIGKILL'))`)
  expect(outcome.failed).toBe(1)
  expect(outcome.problems).toEqual(['the test runner was killed by SIGKILL'])
})

test('bin/test counts a test that ends the runner politely as failed', () => {
  expect(outcomeFor('exits', `${good}test('e', () => process.exit(0))`).failed).toBe(1)
})

test('bin/test counts a file without tests as failed', () => {
  expect(outcomeFor('empty', '').failed).toBe(1)
})

test('bin/test names what was skipped and what asserted nothing', () => {
  const outcome = outcomeFor('quiet', `${good}test.skip('later <1>', () => {})\ntest('silent', () => {})`)
  expect(outcome.skipped).toEqual([expect.stringContaining('later <1>')])
  expect(outcome.assertedNothing).toEqual([expect.stringContaining('silent')])
})

test('a line of a test’s own that looks like a summary fools nobody', () => {
  const outcome = outcomeFor('liar', `console.log(' 99 pass')\n${good}`)
  expect(counts(outcome)).toEqual({ passed: 1, failed: 0 })
})
