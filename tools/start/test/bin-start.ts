import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@palomar/testkit'
import { repositoryRoot } from '../../servers/index.ts'

/** The line of `--json`. */
export interface Ready {
  ready: boolean
  urls: { gateway: string; simulator: string }
  logins: { role: string; email: string; password: string }[]
  api_key: string
  tenant_id: string
  pids: Record<string, number>
}

export interface Run {
  child: ChildProcess
  /** Standard output so far. */
  out(): string
  /** Standard error so far. */
  said(): string
  lastLine(): string | undefined
  /** The exit status, once it has ended. */
  ended: Promise<number | null>
}

/** bin/start as people run it, on free ports and without the dashboard. */
export function binStart(folder: string, args: string[] = [], env: Record<string, string> = {}): Run {
  const own = ['--no-dashboard', '--gateway-port=0', '--simulator-port=0', '--data', folder]
  const child = spawn('/bin/sh', [join(repositoryRoot, 'bin/start'), ...own, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env.PATH}`, ...env },
  })
  let said = ''
  let out = ''
  child.stderr?.on('data', (bytes) => {
    said += bytes
  })
  child.stdout?.on('data', (bytes) => {
    out += bytes
  })
  return {
    child,
    out: () => out,
    said: () => said,
    lastLine: () => said.trim().split('\n').at(-1),
    ended: new Promise((resolve) => child.once('close', resolve)),
  }
}

/** Up to its line of JSON. */
export async function binStartReady(
  folder: string,
  env: Record<string, string> = {},
  args: string[] = [],
): Promise<Run & { ready: Ready }> {
  const run = binStart(folder, ['--json', ...args], env)
  await eventually(
    () => {
      if (!run.out().includes('\n')) throw new Error(`not ready: ${run.said()}`)
    },
    { timeoutMs: 100_000, unless: () => run.child.exitCode !== null },
  )
  return { ...run, ready: JSON.parse(run.out()) as Ready }
}

export const isAlive = (pid: number) => existsSync(`/proc/${pid}`)
