import type { Logger } from '@palomar/runtime'

/** The alarm for RETRY or DEAD refusing what must be kept: then nothing may be acknowledged. */
export interface Refusal {
  raise(error: unknown): void
  clear(): void
}

/** Said once when it begins and once when it is over, however often it is tried in between. */
export function createRefusal(logger: Logger, gauge: { set(value: number): void }): Refusal {
  let raised = false
  gauge.set(0)
  return {
    raise(error) {
      gauge.set(1)
      if (!raised) logger.error('stopped: RETRY or DEAD refuse what must be kept', { err: String(error) })
      raised = true
    },
    clear() {
      if (!raised) return
      raised = false
      gauge.set(0)
      logger.info('RETRY and DEAD take events again')
    },
  }
}
