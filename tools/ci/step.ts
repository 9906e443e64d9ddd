import type { Ran } from './command.ts'
import { failuresIn } from './failures.ts'

export interface StepResult {
  passed: number
  failed: number
  /** Why it could not be made. Counts as failed with CI=true unless `mayBeSkipped`. */
  skipped?: string
  mayBeSkipped?: boolean
  /** What failed, a line each. */
  failures?: string[]
}

export interface Step {
  name: string
  run(): Promise<StepResult>
}

/** One check: it holds when its commands end with 0; the first that does not ends it. */
export function check(name: string, ...commands: (() => Promise<Ran>)[]): Step {
  return {
    name,
    async run() {
      for (const next of commands) if ((await next()).code !== 0) return { passed: 0, failed: 1 }
      return { passed: 1, failed: 0 }
    },
  }
}

/** Many checks, counted by the closing line `N passed, N failed` that the command prints. */
export function counted(name: string, run: () => Promise<Ran>): Step {
  return {
    name,
    async run() {
      const { code, output } = await run()
      const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? []
      const failures = Number(failed ?? 1)
      return {
        passed: Number(passed ?? 0),
        failed: failures === 0 && code !== 0 ? 1 : failures,
        failures: failuresIn(output),
      }
    },
  }
}
