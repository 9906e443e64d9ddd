import type { Uuid } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import type { Logger } from '@palomar/runtime'
import { touchApiKeys } from './db/api-keys.ts'

export interface LastUsed {
  note(tenantId: Uuid, keyId: Uuid, at: Date): void
  flush(): Promise<void>
  stop(): Promise<void>
}

const everyMs = 10_000
const keysMax = 10_000

/**
 * When each API key was last used, written together every 10 s: a write per exchange would cost a sync each. What a
 * crash takes with it is a date that was seconds newer.
 */
export function startLastUsed(db: Db, logger: Logger): LastUsed {
  let uses = new Map<Uuid, { tenantId: Uuid; id: Uuid; at: Date }>()
  let flushing: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    const batch = [...uses.values()]
    if (batch.length === 0) return
    uses = new Map()
    try {
      await db.forTenants(
        batch.map((use) => use.tenantId),
        (tx) => touchApiKeys(tx, batch),
      )
    } catch (error) {
      logger.warn('last use of keys not written', { keys: batch.length, error })
    }
  }

  const flush = () => {
    flushing = flushing.then(write)
    return flushing
  }
  const timer = setInterval(() => void flush(), everyMs)

  return {
    note(tenantId, id, at) {
      if (uses.size < keysMax || uses.has(id)) uses.set(id, { tenantId, id, at })
    },
    flush,
    async stop() {
      clearInterval(timer)
      await flush()
    },
  }
}
