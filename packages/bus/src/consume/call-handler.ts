import { newId } from '@palomar/contracts'
import { type Clock, runWithContext, withSpan } from '@palomar/runtime'
import { withDeadline } from '../deadline.ts'
import type { DurableSeries } from '../metrics.ts'
import type { HasHeader } from '../publisher.ts'
import type { Answer, Delivered, Handler } from './types.ts'

/** A batch holds up to 256 traces; a span that names them all would be larger than the batch. */
const linksMax = 32

export interface CallOptions<E> {
  durable: string
  handler: Handler<E>
  timeoutMs: number
  series: DurableSeries
  clock: Clock
}

/**
 * One call of the handler in a span of its own, below the trace of its events when they share one, linked to them
 * when they do not. Rejects when it throws, hangs, or does not answer for each event.
 */
export function callHandler<E extends HasHeader>(
  { durable, handler, timeoutMs, series, clock }: CallOptions<E>,
  events: Delivered<E>[],
): Promise<Answer[]> {
  const traces = [...new Set(events.flatMap(({ event }) => event.header?.traceparent || []))]
  const tenants = new Set(events.map(({ event }) => event.header?.tenantId ?? ''))
  const [tenantId] = tenants
  const context = {
    requestId: newId('request'),
    ...(traces.length === 1 && { traceparent: traces[0] }),
    ...(tenants.size === 1 && tenantId && { tenantId }),
  }
  const links = traces.length > 1 ? traces.slice(0, linksMax) : []
  return runWithContext(context, () =>
    withSpan(
      `consume ${durable}`,
      { 'messaging.consumer.group.name': durable, 'messaging.batch.message_count': events.length },
      async () => {
        const startedAt = clock.monotonic()
        const answers = await withDeadline(handler(events), timeoutMs, `handler of ${durable}`)
        series.handled((clock.monotonic() - startedAt) / 1000)
        if (answers.length !== events.length)
          throw new Error(`handler of ${durable} gave ${answers.length} answers to ${events.length} events`)
        return answers
      },
      { kind: 'consumer', links },
    ),
  )
}
