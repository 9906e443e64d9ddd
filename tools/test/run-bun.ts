import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../servers/index.ts'
import type { BunRun } from './outcome.ts'

export interface BunTest {
  paths: string[]
  jobs: number
  env: Record<string, string>
  /** For its report. */
  folder: string
  name: string
  /** Milliseconds a test may take. */
  timeoutMs?: number
}

/** Runs `bun test`, shows what it prints as it comes, and keeps it. */
export async function runBun(spec: BunTest): Promise<BunRun> {
  const report = join(spec.folder, `${spec.name}.xml`)
  const timings = join(repositoryRoot, `.palomar/timings-${spec.name}.json`)
  const args = ['test', `--parallel=${spec.jobs}`, '--reporter=junit', `--reporter-outfile=${report}`]
  args.push(`--timings=${timings}`, '--update-timings')
  const timeout = spec.timeoutMs === undefined ? {} : { TEST_TIMEOUT_MS: String(spec.timeoutMs) }
  const child = spawn(process.execPath, [...args, ...spec.paths], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...spec.env, ...timeout, FORCE_COLOR: '0' },
  })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', forward)
  process.on('SIGTERM', forward)
  let output = ''
  const show = (bytes: Buffer) => {
    output += bytes
    process.stdout.write(bytes)
  }
  child.stdout.on('data', show)
  child.stderr.on('data', show)
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('error', () => resolve({ code: 127, signal: null }))
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  process.off('SIGINT', forward)
  process.off('SIGTERM', forward)
  return {
    exitCode: code,
    signal,
    output,
    junit: existsSync(report) ? readFileSync(report, 'utf8') : undefined,
  }
}
