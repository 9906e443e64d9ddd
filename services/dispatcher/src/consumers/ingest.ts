import type { Answer, Delivered } from '@palomar/bus'
import { type ingestEventsV1, uuidOf } from '@palomar/contracts'
import { type Db, insertOutbox, runBatch } from '@palomar/db'
import { ackDecision } from '@palomar/errors'
import type { Clock } from '@palomar/runtime'
import { parseEcho } from '../domain/echo.ts'
import { unmatchedEvent } from '../events.ts'
import type { DispatcherMetrics } from '../metrics.ts'
import { type Report, settle } from '../settle.ts'
import { placeOf, statusFact } from './status-received.ts'

interface Item {
  event: ingestEventsV1.Event
  status: ingestEventsV1.StatusReceived
  tenantId: string
  /** Absent for what is replayed: it says nothing of how far the live path has come. */
  webhookAt: Date | undefined
  /** Undefined: the echo is not one of ours. */
  report: Report | undefined
}

/**
 * The statuses that carry an echo (CONTRACTS 20). One that matches an attempt settles it; one that does not is inbox's. The
 * statuses of one message in a batch are folded together; every effect is a fold, so a batch may come again.
 */
export function createIngestHandler({
  db,
  clock,
  metrics,
}: {
  db: Db
  clock: Clock
  metrics: DispatcherMetrics
}) {
  return async function handle(events: Delivered<ingestEventsV1.Event>[]): Promise<Answer[]> {
    const answers: Answer[] = events.map(() => 'ok')
    const items: { item: Item; at: number }[] = []
    for (const [at, { event, meta }] of events.entries()) {
      if (event.payload?.$case !== 'statusReceived' || event.payload.value.echo === '') continue
      const item = itemOf(event, event.payload.value, meta.oldestWebhookAt)
      if (item === 'unknown_word') metrics.statuses.inc({ outcome: 'unknown_word' })
      else if (!item)
        answers[at] = { dead: { reason: 'a status without tenant or number', code: 'validation_failed' } }
      else items.push({ item, at })
    }
    const outcomes = await runBatch(items, {
      key: ({ item, at }) =>
        `${item.tenantId}/${item.report?.messageId ?? ''}/${String(at).padStart(6, '0')}`,
      run: (part) => apply(part.map(({ item }) => item)),
    })
    for (const [i, outcome] of outcomes.entries()) {
      if ('value' in outcome) continue
      const decision = ackDecision(outcome.error)
      if (decision.kind === 'nak') throw outcome.error
      const at = items[i]?.at ?? 0
      answers[at] =
        decision.kind === 'dead'
          ? { dead: { reason: decision.reason } }
          : { retry: { reason: 'a status could not be applied' } }
    }
    return answers
  }

  async function apply(items: Item[]): Promise<null[]> {
    await db.forTenants(new Set(items.map((item) => item.tenantId)), async (tx) => {
      const claims = items.filter((item) => item.report !== undefined)
      const oldest = oldestOf(items)
      const meta = oldest ? { oldestWebhookAt: oldest } : {}
      const settled = await settle(
        tx,
        claims.map((item) => item.report as Report),
        { now: new Date(clock.now()), meta },
      )
      const strangers = items.filter((item) => !item.report || settled[claims.indexOf(item)] === 'unmatched')
      insertOutbox(
        tx,
        'dispatch',
        strangers.map(({ event, status }) =>
          unmatchedEvent(
            {
              id: event.header?.id ?? '',
              tenantId: event.header?.tenantId ?? '',
              time: event.header?.time,
              traceparent: event.header?.traceparent ?? '',
            },
            status,
          ),
        ),
        meta,
      )
      metrics.statuses.inc({ outcome: 'settled' }, items.length - strangers.length)
      metrics.statuses.inc({ outcome: 'unmatched' }, strangers.length)
    })
    return items.map(() => null)
  }
}

function itemOf(
  event: ingestEventsV1.Event,
  status: ingestEventsV1.StatusReceived,
  webhookAt: Date | undefined,
): Item | 'unknown_word' | undefined {
  const place = placeOf(event.header?.tenantId, status.number)
  if (!place) return undefined
  const fact = statusFact(status, event.header?.time ?? status.receivedAt ?? new Date(0))
  if (!fact) return 'unknown_word'
  const echo = parseEcho(status.echo)
  const report = echo && {
    tenantId: place.tenantId,
    messageId: uuidOf(echo.messageId),
    n: echo.n,
    fact,
    echoOf: { numberId: place.numberId },
    traceparent: event.header?.traceparent ?? '',
  }
  return { event, status, tenantId: place.tenantId, webhookAt, report }
}

function oldestOf(items: readonly Item[]): Date | undefined {
  return items.reduce<Date | undefined>(
    (oldest, { webhookAt }) => (webhookAt && (!oldest || webhookAt < oldest) ? webhookAt : oldest),
    undefined,
  )
}
