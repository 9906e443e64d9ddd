import type { Logger } from '@palomar/runtime'

export interface WorkLoop {
  /** There is something to do now. */
  wake(): void
  /** Begins nothing more, and waits for the round under way. */
  stop(): Promise<void>
}

/** Rounds of work, one at a time: when woken, and every `everyMs` in case nobody did. A failed round is tried again then. */
export function startWorkLoop(options: {
  name: string
  everyMs: number
  logger: Logger
  round(): Promise<void>
}): WorkLoop {
  let stopped = false
  let wanted = false
  let running: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function run(): void {
    if (stopped) return
    if (running) {
      wanted = true
      return
    }
    clearTimeout(timer)
    wanted = false
    running = options
      .round()
      .catch((error: unknown) => options.logger.warn('round failed', { loop: options.name, error }))
      .finally(() => {
        running = undefined
        if (stopped) return
        if (wanted) run()
        else timer = setTimeout(run, options.everyMs)
      })
  }

  run()
  return {
    wake: run,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
