import { mkdtempSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Child, inheritedEnvironment, repositoryRoot, startChild } from '../../../tools/servers/index.ts'
import { eventually } from './eventually.ts'
import { stack } from './stack.ts'

/** A service in a process of its own, so that a test can kill it. */
export interface ServiceProcess {
  pid: number
  /** What its `ready` line says: `grpc_port`, `admin_port` … as the service names them. */
  ready: Record<string, unknown>
  /** Every line it has logged, parsed. */
  log(): Record<string, unknown>[]
  /** kill -9, as a crash or the kernel would. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(graceMs?: number): Promise<number | null>
}

/** Starts `services/<name>/src/main.ts` (or any other program) and waits for its `ready` line. */
export async function startService(name: string, env: Record<string, string>): Promise<ServiceProcess> {
  const main = name.endsWith('.ts') ? name : `services/${name}/src/main.ts`
  const folder = mkdtempSync(join(stack().folder(), 'service-'))
  const child = startChild({
    name,
    command: process.execPath,
    args: [resolve(repositoryRoot, main)],
    env: { ...inheritedEnvironment(), ...env },
    cwd: repositoryRoot,
    logFile: join(folder, 'log'),
  })
  const ready = await readyLine(child)
  return {
    pid: child.pid,
    ready,
    log: () => linesOf(child),
    async kill() {
      child.kill('SIGKILL')
      await child.exited
    },
    stop: async (graceMs) => (await child.stop(graceMs)).code,
  }
}

function readyLine(child: Child): Promise<Record<string, unknown>> {
  return eventually(
    () => {
      const ready = linesOf(child).find((line) => line.msg === 'ready')
      if (ready) return ready
      throw new Error(`${child.name} is not ready: ${child.tail()}`)
    },
    { timeoutMs: 20_000, unless: () => child.exit !== undefined },
  )
}

function linesOf(child: Child): Record<string, unknown>[] {
  return readFileSync(child.logFile, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Record<string, unknown>]
      } catch {
        // A crash's plain text, or a line that is still being written.
        return []
      }
    })
}
