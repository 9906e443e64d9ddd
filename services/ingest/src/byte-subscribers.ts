import type { Kv } from '@palomar/bus'

export interface ByteSubscribers {
  /** ten_… */
  has(tenantId: string): boolean
  stop(): Promise<void>
}

/**
 * Companies that subscribe to Meta's bytes, as automation has written them. Resolves when all are known: to take one for none
 * would lose what he subscribed to. A company that is added is known here in the time that NATS takes; what came before
 * was before he subscribed. While NATS is away nothing comes in either.
 */
export async function watchSubscribers(bucket: Kv): Promise<ByteSubscribers> {
  const known = new Set<string>()
  const watch = bucket.watch({
    onEntry({ key, value }) {
      if (value) known.add(key)
      else known.delete(key)
    },
  })
  await watch.caughtUp
  return { has: (tenantId) => known.has(tenantId), stop: () => watch.stop() }
}
