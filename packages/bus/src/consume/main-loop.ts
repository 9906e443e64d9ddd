import type { Area } from '@palomar/contracts'
import type { Clock } from '@palomar/runtime'
import type { DurableSeries } from '../metrics.ts'
import type { HasHeader } from '../publisher.ts'
import { type CallOptions, callHandler } from './call-handler.ts'
import {
  deliveredOf,
  type Parking,
  parkAfterFailure,
  parkDead,
  parkedOf,
  parkNow,
  unreadableOf,
} from './parked.ts'
import { type SettleDeps, settle } from './settle.ts'
import type { StreamMessage } from './stream-message.ts'
import type { Answer, Delivered, Timing } from './types.ts'

export interface LoopDeps<E> extends SettleDeps {
  area: Area<E & HasHeader>
  durable: string
  call: CallOptions<E>
  timing: Timing
  series: DurableSeries
  clock: Clock
}

/** From this delivery on a batch is taken apart: twice nobody answered for it, so one of its events may be why. */
const deliveriesMax = 3

interface Batch<E> {
  message: StreamMessage
  events: Delivered<E>[]
}

/**
 * Batches from the stream, several at once when they are here already.
 *
 * Failure policy. Dies before the handler's commit: the batch comes again after the ack wait. Dies between commit and
 * acknowledgement: it comes again and must have no second effect. Dies after writing to RETRY, before the
 * acknowledgement: its retries are handled twice, harmless for the same reason. A batch that kills the process is
 * taken apart at its third delivery, and the run loop counts how often each event does.
 */
export async function runMainLoop<E extends HasHeader>(
  deps: LoopDeps<E>,
  options: { eventsMax: number; ackFirst: boolean },
): Promise<void> {
  let failures = 0
  for (;;) {
    const first = await deps.feed.next()
    if (!first) return
    // It waits in hand: handing it back would count as a delivery, and the third takes a batch apart.
    await deps.pause.over()
    const batches = await gather(deps, first, options.eventsMax)
    if (batches.length === 0) continue
    if (options.ackFirst) acknowledge(deps, batches)
    failures = (await handle(deps, batches, failures)) ? 0 : failures + 1
  }
}

/** What the handler gets next. Batches that cannot be read or are suspicious take their own way here. */
async function gather<E extends HasHeader>(
  deps: LoopDeps<E>,
  first: StreamMessage,
  eventsMax: number,
): Promise<Batch<E>[]> {
  const batches: Batch<E>[] = []
  let count = 0
  for (let message: StreamMessage | undefined = first; message; message = next()) {
    const batch = await open(deps, message)
    if (!batch) continue
    batches.push(batch)
    count += batch.events.length
  }
  return batches

  function next(): StreamMessage | undefined {
    return count < eventsMax ? deps.feed.takeReady() : undefined
  }
}

async function open<E extends HasHeader>(
  deps: LoopDeps<E>,
  message: StreamMessage,
): Promise<Batch<E> | undefined> {
  const { area, durable, clock } = deps
  const { deliveryCount } = message
  const streamTime = new Date(message.storedAt)
  const now = new Date(clock.now())
  let events: Delivered<E>[]
  try {
    const batch = area.decode(message.data)
    events = deliveredOf(batch.events, batch.meta, streamTime, deliveryCount - 1)
  } catch (error) {
    const dead = unreadableOf(area.stream, durable, message.data, streamTime)
    deps.logger.error('a batch cannot be read', { err: String(error) })
    await settle(deps, message, [
      parkDead(dead, { reason: 'the batch cannot be decoded', reasonCode: 'unreadable' }),
    ])
    return undefined
  }
  if (deliveryCount < deliveriesMax) return { message, events }
  deps.logger.warn('a batch was delivered again and again, its events go one by one', {
    durable,
    deliveryCount,
  })
  deps.series.batch('split')
  await settle(
    deps,
    message,
    events.map((delivered) =>
      parkNow({
        ...parkedOf(area, durable, delivered, now),
        reason: 'its batch had no answer',
        reasonCode: 'split',
      }),
    ),
  )
  return undefined
}

/** True when every batch was acknowledged. */
async function handle<E extends HasHeader>(
  deps: LoopDeps<E>,
  batches: Batch<E>[],
  failures: number,
): Promise<boolean> {
  const messages = batches.map(({ message }) => message)
  const events = batches.flatMap((batch) => batch.events)
  let answers: Answer[]
  try {
    answers = await callHandler(deps.call, events)
  } catch (error) {
    deps.logger.warn('batch handed back whole', {
      durable: deps.durable,
      events: events.length,
      err: String(error),
    })
    handBack(deps, messages, failures)
    await deps.pause.start(String(error))
    return false
  }
  const now = new Date(deps.clock.now())
  const parkings = answers.flatMap((answered, at) => {
    const delivered = events[at]
    if (answered === 'ok' || !delivered) return []
    return parkingOf(parkedOf(deps.area, deps.durable, delivered, now), answered, now, deps.timing)
  })
  try {
    await deps.keepAll(parkings)
  } catch (error) {
    handBack(deps, messages, failures)
    deps.onRefusal.raise(error)
    await deps.pause.start('RETRY or DEAD refuse')
    return false
  }
  if (parkings.length > 0) deps.onRefusal.clear()
  count(deps, answers)
  acknowledge(deps, batches)
  return true
}

export function parkingOf(
  parked: Parking['parked'],
  answered: Exclude<Answer, 'ok'>,
  now: Date,
  timing: Timing,
): Parking {
  if ('retry' in answered) return parkAfterFailure(parked, answered.retry, now, timing)
  return parkDead(
    { ...parked, tries: parked.tries + 1 },
    { reason: answered.dead.reason, reasonCode: answered.dead.code ?? 'dead' },
  )
}

function count<E>(deps: LoopDeps<E>, answers: Answer[]): void {
  const retries = answers.filter((answered) => typeof answered === 'object' && 'retry' in answered).length
  const dead = answers.filter((answered) => typeof answered === 'object' && 'dead' in answered).length
  deps.series.answered('ok', answers.length - retries - dead)
  if (retries > 0) deps.series.answered('retry', retries)
  if (dead > 0) deps.series.answered('dead', dead)
}

function acknowledge<E>(deps: LoopDeps<E>, batches: Batch<E>[]): void {
  for (const { message } of batches) {
    deps.series.batch('ok')
    answer(deps, message, () => message.ack())
  }
}

function handBack<E>(deps: LoopDeps<E>, messages: StreamMessage[], failures: number): void {
  const delayMs = deps.pause.delayMs(failures)
  for (const message of messages) {
    deps.series.batch('nak')
    answer(deps, message, () => message.nak(delayMs))
  }
}

/** An answer that does not leave is an answer not given: the message comes again. */
function answer<E>(deps: LoopDeps<E>, message: StreamMessage, say: () => void): void {
  try {
    say()
  } catch (error) {
    deps.logger.warn('answer not sent', { durable: deps.durable, err: String(error) })
  }
  deps.feed.release(message)
}
