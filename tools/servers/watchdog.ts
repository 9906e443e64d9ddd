import { type ChildProcess, spawn } from 'node:child_process'

/** Told of everything this process starts, so that it ends even when this process is killed. */
export interface Watchdog {
  started(pid: number, signal: NodeJS.Signals): void
  ended(pid: number): void
  /** Removes the folder when this process is gone. */
  removeAtEnd(folder: string): void
}

const script = new URL('./watchdog.sh', import.meta.url).pathname
/** One per process: test files are loaded into fresh globals, the process is the same. */
const key = Symbol.for('palomar.watchdog')

export function watchdog(): Watchdog {
  const owner = process as typeof process & { [key]?: Watchdog }
  owner[key] ??= startWatchdog()
  return owner[key]
}

function startWatchdog(): Watchdog {
  // In a session of its own: Ctrl-C in a terminal must reach only the process that decides what to do about it.
  const child: ChildProcess = spawn('/bin/sh', [script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.unref()
  const input = child.stdin
  input?.on('error', () => undefined)
  // A pipe, which its type does not say: open, it would keep this process alive.
  if (input && 'unref' in input && typeof input.unref === 'function') input.unref()
  const tell = (line: string) => void input?.write(`${line}\n`)
  return {
    started: (pid, signal) => tell(`+ ${pid} ${signal.replace(/^SIG/, '')}`),
    ended: (pid) => tell(`- ${pid}`),
    removeAtEnd: (folder) => tell(`d ${folder}`),
  }
}
