import { eventsV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Connection } from './connection.ts'
import { createKeeper } from './consume/keeper.ts'
import { parkNow } from './consume/parked.ts'
import { deadSubject, durableOf } from './names.ts'
import type { Request } from './request.ts'
import { apiErrors, refused, type StreamRefusal, unavailable } from './stream-error.ts'

/** An event that no try could handle. Its content stays inside; its reason is internal text without message text. */
export interface DeadLetter {
  id: string
  durable: string
  stream: string
  eventId: string
  tenantId: string
  kind: string
  tries: number
  reasonCode: string
  reason: string
  firstTriedAt: Date | undefined
  deadAt: Date
  bytes: number
}

export interface DeadLetters {
  /** Oldest first. */
  list(options?: {
    durable?: string
    limit?: number
    cursor?: string | undefined
  }): Promise<{ letters: DeadLetter[]; nextCursor: string | undefined }>
  /** Hands events back to their durable alone, as if new; gives how many. Ids that are gone are left out. */
  replay(durable: string, ids: readonly string[] | 'all'): Promise<number>
}

const limitMax = 500
const limitDefault = 50
const timeoutMs = 5_000

interface Stored {
  sequence: number
  subject: string
  storedAt: Date
  parked: eventsV1.ParkedEvent
}

export function createDeadLetters(connection: Connection): DeadLetters {
  const { request } = connection
  const { keep } = createKeeper(connection)

  /** The first at or behind `from` under the subject; undefined at the end. */
  const next = (from: number, subject: string) => read(request, { seq: from, next_by_subj: subject })

  async function replayOne(durable: string, { sequence, parked }: Stored): Promise<void> {
    // The subject says whose it is; what is inside may be unreadable.
    const fresh = { ...parked, durable, tries: 0, firstTriedAt: undefined, reason: '', reasonCode: '' }
    await keep(parkNow(fresh))
    // Dies here: it stays listed, and replayed again it has no second effect.
    await remove(request, sequence)
  }

  return {
    async list({ durable, limit = limitDefault, cursor } = {}) {
      const subject = deadSubject(durable ?? '*')
      const letters: DeadLetter[] = []
      let from = cursor ? sequenceOf(cursor) : 1
      const wanted = Math.min(Math.max(1, limit), limitMax)
      let stored = await next(from, subject)
      for (; stored && letters.length < wanted; stored = await next(from, subject)) {
        letters.push(letterOf(stored))
        from = stored.sequence + 1
      }
      return { letters, nextCursor: stored ? String(from) : undefined }
    },

    async replay(durable, ids) {
      const subject = deadSubject(durable)
      let replayed = 0
      if (ids !== 'all') {
        for (const id of ids) {
          const stored = await read(request, { seq: sequenceOf(id) })
          if (stored?.subject !== subject) continue
          await replayOne(durable, stored)
          replayed++
        }
        return replayed
      }
      // What dies again meanwhile is behind this and stays.
      const end = await lastSequence(request)
      for (let from = 1; ; ) {
        const stored = await next(from, subject)
        if (!stored || stored.sequence > end) return replayed
        await replayOne(durable, stored)
        replayed++
        from = stored.sequence + 1
      }
    },
  }
}

function letterOf({ sequence, subject, storedAt, parked }: Stored): DeadLetter {
  const { stream, eventId, tenantId, kind, tries, reasonCode, reason, firstTriedAt, batch } = parked
  return {
    id: String(sequence),
    durable: durableOf(subject),
    stream,
    eventId,
    tenantId,
    kind,
    tries,
    reasonCode,
    reason,
    firstTriedAt,
    deadAt: storedAt,
    bytes: batch.length,
  }
}

function sequenceOf(id: string): number {
  const sequence = Number(id)
  if (!Number.isSafeInteger(sequence) || sequence < 1)
    throw appError('bad_request', { detail: 'This is not the id of a dead letter.' })
  return sequence
}

async function read(
  request: Request,
  wanted: { seq: number; next_by_subj?: string },
): Promise<Stored | undefined> {
  const answer = await ask<{ message?: { seq: number; subject: string; data?: string; time: string } }>(
    request,
    '$JS.API.STREAM.MSG.GET.DEAD',
    wanted,
  )
  if (!answer?.message) return undefined
  const { seq, subject, data = '', time } = answer.message
  const bytes = Buffer.from(data, 'base64')
  return { sequence: seq, subject, storedAt: new Date(time), parked: eventsV1.ParkedEvent.decode(bytes) }
}

async function remove(request: Request, sequence: number): Promise<void> {
  await ask(request, '$JS.API.STREAM.MSG.DELETE.DEAD', { seq: sequence, no_erase: true })
}

async function lastSequence(request: Request): Promise<number> {
  const info = await ask<{ state: { last_seq: number } }>(request, '$JS.API.STREAM.INFO.DEAD', {})
  return info?.state.last_seq ?? 0
}

/** Undefined when there is no such message. */
async function ask<T>(request: Request, subject: string, body: object): Promise<T | undefined> {
  try {
    const message = await request(subject, JSON.stringify(body), { timeoutMs })
    const answer = message.json<T & { error?: StreamRefusal }>()
    if (answer.error?.err_code === apiErrors.messageNotFound) return undefined
    if (answer.error) throw refused(answer.error, subject)
    return answer
  } catch (cause) {
    throw unavailable(cause, subject)
  }
}
