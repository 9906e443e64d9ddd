import { batchEventsMax, type tenancyEventsV1, type Uuid } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { findTenants } from './db/finders.ts'
import { everyNumberRow } from './db/numbers.ts'
import { inTenant } from './db/scope.ts'
import { tenantsByIds } from './db/tenants.ts'
import { numberChanged, tenantChanged } from './domain/facts.ts'

type Event = tenancyEventsV1.Event

export interface Republisher {
  /** How many events were sent. Two callers at once share one run: what changes meanwhile is published anyway. */
  run(): Promise<number>
}

/** Read at once; more would only sit in memory. */
const tenantsAtOnce = 100
const numbersAtOnce = 200

/**
 * Tells every tenant and number again, tombstones too, under the ids their changes had: a consumer folds by version
 * (CONTRACTS 2). Not through the outbox: nothing changed, and whoever asked asks again if it fails.
 */
export function createRepublisher(
  db: Db,
  publisher: { publish(events: Event[]): Promise<void> },
): Republisher {
  let running: Promise<number> | undefined

  async function send(events: Event[]): Promise<number> {
    for (let at = 0; at < events.length; at += batchEventsMax) {
      await publisher.publish(events.slice(at, at + batchEventsMax))
    }
    return events.length
  }

  async function run(): Promise<number> {
    let sent = 0
    let after: Uuid | undefined
    for (;;) {
      const ids = await findTenants(db.sql, after, tenantsAtOnce)
      const rows = await tenantsByIds(db, ids)
      sent += await send(rows.map((row) => tenantChanged(row, '')))
      for (const id of ids) sent += await numbersOf(id)
      if (ids.length < tenantsAtOnce) return sent
      after = ids.at(-1)
    }
  }

  async function numbersOf(tenantId: Uuid): Promise<number> {
    let sent = 0
    let after: Uuid | undefined
    for (;;) {
      const keyset = { limit: numbersAtOnce, after }
      const rows = (await inTenant(db, tenantId, (scope) => everyNumberRow(scope, keyset))).slice(
        0,
        numbersAtOnce,
      )
      sent += await send(rows.map((row) => numberChanged(row, '')))
      if (rows.length < numbersAtOnce) return sent
      after = rows.at(-1)?.id
    }
  }

  return {
    run() {
      running ??= run().finally(() => {
        running = undefined
      })
      return running
    },
  }
}
