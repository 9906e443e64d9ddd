import { backoff, type Logger } from '@palomar/runtime'
import { withDeadline } from '../deadline.ts'
import type { Timing } from './types.ts'

export interface Gauge {
  set(value: number): void
}

/**
 * A durable's breath-holding, shared by its loops: while infrastructure is down nothing is pulled, and one probe asks
 * whether it is back. Nothing is lost meanwhile: it waits in the stream.
 */
export class Pause {
  #over: Promise<void> | undefined
  #stopped = false
  #wake: (() => void) | undefined
  #onPaused: ((paused: boolean) => void)[] = []

  constructor(
    private readonly options: {
      probe: () => Promise<boolean>
      timing: Timing
      logger: Logger
      gauge: Gauge
    },
  ) {}

  onChange(fn: (paused: boolean) => void): void {
    this.#onPaused.push(fn)
  }

  get isOn(): boolean {
    return this.#over !== undefined
  }

  /** Resolves when pulling may go on: at once unless paused. */
  over(): Promise<void> {
    return this.#over ?? Promise.resolve()
  }

  /** How long to wait before try `attempt` + 1, counted from 0: never less than the least, jittered up to the most. */
  delayMs(attempt: number): number {
    const { backoffMinMs, backoffMaxMs } = this.options.timing
    return Math.max(backoffMinMs, backoff(attempt, { baseMs: backoffMinMs * 2, maxMs: backoffMaxMs }))
  }

  /** Waits for the least backoff, then until the probe says yes. Whoever comes while it runs waits along. */
  start(reason: string): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    this.#over ??= this.#run(reason).finally(() => {
      this.#over = undefined
      this.options.gauge.set(0)
      for (const fn of this.#onPaused) fn(false)
    })
    return this.#over
  }

  async #run(reason: string): Promise<void> {
    this.options.gauge.set(1)
    for (const fn of this.#onPaused) fn(true)
    this.options.logger.warn('consumer paused: infrastructure is down', { reason })
    for (let attempt = 0; !this.#stopped; attempt++) {
      await this.#sleep(this.delayMs(attempt))
      if (this.#stopped || (await isHealthy(this.options.probe))) break
    }
    if (!this.#stopped) this.options.logger.info('consumer goes on')
  }

  async #sleep(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
  }

  stop(): void {
    this.#stopped = true
    this.#wake?.()
  }
}

const probeTimeoutMs = 5_000

/** A probe that fails or hangs says no. */
export async function isHealthy(probe: () => Promise<boolean>): Promise<boolean> {
  try {
    return await withDeadline(probe(), probeTimeoutMs, 'probe')
  } catch {
    return false
  }
}
