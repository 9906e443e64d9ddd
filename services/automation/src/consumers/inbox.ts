import type { Handler } from '@palomar/bus'
import type { inboxEventsV1 } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import type { Clock } from '@palomar/runtime'
import { enabledEndpoints } from '../db/endpoints.ts'
import { insertSeen } from '../db/seen.ts'
import { inactiveTenants } from '../db/tenants.ts'
import type { Failpoint } from '../failpoint.ts'
import type { AutomationMetrics } from '../metrics.ts'
import { batchHandler } from './batch.ts'
import { releaseStored } from './bytes.ts'
import { decideAnswers } from './decide-answers.ts'
import { type FactItem, parseFact } from './fact.ts'
import { queueDeliveries } from './queue-deliveries.ts'

/** Older facts are history, whoever tells them again: nobody is answered or told (CONTRACTS 3). */
const factAgeMaxMs = 24 * 3_600_000

export interface InboxDeps {
  db: Db
  clock: Clock
  metrics: AutomationMetrics
  failpoint: Failpoint
  /** After the commit: there is something to send. */
  onAnswers(): void
  onDeliveries(): void
}

/**
 * INBOX: what a customer wrote is answered by a rule and told to the endpoints, what became of a message of ours is told
 * to the endpoints. Inbox has committed what it says (CONTRACTS 30), so an answer finds the window open.
 *
 * Nothing is sent here. In one transaction the facts are written into `seen`, and what follows from the new ones is
 * queued: that is the whole decision, made once. If we die before its commit it is made again; after it the same
 * facts decide nothing. The queues are worked off by `answering.ts` and `delivering.ts`.
 */
export function inboxHandler(deps: InboxDeps): Handler<inboxEventsV1.Event> {
  const { clock, metrics } = deps
  let hasAnswers = false
  let hasDeliveries = false
  const handle = batchHandler<inboxEventsV1.Event, FactItem>({
    db: deps.db,
    onDead: () => metrics.dead.inc({ consumer: 'inbox' }),
    parse(event) {
      const item = parseFact(event)
      if (!item) return undefined
      if (item.at.getTime() < clock.now() - factAgeMaxMs) {
        metrics.facts.inc({ outcome: 'too_old' })
        return undefined
      }
      return item
    },
    async write(tx, items) {
      const now = new Date(clock.now())
      const inactive = await inactiveTenants(tx, [...new Set(items.map((item) => item.tenantId))])
      const fresh = await insertSeen(tx, items)
      const facts = unique(items).filter((item) => fresh.has(item.eventId) && !inactive.has(item.tenantId))
      metrics.facts.inc({ outcome: 'seen_before' }, items.length - fresh.size)
      metrics.facts.inc({ outcome: 'new' }, fresh.size)
      if (facts.length === 0) return
      const tenants = [...new Set(facts.map((item) => item.tenantId))]
      const endpoints = await enabledEndpoints(tx, tenants)
      if ((await queueDeliveries(tx, facts, endpoints, now)) > 0) hasDeliveries = true
      if ((await releaseStored(tx, facts, endpoints, now)) > 0) hasDeliveries = true
      if ((await decideAnswers(tx, facts, tenants, { now, metrics })) > 0) hasAnswers = true
      deps.failpoint('before-decision-commit')
    },
  })
  return async (delivered) => {
    const answers = await handle(delivered)
    deps.failpoint('after-decision-commit')
    if (hasAnswers) deps.onAnswers()
    if (hasDeliveries) deps.onDeliveries()
    hasAnswers = false
    hasDeliveries = false
    return answers
  }
}

/** A batch may hold one event twice. */
function unique(items: readonly FactItem[]): FactItem[] {
  return [...new Map(items.map((item) => [item.eventId, item])).values()]
}
