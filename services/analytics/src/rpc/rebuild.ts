import { type analyticsV1, durables, parseId } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { keepRebuild, takeRebuild } from '../db/rebuilds.ts'
import { invalid, type RpcDeps } from './deps.ts'

/** The gateway gives a call 10 s; one bounded call of inbox's ends well within the rest. */
const budgetMs = 6_000
const deadlineLeftMs = 3_000
/** Longer than one call of inbox's may take: nobody takes over what is still running. */
const holdMs = 20_000

/**
 * Asks the owners for their facts of a range again, which come to our durables alone and fold like any other.
 *
 * Inbox sends in bounded calls, and after each the cursor is kept: a call that runs out of time, or a process that
 * dies, goes on from there with the next call of the same range. Dies between inbox's answer and keeping the cursor:
 * that part is sent twice, and counts once. Two calls at once: the second is refused while the first has it.
 */
export function rebuild(deps: RpcDeps): Handler<analyticsV1.RebuildRequest, analyticsV1.RebuildResponse> {
  const { db, clock, logger, history, tenancy } = deps
  return async ({ from, to, tenantId }, call) => {
    if (tenantId && !parseId('tenant', tenantId))
      throw invalid('tenant_id', 'The company id is not well formed.')
    if (from && to && from >= to) throw invalid('to', 'to must be later than from.')
    const key = [from?.toISOString() ?? '', to?.toISOString() ?? '', tenantId].join('/')
    const now = clock.now()
    const heldUntil = () => new Date(clock.now() + holdMs)
    const taken = await takeRebuild(db, key, {
      now: new Date(now),
      heldUntil: heldUntil(),
      until: to ?? new Date(now),
    })
    if (!taken) throw appError('conflict', { detail: 'This rebuild is running already.' })
    let { cursor, events } = taken
    let done = false
    try {
      if (cursor === '' && events === 0) events += (await tenancy.republish({})).events
      const endsAt = Math.min(now + budgetMs, call.deadline.getTime() - deadlineLeftMs)
      do {
        const range = { from: from ?? new Date(0), to: taken.until, tenantId }
        const answer = await history.republish({ ...range, durable: durables.analyticsInbox.name, cursor })
        events += Number(answer.events)
        cursor = answer.nextCursor
        done = cursor === ''
        await keepRebuild(db, key, { cursor, events, done, heldUntil: heldUntil() })
      } while (!done && clock.now() < endsAt)
    } finally {
      // Whatever went wrong, the next call may go on at once.
      await keepRebuild(db, key, { cursor, events, done, heldUntil: new Date(0) })
    }
    logger.info('rebuild', { from, to: taken.until, tenant_id: tenantId, events, done })
    return { events: BigInt(events), done }
  }
}
