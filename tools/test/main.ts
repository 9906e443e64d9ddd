import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from '../chromium.ts'
import { repositoryRoot, StartFailure, startPostgres, startRedis, watchdog } from '../servers/index.ts'
import { browserTests } from './browser-tests.ts'
import { help, parseOptions, type TestOptions } from './options.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { runBun } from './run-bun.ts'

const isCI = process.env.CI === 'true'

/** The exit status. Whatever happens, the last line says how many passed and how many failed. */
export async function main(args: string[]): Promise<number> {
  const total = { passed: 0, failed: 0 }
  try {
    const options = parseOptions(args, process.cwd())
    if (options === 'help') {
      process.stdout.write(help)
      return 0
    }
    for (const outcome of await runAll(options)) {
      total.passed += outcome.passed
      total.failed += outcome.failed + explain(outcome)
    }
  } catch (error) {
    console.error(error instanceof StartFailure ? error.message : error)
    total.failed++
  }
  console.log(`${total.passed} passed, ${total.failed} failed`)
  return total.failed > 0 ? 1 : 0
}

async function runAll(options: TestOptions): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'palomar-test-'))
  // Postgres may run as another user, who must be able to walk in.
  chmodSync(folder, 0o711)
  watchdog().removeAtEnd(folder)
  mkdirSync(join(repositoryRoot, '.palomar'), { recursive: true })
  const env = await startServers(folder)
  const outcomes: Outcome[] = []
  const inBrowser = options.browser ? browserTests(options.paths) : []
  const isOnlyBrowser = !options.unit || (inBrowser.length > 0 && inBrowser.length === options.paths.length)
  if (!isOnlyBrowser) {
    const { paths, jobs } = options
    outcomes.push(outcomeOf(await runBun({ paths, jobs, env, folder, name: 'unit' })))
  }
  if (inBrowser.length > 0) outcomes.push(await runInBrowser(inBrowser, env, folder))
  return outcomes
}

/** One Postgres and one Redis for the run; each test file has a database, and a NATS server, of its own. */
async function startServers(folder: string): Promise<Record<string, string>> {
  const [postgres, redis] = await Promise.all([
    startPostgres({ folder, password: 'test', durable: false }),
    startRedis({ folder }).catch((error: Error) => {
      console.error(`warning: no Redis, its tests will fail: ${error.message}`)
      return undefined
    }),
  ])
  return {
    TEST_DATABASE_URL: postgres.url,
    TEST_RUN: String(process.pid),
    ...(redis ? { TEST_REDIS_URL: redis.url } : {}),
  }
}

/** One after the other: each has a whole Palomar to itself. */
async function runInBrowser(paths: string[], env: Record<string, string>, folder: string): Promise<Outcome> {
  const chromium = findChromium()
  if (!chromium) {
    const skipped = paths.map((path) => `${path}: no Chromium on this machine`)
    return { passed: 0, failed: 0, skipped, assertedNothing: [], problems: [] }
  }
  const withBrowser = { ...env, PALOMAR_CHROMIUM: chromium }
  return outcomeOf(
    await runBun({ paths, jobs: 1, env: withBrowser, folder, name: 'browser', timeoutMs: 120_000 }),
  )
}

/** Prints what the counts hide; returns how many of those count as failures. */
function explain({ problems, skipped, assertedNothing }: Outcome): number {
  for (const problem of problems) console.log(`failed: ${problem}`)
  for (const name of assertedNothing) console.log(`passed without an expect(): ${name}`)
  for (const name of skipped)
    console.log(`${isCI ? 'failed, because skipped with CI=true' : 'skipped'}: ${name}`)
  return isCI ? skipped.length : 0
}
