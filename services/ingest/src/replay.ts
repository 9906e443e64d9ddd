/**
 * Publishes the events of kept changes again: with the same ids, so that nothing has a second effect.
 *
 * Failure policy. Dies before the publish: nothing happened, whoever asked asks again. Dies between publish and move:
 * the row still waits and is published once more, same ids. Postgres or NATS away: rejects, and nothing is moved that
 * was not published.
 */
import type { Publisher } from '@palomar/bus'
import type { ingestEventsV1 } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { appError } from '@palomar/errors'
import type { Archive, Judged } from './archive.ts'
import { type ChangeFilter, type ChangeRow, pageOfRange } from './db/changes.ts'
import { type UnroutedRow, waitingFor } from './db/unrouted.ts'
import { eventsOf } from './domain/events.ts'
import { judge, type Route, type RouteKey } from './domain/route.ts'
import type { IngestMetrics } from './metrics.ts'
import type { Routes } from './routes.ts'

type Event = ingestEventsV1.Event

export interface Replayed {
  changes: number
  events: number
}

export interface Replayer {
  /** Everything that waits for this number or account, now that it has a route. */
  waiting(key: RouteKey, route: Route): Promise<Replayed>
  /** One change of the archive. */
  routed(row: ChangeRow): Promise<Replayed>
  /** One that had no company; what has one by now is published and moves to the archive. */
  unrouted(row: UnroutedRow): Promise<Replayed>
  /** Oldest first; stops between pages when `signal` aborts, and refuses more than `rangeMax`. */
  range(tenantId: string, filter: ChangeFilter, signal: AbortSignal): Promise<Replayed>
}

/** A page is opened in memory: bodies are 1 KB on average and 3 MB at most, so pages are cut by bytes too. */
const pageRows = 200
const waitingRows = 50
export const rangeMax = 100_000

export function createReplayer(deps: {
  db: Db
  archive: Archive
  routes: Routes
  publisher: Publisher<Event>
  metrics: IngestMetrics
}): Replayer {
  const { db, archive, routes, publisher, metrics } = deps

  async function publish(events: Event[], changes: number, cause: string): Promise<Replayed> {
    // No `oldestWebhookAt`: what comes late says nothing of how far the live path has come.
    await publisher.publish(events)
    metrics.replayed.inc({ cause }, changes)
    return { changes, events: events.length }
  }

  /** Publishes what has a route now, then moves it. */
  async function settle(judged: Judged[], cause: string): Promise<Replayed> {
    const ready = judged.flatMap(({ change, verdict }) =>
      verdict.state === 'routed' ? [{ change, route: verdict.route }] : [],
    )
    const done = await publish(
      ready.flatMap(({ change, route }) => eventsOf(change, route)),
      ready.length,
      cause,
    )
    for (const outcome of await archive.keep(judged)) if ('error' in outcome) throw outcome.error
    return done
  }

  return {
    async waiting(key, route) {
      let total: Replayed = { changes: 0, events: 0 }
      let after: string | undefined
      for (;;) {
        const rows = await db.system((tx) => waitingFor(tx, key, after, waitingRows))
        const judged = rows
          // Opened only when its app may speak for the number; the others keep waiting, quarantined.
          .filter((row) => route.appIds.has(row.appId) || row.state === 'parked')
          .flatMap((row) => archive.reopenUnrouted(row))
          .map((change) => ({ change, verdict: judge(change, route) }))
        if (judged.length > 0) total = sum(total, await settle(judged, 'number_added'))
        after = rows.at(-1)?.id
        if (rows.length < waitingRows) return total
      }
    },
    async routed(row) {
      const { change, route } = await archive.reopen(row)
      return publish(eventsOf(change, route), 1, 'by_id')
    },
    async unrouted(row) {
      const judged: Judged[] = []
      for (const change of archive.reopenUnrouted(row)) {
        const route = change.key ? await routes.fresh(change.key) : undefined
        judged.push({ change, verdict: judge(change, route) })
      }
      const done = await settle(judged, 'by_id')
      // A body that parses by now: its changes stand for themselves.
      if (row.isBody && judged.every(({ verdict }) => verdict.state !== 'unparsed'))
        await archive.drop([row.id])
      return done
    },
    async range(tenantId, filter, signal) {
      let total: Replayed = { changes: 0, events: 0 }
      let after: { at: Date; id: string } | undefined
      for (;;) {
        if (signal.aborted) {
          throw appError('deadline_exceeded', {
            detail: `${total.changes} changes were replayed before time ran out; ask for a shorter range.`,
          })
        }
        const rows = await db.forTenant(tenantId, (tx) =>
          pageOfRange(tx, tenantId, filter, { after, limit: pageRows }),
        )
        const opened = await Promise.all(rows.map((row) => archive.reopen(row)))
        const events = opened.flatMap(({ change, route }) => eventsOf(change, route))
        total = sum(total, await publish(events, rows.length, 'by_range'))
        const last = rows.at(-1)
        if (!last || rows.length < pageRows) return total
        if (total.changes >= rangeMax) {
          throw appError('payload_too_large', {
            detail: `The first ${total.changes} changes were replayed, up to ${last.receivedAt.toISOString()}; go on from there.`,
          })
        }
        after = { at: last.receivedAt, id: last.id }
      }
    },
  }
}

function sum(a: Replayed, b: Replayed): Replayed {
  return { changes: a.changes + b.changes, events: a.events + b.events }
}
