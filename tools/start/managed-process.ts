import { join } from 'node:path'
import { type Child, type Exit, StartFailure, startChild } from '../servers/index.ts'
import { lastWords } from './last-words.ts'

export interface ProcessSpec {
  name: string
  /** What Bun runs: a path, and the arguments after it. */
  program: string[]
  /** The clone, unless bundles run that must do without it. */
  cwd: string
  env: Record<string, string>
  /** Answers 200 when it can do its work. */
  readyUrl: string
  logFolder: string
}

/** One process of Palomar, which tests may kill and start again in its old place. */
export interface ManagedProcess {
  readonly name: string
  /** Of the process that runs now. */
  readonly pid: number
  readonly env: Record<string, string>
  readonly logFile: string
  /** Resolves when it is ready; fails with its last words when it ends before that. */
  start(): Promise<void>
  /** Asks it to stop, and kills it when it does not. */
  stop(graceMs?: number): Promise<void>
  /** A crash that is meant: nobody takes it for a failure. */
  kill(signal?: NodeJS.Signals): Promise<void>
}

const readyDeadlineMs = 60_000
const stopGraceMs = 15_000

/** `onDeath` hears of an end that nobody asked for. */
export function manageProcess(spec: ProcessSpec, onDeath: (line: string) => void): ManagedProcess {
  let child: Child | undefined
  let isEndExpected = false

  const died = (exit: Exit) =>
    `${spec.name} ended (${exit.signal ?? `exit ${exit.code}`}): ${lastWords(child?.tail(40) ?? '') || `see ${child?.logFile}`}`

  return {
    name: spec.name,
    env: spec.env,
    get pid() {
      return child?.pid ?? 0
    },
    logFile: join(spec.logFolder, `${spec.name}.log`),
    async start() {
      isEndExpected = false
      const started = startChild({
        name: spec.name,
        command: process.execPath,
        args: spec.program,
        env: { ...inherited(), ...spec.env },
        cwd: spec.cwd,
        logFile: join(spec.logFolder, `${spec.name}.log`),
      })
      child = started
      await untilAnswers(started, spec.readyUrl, died)
      void started.exited.then((exit) => {
        if (!isEndExpected && child === started) onDeath(died(exit))
      })
    },
    async stop(graceMs = stopGraceMs) {
      isEndExpected = true
      await child?.stop(graceMs)
    },
    async kill(signal = 'SIGKILL') {
      isEndExpected = true
      child?.kill(signal)
      await child?.exited
    },
  }
}

async function untilAnswers(child: Child, url: string, died: (exit: Exit) => string): Promise<void> {
  const end = performance.now() + readyDeadlineMs
  for (;;) {
    if (child.exit) throw new StartFailure(died(child.exit))
    if (await answersOk(url)) return
    if (performance.now() > end) {
      await child.stop(1000)
      const said = lastWords(child.tail(40))
      throw new StartFailure(
        `${child.name} was not ready within ${readyDeadlineMs / 1000} s: ${said || `see ${child.logFile}`}`,
      )
    }
    await Bun.sleep(25)
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000), redirect: 'manual' })
    await response.body?.cancel()
    return response.status < 400
  } catch {
    return false
  }
}

/** Settings that people give bin/start reach the services; ours, which follow, win. */
function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  )
}
