import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { watchdog } from './watchdog.ts'

export interface ChildSpec {
  name: string
  command: string
  args: string[]
  env?: Record<string, string>
  cwd?: string
  /** Runs as this user; only root can. */
  user?: { uid: number; gid: number } | undefined
  /** Both of its outputs; written anew at each start. */
  logFile: string
  /** What asks it to stop. */
  stopSignal?: NodeJS.Signals
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface Child {
  name: string
  pid: number
  logFile: string
  /** Set as soon as it has ended. */
  exit: Exit | undefined
  exited: Promise<Exit>
  /** Asks, waits, and kills what has not gone by then. Safe to call twice. */
  stop(graceMs?: number): Promise<Exit>
  kill(signal: NodeJS.Signals): void
  /** The last lines of its log. */
  tail(lines?: number): string
}

/** Starts a process that ends with this one at the latest, in a session of its own so that Ctrl-C stays ours. */
export function startChild(spec: ChildSpec): Child {
  const stopSignal = spec.stopSignal ?? 'SIGTERM'
  mkdirSync(dirname(spec.logFile), { recursive: true })
  const log = openSync(spec.logFile, 'w')
  const process_ = spawn(spec.command, spec.args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: spec.env ?? inheritedEnvironment(),
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    ...(spec.user === undefined ? {} : { uid: spec.user.uid, gid: spec.user.gid }),
  })
  closeSync(log)
  const pid = process_.pid ?? 0
  // A process under test may end while its servers run; the watchdog ends those.
  process_.unref()
  if (pid > 0) watchdog().started(pid, stopSignal)

  const child: Child = {
    name: spec.name,
    pid,
    logFile: spec.logFile,
    exit: undefined,
    exited: new Promise<Exit>((resolve) => {
      const end = (exit: Exit) => {
        if (child.exit) return
        child.exit = exit
        if (pid > 0) watchdog().ended(pid)
        resolve(exit)
      }
      process_.once('exit', (code, signal) => end({ code, signal }))
      process_.once('error', () => end({ code: 127, signal: null }))
    }),
    async stop(graceMs = 10_000) {
      child.kill(stopSignal)
      const late = setTimeout(() => child.kill('SIGKILL'), graceMs)
      const exit = await child.exited
      clearTimeout(late)
      return exit
    },
    kill(signal) {
      if (child.exit || pid === 0) return
      try {
        process.kill(pid, signal)
      } catch {
        // Gone between the check and the call: its exit event is on the way.
      }
    },
    tail: (lines = 8) => lastLines(spec.logFile, lines),
  }
  return child
}

/** The environment as this process got it, for programs that need HOME, PATH and a locale and no more of ours. */
export function inheritedEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SSL_CERT_FILE', 'SSL_CERT_DIR']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}

function lastLines(file: string, lines: number): string {
  if (!existsSync(file)) return ''
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
}
