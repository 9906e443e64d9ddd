import type { Child } from './child.ts'
import { StartFailure } from './failure.ts'

/** Polls until `isReady`; a child that ends first, or stays silent too long, is a failure that quotes its last line. */
export async function untilReady(
  child: Child,
  isReady: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
): Promise<void> {
  const end = performance.now() + deadlineMs
  while (!(await isReady())) {
    if (child.exit) throw new StartFailure(`${child.name} ended at start: ${lastWord(child)}`)
    if (performance.now() > end) {
      await child.stop(1000)
      throw new StartFailure(`${child.name} was not ready within ${deadlineMs / 1000} s: ${lastWord(child)}`)
    }
    await Bun.sleep(15)
  }
}

export function lastWord(child: Child): string {
  return (
    child.tail(1).trim() ||
    `exit ${child.exit?.code ?? child.exit?.signal ?? 'unknown'}, log ${child.logFile}`
  )
}
