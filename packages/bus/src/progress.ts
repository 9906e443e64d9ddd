import type { DurableSpec } from '@palomar/contracts'
import type { Connection } from './connection.ts'
import { deadSubject } from './names.ts'
import { refused, type StreamRefusal, unavailable } from './stream-error.ts'

/** How far a durable has come in its stream. */
export interface Progress {
  /** The stream's last sequence. */
  last: number
  /** Everything up to here was answered: handled, or kept in RETRY or DEAD. */
  through: number
}

/** Short: who asks for it has somebody waiting. */
const timeoutMs = 1_000

/**
 * What the server says of another service's durable, which the contracts must name as watched. The stream's last sequence
 * comes from the stream's leader, so a message that was acknowledged to its publisher is counted wherever one asks.
 * Rejects with `unavailable`.
 */
export async function progressOf({ request }: Connection, durable: DurableSpec): Promise<Progress> {
  const { stream, name } = durable
  const [info, consumer] = await Promise.all([
    ask<{ state: { last_seq: number } }>(request, `$JS.API.STREAM.INFO.${stream}`),
    ask<{ ack_floor: { stream_seq: number } }>(request, `$JS.API.CONSUMER.INFO.${stream}.${name}`),
  ])
  return { last: info.state.last_seq, through: consumer.ack_floor.stream_seq }
}

/** How many events of a durable wait in RETRY for another try or in DEAD for an operator: answered, but not handled. */
export async function keptAsideOf({ request }: Connection, { name }: DurableSpec): Promise<number> {
  const counts = await Promise.all([
    countOf(request, 'RETRY', `retry.${name}.>`),
    countOf(request, 'DEAD', deadSubject(name)),
  ])
  return counts.reduce((sum, count) => sum + count, 0)
}

async function countOf(request: Connection['request'], stream: string, subjects: string): Promise<number> {
  const body = JSON.stringify({ subjects_filter: subjects })
  const info = await ask<{ state: { subjects?: Record<string, number> } }>(
    request,
    `$JS.API.STREAM.INFO.${stream}`,
    body,
  )
  return Object.values(info.state.subjects ?? {}).reduce((sum, count) => sum + count, 0)
}

async function ask<T>(request: Connection['request'], subject: string, body = ''): Promise<T> {
  try {
    const message = await request(subject, body, { timeoutMs })
    const answer = message.json<T & { error?: StreamRefusal }>()
    if (answer.error) throw refused(answer.error, subject)
    return answer
  } catch (cause) {
    throw unavailable(cause, subject)
  }
}
