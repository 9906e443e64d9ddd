import { eventsV1 } from '@palomar/contracts'
import { AppError, ackDecision } from '@palomar/errors'
import { redactText } from '@palomar/runtime'
import type { HasHeader } from '../publisher.ts'
import { callHandler } from './call-handler.ts'
import { type LoopDeps, parkingOf } from './main-loop.ts'
import {
  deliveredOf,
  type Parked,
  type Parking,
  parkAfterFailure,
  parkDead,
  parkedOf,
  parkNow,
} from './parked.ts'
import { isHealthy } from './pause.ts'
import { settle } from './settle.ts'
import type { StreamMessage } from './stream-message.ts'
import type { Answer, Delivered } from './types.ts'

const reasonMax = 500

export interface RunOptions {
  probe: () => Promise<boolean>
  isStopping(): boolean
}

/** Where a parked event goes after a try, nowhere when it was handled; `again` when no one could try. */
type Outcome = Parking[] | 'again'

/**
 * Parked events whose time has come, one at a time; a batch that was handed over is handled whole, and taken apart when
 * nobody answers for it.
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
    await deps.moves.settled()
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
    const dead = unreadable(deps, eventsV1.ParkedEvent.create({ batch: Buffer.from(message.data) }))
    return settle(deps, message, [dead])
  }
  if (message.deliveryCount > 1) return settle(deps, message, afterNoAnswer(deps, parked))
  let outcome = await tryEvent(deps, options, parked)
  while (outcome === 'again' && !options.isStopping()) {
    await deps.pause.start('infrastructure is down')
    outcome = await tryEvent(deps, options, parked)
  }
  // Stopping before anyone could try: back to the queue's end with its count as it was.
  if (outcome === 'again') outcome = [parkNow(parked)]
  await settle(deps, message, outcome)
}

/** A try that never answered counts; of a batch it is not known which event is why, so each goes alone. */
function afterNoAnswer<E extends HasHeader>(deps: LoopDeps<E>, parked: Parked): Parking[] {
  const now = new Date(deps.clock.now())
  const events = read(deps, parked, now)
  if (events && events.length > 1) return apart(deps, events, now)
  const failure = { reason: 'the last try never answered', code: 'no_answer' }
  return [parkAfterFailure(parked, failure, now, deps.timing)]
}

function apart<E extends HasHeader>(deps: LoopDeps<E>, events: Delivered<E>[], now: Date): Parking[] {
  return events.map((delivered) => parkNow(parkedOf(deps.area, deps.durable, delivered, now)))
}

function unreadable<E>(deps: LoopDeps<E>, parked: Parked): Parking {
  const { stream } = deps.area
  const reason = 'it cannot be decoded'
  return parkDead(
    { ...parked, stream, durable: deps.durable, kind: 'unreadable' },
    { reason, reasonCode: 'unreadable' },
  )
}

function read<E extends HasHeader>(deps: LoopDeps<E>, parked: Parked, now: Date): Delivered<E>[] | undefined {
  try {
    const batch = deps.area.decode(parked.batch)
    const streamTime = parked.streamTime ?? parked.firstTriedAt ?? now
    // Its batch may have been handled before it was taken apart or replayed.
    return deliveredOf(batch.events, batch.meta, streamTime, parked.tries).map((delivered) => ({
      ...delivered,
      redelivered: true,
    }))
  } catch {
    return undefined
  }
}

async function tryEvent<E extends HasHeader>(
  deps: LoopDeps<E>,
  options: RunOptions,
  parked: Parked,
): Promise<Outcome> {
  const now = new Date(deps.clock.now())
  const events = read(deps, parked, now)
  if (!events) return [unreadable(deps, parked)]
  // Handed over, or a whole batch that could not be read when it came.
  if (events.length !== 1) return tryBatch(deps, options, events, now)
  let answered: Answer
  try {
    const answers = await callHandler(deps.call, events)
    answered = answers[0] ?? 'ok'
  } catch (error) {
    const decided = await decideOnThrow(options, error)
    if (decided === 'again') return 'again'
    answered = decided
  }
  if (answered === 'ok') {
    deps.series.answered('ok')
    return []
  }
  deps.series.answered('retry' in answered ? 'retry' : 'dead')
  return [parkingOf(parked, answered, new Date(deps.clock.now()), deps.timing)]
}

async function tryBatch<E extends HasHeader>(
  deps: LoopDeps<E>,
  options: RunOptions,
  events: Delivered<E>[],
  now: Date,
): Promise<Outcome> {
  if (events.length === 0) return []
  let answers: Answer[]
  try {
    answers = await callHandler(deps.call, events)
  } catch (error) {
    if (!(await isHealthy(options.probe))) return 'again'
    deps.logger.warn('a batch was not handled, its events go one by one', { err: reasonOf(error) })
    // All it needs is there, so one of its events is at fault: alone it will be told apart.
    return apart(deps, events, now)
  }
  return answers.flatMap((answered, at) => {
    const delivered = events[at]
    deps.series.answered(answered === 'ok' ? 'ok' : 'retry' in answered ? 'retry' : 'dead')
    if (answered === 'ok' || !delivered) return []
    return parkingOf(parkedOf(deps.area, deps.durable, delivered, now), answered, now, deps.timing)
  })
}

/** A foreign error may quote what it choked on. */
function reasonOf(error: unknown): string {
  return redactText(String(error)).slice(0, reasonMax)
}

/** Alone, an event that makes the handler throw while all it needs is there is itself at fault. */
async function decideOnThrow(options: RunOptions, error: unknown): Promise<Exclude<Answer, 'ok'> | 'again'> {
  const decision = ackDecision(error)
  const code = error instanceof AppError ? error.code : 'internal'
  if (decision.kind === 'dead') return { dead: { reason: reasonOf(error), code } }
  if (!(await isHealthy(options.probe))) return 'again'
  return { retry: { reason: reasonOf(error) } }
}
