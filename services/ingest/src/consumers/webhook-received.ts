import type { Answer, Delivered, Publisher } from '@palomar/bus'
import type { bytesV1, ingestEventsV1, webhooksV1 } from '@palomar/contracts'
import type { Logger } from '@palomar/runtime'
import type { Archive, Judged } from '../archive.ts'
import { bytesOf } from '../domain/bytes.ts'
import { eventsOf } from '../domain/events.ts'
import { changesOf, type IncomingChange } from '../domain/incoming.ts'
import { qualityEventOf } from '../domain/quality.ts'
import { type RouteKey, textOfKey } from '../domain/route.ts'
import { signedBodyOf } from '../domain/signed-body.ts'
import type { Failpoint } from '../failpoint.ts'
import { judgeChanges } from '../judge-changes.ts'
import type { IngestMetrics } from '../metrics.ts'
import type { Replayer } from '../replay.ts'
import type { Routes } from '../routes.ts'
import { answerOf } from './answer-of.ts'

type Event = ingestEventsV1.Event

/**
 * The live path: from a stored webhook to one event per message, status or other change.
 *
 * Failure policy. Dies before INGEST has the events: the bodies come again. Dies between INGEST's ack and ours: they
 * come again and make events with the same ids, Meta's bytes for their subscribers too. Tenancy, Postgres (for what must be parked) or NATS away: the batch is
 * handed back whole. A change that makes our own code fail harms nobody else: its body is tried again by itself and
 * ends as a dead letter; the archive has it in any case.
 */
export function createWebhookHandler(deps: {
  routes: Routes
  publisher: Publisher<Event>
  bytes: Publisher<bytesV1.Event>
  /** Whether somebody of this company wants Meta's bytes. */
  wantsBytes(tenantId: string): boolean
  archive: Archive
  replayer: Replayer
  metrics: IngestMetrics
  logger: Logger
  failpoint: Failpoint
}) {
  const { routes, publisher, bytes, wantsBytes, archive, replayer, metrics, logger, failpoint } = deps

  return async function handle(bodies: Delivered<webhooksV1.WebhookBody>[]): Promise<Answer[]> {
    const answers: Answer[] = bodies.map(() => 'ok')
    const changes: IncomingChange[] = []
    const bodyOf = new Map<IncomingChange, number>()
    for (const [at, { event, streamTime }] of bodies.entries()) {
      for (const change of changesOf(signedBodyOf(event, streamTime))) {
        changes.push(change)
        bodyOf.set(change, at)
      }
    }
    const { judged, failed } = await judgeChanges(changes, routes)
    for (const { change, error } of failed) answers[bodyOf.get(change) ?? 0] = answerOf(error, change, logger)
    const { events, oldestWebhookAt } = eventsOfAll(judged)
    const verbatim = verbatimOf(judged)
    if (events.length > 0) {
      failpoint('before-publish')
      await publisher.publish(events, oldestWebhookAt ? { oldestWebhookAt } : {})
      failpoint('after-publish')
    }
    if (verbatim.length > 0) await bytes.publish(verbatim)
    await park(judged.filter(({ verdict }) => verdict.state === 'parked'))
    count(judged, events)
    return answers

    function eventsOfAll(all: Judged[]): { events: Event[]; oldestWebhookAt: Date | undefined } {
      const events: Event[] = []
      let oldestWebhookAt: Date | undefined
      for (const { change, verdict } of all) {
        if (verdict.state !== 'routed') continue
        try {
          events.push(...eventsOf(change, verdict.route))
          if (!oldestWebhookAt || change.webhookAt < oldestWebhookAt) oldestWebhookAt = change.webhookAt
        } catch (error) {
          answers[bodyOf.get(change) ?? 0] = answerOf(error, change, logger)
        }
      }
      return { events, oldestWebhookAt }
    }

    /** After parking we ask once more, uncached: the number may have been added in between (CONTRACTS 15). */
    async function park(parked: Judged[]): Promise<void> {
      if (parked.length === 0) return
      for (const [n, outcome] of (await archive.keep(parked)).entries()) {
        const change = parked[n]?.change
        if ('error' in outcome && change)
          answers[bodyOf.get(change) ?? 0] = answerOf(outcome.error, change, logger)
      }
      failpoint('after-park')
      const keys = new Map<string, RouteKey>()
      for (const { change } of parked) if (change.key) keys.set(textOfKey(change.key), change.key)
      for (const key of keys.values()) {
        const route = await routes.fresh(key)
        if (route) await replayer.waiting(key, route)
      }
    }
  }

  /** For companies that subscribe to Meta's bytes, beside the events (CONTRACTS 30). */
  function verbatimOf(judged: Judged[]): bytesV1.Event[] {
    return judged.flatMap(({ change, verdict }) =>
      verdict.state === 'routed' && wantsBytes(verdict.route.tenantId)
        ? [bytesOf(change, verdict.route)]
        : [],
    )
  }

  function count(judged: Judged[], events: Event[]): void {
    for (const { change, verdict } of judged) {
      metrics.changes.inc({ outcome: verdict.state })
      const event = qualityEventOf(change)
      if (event) metrics.quality.inc({ event })
    }
    for (const { payload } of events) metrics.events.inc({ kind: payload?.$case ?? 'unknown' })
  }
}
