import type { Problem } from './api-types.ts'
import { CallError } from './client.ts'

/** One change on its way: busy while it runs, and why it was refused. A second press while busy does nothing. */
export class Submission {
  busy = $state(false)
  problem = $state.raw<Problem | undefined>()

  /** The work's result; undefined when it was refused. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.busy) return undefined
    this.busy = true
    this.problem = undefined
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      this.problem = error.problem
      return undefined
    } finally {
      this.busy = false
    }
  }
}
