/** Start and stop of a process: what was opened is closed in reverse order, inside a budget, whatever hangs. */
import type { Logger } from './logger.ts'

export interface LifecycleOptions {
  logger: Logger
  /** For all closers together. Stay below the pod's termination grace, or the last ones are killed. */
  budgetMs: number
}

export interface Lifecycle {
  /** Registers how to undo what was just opened. The last registered closes first. */
  onStop(name: string, close: () => unknown, options?: { timeoutMs?: number }): void
  /**
   * Closes everything, once; later calls wait for the first. False when a closer failed or ran out of time: the
   * others were closed all the same.
   */
  stop(): Promise<boolean>
  readonly stopping: boolean
  /**
   * Runs `main` (which opens everything and returns), waits for SIGTERM or SIGINT, stops, and ends the process: 0
   * after a clean stop, 1 otherwise. A second signal ends it at once. On Bun a process without a handler ignores
   * SIGTERM when it is PID 1, so every process goes through here.
   */
  run(main: () => Promise<unknown>): Promise<never>
}

export function createLifecycle({ logger, budgetMs }: LifecycleOptions): Lifecycle {
  const closers: { name: string; close: () => unknown; timeoutMs: number }[] = []
  let stopped: Promise<boolean> | undefined

  async function closeAll(): Promise<boolean> {
    const startedAt = performance.now()
    let clean = true
    for (let closer = closers.pop(); closer; closer = closers.pop()) {
      const leftMs = budgetMs - (performance.now() - startedAt)
      // With the budget gone each still gets a moment: most closers only have to be told.
      const waitMs = Math.max(50, Math.min(closer.timeoutMs, leftMs))
      const outcome = await closeOne(closer.close, waitMs)
      if (outcome === 'closed') continue
      clean = false
      const fields = outcome === 'late' ? { waited_ms: Math.round(waitMs) } : { error: outcome.error }
      logger.error('not closed cleanly', { part: closer.name, ...fields })
    }
    logger.info('stopped', { clean, stop_ms: Math.round(performance.now() - startedAt) })
    return clean
  }

  const stop = () => {
    stopped ??= closeAll()
    return stopped
  }

  return {
    onStop: (name, close, options = {}) =>
      void closers.push({ name, close, timeoutMs: options.timeoutMs ?? budgetMs }),
    stop,
    get stopping() {
      return stopped !== undefined
    },
    async run(main) {
      const ended = waitForEnd(logger)
      let failed = false
      try {
        await Promise.race([main(), ended])
        failed = (await ended) === 'crash'
      } catch (error) {
        failed = true
        logger.error('not started', { error })
      }
      const clean = await stop()
      process.exit(clean && !failed ? 0 : 1)
    },
  }
}

async function closeOne(
  close: () => unknown,
  waitMs: number,
): Promise<'closed' | 'late' | { error: unknown }> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), waitMs)
  })
  const closing = Promise.resolve()
    .then(close)
    .then(
      () => 'closed' as const,
      (error: unknown) => ({ error }),
    )
  const outcome = await Promise.race([closing, late])
  clearTimeout(timer)
  return outcome
}

/** Resolves at the first signal, or when something escaped every handler and the process cannot be trusted. */
function waitForEnd(logger: Logger): Promise<'signal' | 'crash'> {
  return new Promise((resolve) => {
    let signals = 0
    const onSignal = (signal: string) => {
      signals++
      if (signals > 1) process.exit(1)
      logger.info('stopping', { signal })
      resolve('signal')
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
    const onCrash = (error: unknown) => {
      logger.error('uncaught error', { error })
      resolve('crash')
    }
    process.on('uncaughtException', onCrash)
    process.on('unhandledRejection', onCrash)
  })
}
