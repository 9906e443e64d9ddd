import { type GraphClient, type GraphResult, plainPhone } from '@palomar/cloud-api'
import { idFromUuid, newId } from '@palomar/contracts'
import { type Context, runWithContext, withSpan } from '@palomar/runtime'
import type { Candidate } from '../db/attempts.ts'
import type { Fact } from '../domain/attempt.ts'
import { buildEcho } from '../domain/echo.ts'
import { withMetaIds } from '../domain/media-ids.ts'
import type { Failpoint } from '../failpoint.ts'
import type { Report } from '../settle.ts'
import type { Credential } from '../tenancy/credentials.ts'
import { factOf } from './graph-answer.ts'

/** One attempt that the attempt statement has returned. */
export interface Call {
  row: Candidate
  n: number
  epoch: bigint
  credential: Credential
}

export type GraphSender = Pick<GraphClient, 'sendMessage'>

export interface SendDeps {
  graph: GraphSender
  /** How long Graph may take; after it the attempt is in doubt. */
  deadlineMs: number
  graphVersion: string
  /** Whether new attempts of this lane may still begin. */
  mayWrite(call: Call): boolean
  /** Resolves when the report is committed; it keeps trying while Postgres is away. */
  record(report: Report): Promise<void>
  failpoint: Failpoint
  now: () => Date
  monotonic: () => number
}

export interface Sent {
  report: Report
  result: GraphResult
  /** The call alone, without what was written about it. */
  callMs: number
}

/**
 * Makes the call of one recorded attempt and records what became of it. What happens if the process dies
 *
 * 1. before the attempt statement commits: nothing was recorded, the row is still queued, the next owner sends it.
 * 2. after that commit, before the request is written: the attempt stays `sending`. The next owner cannot know that nothing
 *    left, so it is in doubt; no status ever comes, and when silence is real the policy of its class ends the doubt
 *    (authentication is sent again, all else fails as `unknown`). Never sent twice.
 * 3. while the request is on its way, or after Graph answered and before the result commits: in doubt too. Meta has
 *    the echo, so the first status webhook settles it as what it is; the answer itself is lost, the wamid comes with
 *    the status.
 * 4. after the result commits: nothing is lost. Its event is in the outbox and leaves from there.
 *
 * The lease can also be lost on the way: `mayWrite` is asked once more when the socket is connected, and a `no` makes the
 * attempt `not_sent`, which puts the row back. A result is recorded whoever owns the lane by then.
 */
export async function sendOne(call: Call, deps: SendDeps): Promise<Sent> {
  const { row, n, credential } = call
  const messageId = idFromUuid('message', row.id)
  const calledAt = deps.monotonic()
  const result = await runWithContext(contextOf(row), () =>
    withSpan(
      'graph send',
      { 'palomar.message_id': messageId, 'palomar.attempt': n },
      () =>
        deps.graph.sendMessage({
          phoneNumberId: row.phone_number_id,
          token: credential.token,
          version: row.graph_version || deps.graphVersion,
          body: bodyOf(row, n),
          deadlineMs: deps.deadlineMs,
          onConnected: () => deps.mayWrite(call),
        }),
      { kind: 'client' },
    ),
  )
  const callMs = deps.monotonic() - calledAt
  deps.failpoint('after-call')
  const report: Report = {
    tenantId: row.tenant_id,
    messageId: row.id,
    n,
    fact: factOf(result, deps.now()),
    madeWith: { tokenVersion: credential.tokenVersion, numberVersion: row.number_version },
  }
  await deps.record(report)
  deps.failpoint('after-result-commit')
  return { report, result, callMs }
}

/** The call belongs to the trace of the request that accepted the message. */
function contextOf({ tenant_id, traceparent }: Candidate): Context {
  return {
    requestId: newId('request'),
    tenantId: idFromUuid('tenant', tenant_id),
    ...(traceparent && { traceparent }),
  }
}

/** What Graph gets: the stored body with its recipient, Meta's ids of its files, and the echo of this attempt. */
export function bodyOf(row: Candidate, n: number): Record<string, unknown> {
  const stored = JSON.parse(row.content) as Record<string, unknown>
  const content = row.metaIds ? withMetaIds(stored, row.metaIds) : stored
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...content,
    ...(row.context_wamid !== '' && !content.context ? { context: { message_id: row.context_wamid } } : {}),
    ...(row.recipient_to !== '' ? { to: plainPhone(row.recipient_to) } : {}),
    ...(row.recipient_user_id !== '' ? { recipient: row.recipient_user_id } : {}),
    biz_opaque_callback_data: buildEcho({ messageId: idFromUuid('message', row.id), n }, row.callback_data),
  }
}

export const didLeave = (fact: Fact): boolean => fact.kind !== 'not_sent'
