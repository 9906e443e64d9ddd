import type { DbLogger } from '../types.ts'

const lingerMs = 50
const groupMax = 500

/**
 * Deletes published rows in groups, off the path of any message. A delete that fails is dropped: the row is
 * published again by a sweep and deleted then.
 */
export function createDeleter({ run, logger }: { run: (ids: string[]) => Promise<void>; logger: DbLogger }) {
  let pending: string[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> = Promise.resolve()

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const ids = pending
    pending = []
    if (ids.length === 0) return running
    running = running
      .then(() => run(ids))
      .catch((err) =>
        logger.warn('published outbox rows not deleted, they go out again', {
          rows: ids.length,
          err: String(err),
        }),
      )
    return running
  }

  return {
    add(id: string): void {
      pending.push(id)
      if (pending.length >= groupMax) void flush()
      else timer ??= setTimeout(() => void flush(), lingerMs)
    },
    flush,
  }
}
