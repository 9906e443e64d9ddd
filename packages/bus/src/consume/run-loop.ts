import { eventsV1 } from '@palomar/contracts'
import { AppError, ackDecision } from '@palomar/errors'
import type { HasHeader } from '../publisher.ts'
import { callHandler } from './call-handler.ts'
import { type LoopDeps, parkingOf } from './main-loop.ts'
import { deliveredOf, type Parked, type Parking, parkAfterFailure, parkDead, parkNow } from './parked.ts'
import { isHealthy } from './pause.ts'
import type { StreamMessage } from './stream-message.ts'
import type { Answer } from './types.ts'

export interface RunOptions {
  probe: () => Promise<boolean>
  isStopping(): boolean
}

/** What one try of a parked event came to; `again` when no one could try. */
type Outcome = { kind: 'done' } | { kind: 'park'; parking: Parking } | { kind: 'again' }

/**
 * Parked events whose time has come, one at a time.
 *
 * Failure policy. The event is in RETRY with its count before its handler runs. Dies while it runs: it is delivered a
 * second time, which here means only that; it counts as a failed try and goes to its next delay without being run
 * again first, so an event that kills the process kills it at most as often as it has tries, and ends in DEAD. Dies
 * between keeping the next try and acknowledging this one: tried twice.
 */
export async function runParkedLoop<E extends HasHeader>(
  deps: LoopDeps<E>,
  options: RunOptions,
): Promise<void> {
  for (let message = await deps.feed.next(); message; message = await deps.feed.next()) {
    await deps.pause.over()
    await runOne(deps, options, message)
  }
}

async function runOne<E extends HasHeader>(
  deps: LoopDeps<E>,
  options: RunOptions,
  message: StreamMessage,
): Promise<void> {
  let parked: Parked
  try {
    parked = eventsV1.ParkedEvent.decode(message.data)
  } catch (error) {
    deps.logger.error('an entry of RETRY cannot be read, kept as a dead letter', { err: String(error) })
    const dead = unreadable(deps, message.data)
    return settle(deps, message, { kind: 'park', parking: dead })
  }
  if (message.deliveryCount > 1) {
    const failure = { reason: 'the last try never answered', code: 'no_answer' }
    const parking = parkAfterFailure(parked, failure, new Date(deps.clock.now()), deps.timing)
    return settle(deps, message, { kind: 'park', parking })
  }
  let outcome = await tryEvent(deps, options, parked)
  while (outcome.kind === 'again' && !options.isStopping()) {
    await deps.pause.start('infrastructure is down')
    outcome = await tryEvent(deps, options, parked)
  }
  // Stopping before anyone could try: back to the queue's end with its count as it was.
  if (outcome.kind === 'again') outcome = { kind: 'park', parking: parkNow(parked) }
  await settle(deps, message, outcome)
}

function unreadable<E>(deps: LoopDeps<E>, bytes: Uint8Array): Parking {
  const parked = eventsV1.ParkedEvent.create({
    stream: deps.area.stream,
    durable: deps.durable,
    batch: Buffer.from(bytes),
    kind: 'unreadable',
  })
  return parkDead(parked, { reason: 'the entry of RETRY cannot be decoded', reasonCode: 'unreadable' })
}

async function tryEvent<E extends HasHeader>(
  deps: LoopDeps<E>,
  options: RunOptions,
  parked: Parked,
): Promise<Outcome> {
  let answered: Answer
  try {
    const batch = deps.area.decode(parked.batch)
    const streamTime = parked.streamTime ?? parked.firstTriedAt ?? new Date(deps.clock.now())
    const events = deliveredOf(batch.events, batch.meta, streamTime, parked.tries).map((delivered) => ({
      ...delivered,
      // Its batch may have been handled before it was taken apart or replayed.
      redelivered: true,
    }))
    const answers = await callHandler(deps.call, events)
    answered = answers[0] ?? 'ok'
  } catch (error) {
    const decided = await decideOnThrow(options, error)
    if (decided === 'again') return { kind: 'again' }
    answered = decided
  }
  if (answered === 'ok') {
    deps.series.answered('ok')
    return { kind: 'done' }
  }
  deps.series.answered('retry' in answered ? 'retry' : 'dead')
  return {
    kind: 'park',
    parking: parkingOf(parked, answered, new Date(deps.clock.now()), deps.timing),
  }
}

/** Alone, an event that makes the handler throw while all it needs is there is itself at fault. */
async function decideOnThrow(options: RunOptions, error: unknown): Promise<Exclude<Answer, 'ok'> | 'again'> {
  const decision = ackDecision(error)
  const code = error instanceof AppError ? error.code : 'internal'
  if (decision.kind === 'dead') return { dead: { reason: decision.reason, code } }
  if (!(await isHealthy(options.probe))) return 'again'
  return { retry: { reason: String(error) } }
}

async function settle<E>(deps: LoopDeps<E>, message: StreamMessage, outcome: Outcome): Promise<void> {
  try {
    if (outcome.kind === 'park') {
      await deps.keepAll([outcome.parking])
      deps.onRefusal.clear()
      if (outcome.parking.subject.startsWith('dead.'))
        deps.logger.error('event kept as a dead letter', {
          durable: deps.durable,
          event_id: outcome.parking.parked.eventId,
          reason_code: outcome.parking.parked.reasonCode,
          tries: outcome.parking.parked.tries,
        })
    }
    // Waits until the server has it: an answer lost here would count as a failed try.
    await message.ackConfirmed()
  } catch (error) {
    deps.onRefusal.raise(error)
    message.nak(deps.pause.delayMs(0))
    await deps.pause.start('RETRY or DEAD refuse')
  } finally {
    deps.feed.release(message)
  }
}
