export interface EventuallyOptions {
  timeoutMs?: number
  everyMs?: number
  /** Gives up at once when this turns true: waiting longer cannot help. */
  unless?: () => boolean
}

/**
 * Runs `fn` until it neither throws nor rejects, and returns what it returns. After the deadline it throws the last
 * error, so the failing assertion is what the reader sees.
 */
export async function eventually<T>(fn: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const end = performance.now() + (options.timeoutMs ?? 30_000)
  for (;;) {
    const isLast = performance.now() >= end || options.unless?.() === true
    try {
      return await fn()
    } catch (error) {
      if (isLast) throw error
    }
    await Bun.sleep(options.everyMs ?? 20)
  }
}
