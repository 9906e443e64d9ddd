/** Tenants' data keys: asked of tenancy, kept in memory only. */
import type { Clock } from '@palomar/runtime'
import type { Key } from '@palomar/seal'

export interface DataKeys {
  /** By tenant (ten_…); a tenant that was deleted is missing. Rejects when tenancy is away. */
  get(tenantIds: Iterable<string>): Promise<ReadonlyMap<string, Key>>
  drop(tenantId: string): void
}

export type AskDataKeys = (tenantIds: string[]) => Promise<ReadonlyMap<string, Key>>

/** A deleted tenant's key is gone from here too after this long, should the event that says so be missed. */
const ttlMs = 300_000
/** As many as tenancy answers at once. */
const tenantsPerCall = 500
const entriesMax = 20_000

export function createDataKeys(ask: AskDataKeys, clock: Clock): DataKeys {
  const known = new Map<string, { key: Key; until: number }>()

  async function askFor(tenantIds: string[], into: Map<string, Key>): Promise<void> {
    for (let at = 0; at < tenantIds.length; at += tenantsPerCall) {
      for (const [tenantId, key] of await ask(tenantIds.slice(at, at + tenantsPerCall))) {
        into.set(tenantId, key)
        known.delete(tenantId)
        known.set(tenantId, { key, until: clock.monotonic() + ttlMs })
        const oldest = known.size > entriesMax ? known.keys().next().value : undefined
        if (oldest !== undefined) known.delete(oldest)
      }
    }
  }

  return {
    async get(tenantIds) {
      const keys = new Map<string, Key>()
      const missing: string[] = []
      for (const tenantId of new Set(tenantIds)) {
        const one = known.get(tenantId)
        if (one && clock.monotonic() < one.until) keys.set(tenantId, one.key)
        else missing.push(tenantId)
      }
      await askFor(missing, keys)
      return keys
    },
    drop: (tenantId) => void known.delete(tenantId),
  }
}
