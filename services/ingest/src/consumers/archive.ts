import type { Answer, Delivered } from '@palomar/bus'
import type { webhooksV1 } from '@palomar/contracts'
import type { Logger } from '@palomar/runtime'
import type { Archive } from '../archive.ts'
import { changesOf, type IncomingChange } from '../domain/incoming.ts'
import { saidAt, standingOf } from '../domain/quality.ts'
import { type RouteKey, textOfKey } from '../domain/route.ts'
import { signedBodyOf } from '../domain/signed-body.ts'
import type { Failpoint } from '../failpoint.ts'
import { judgeChanges } from '../judge-changes.ts'
import type { Replayer } from '../replay.ts'
import type { Routes } from '../routes.ts'
import type { Tenancy } from '../tenancy.ts'
import { answerOf } from './answer-of.ts'

/**
 * Off the live path: one sealed row per change (CONTRACTS 16), also of what has no company or does not parse.
 *
 * Failure policy. Every write is the same the second time, so dying anywhere only means doing it again. What was parked
 * here on an old answer is asked for once more, as on the live path. What Meta says of a number's quality goes to tenancy
 * from here, off the live path; tenancy away, the batch is handed back, and what is told again or late changes nothing.
 */
export function createArchiveHandler(deps: {
  routes: Routes
  archive: Archive
  replayer: Replayer
  tellStanding: Tenancy['tellStanding']
  logger: Logger
  failpoint: Failpoint
}) {
  const { routes, archive, replayer, tellStanding, logger, failpoint } = deps

  return async function handle(bodies: Delivered<webhooksV1.WebhookBody>[]): Promise<Answer[]> {
    const answers: Answer[] = bodies.map(() => 'ok')
    const bodyOf = new Map<IncomingChange, number>()
    for (const [at, { event, streamTime }] of bodies.entries()) {
      for (const change of changesOf(signedBodyOf(event, streamTime))) bodyOf.set(change, at)
    }
    const { judged, failed } = await judgeChanges([...bodyOf.keys()], routes)
    for (const { change, error } of failed) answers[bodyOf.get(change) ?? 0] = answerOf(error, change, logger)
    const outcomes = await archive.keep(judged)
    failpoint('after-archive-commit')
    for (const [n, outcome] of outcomes.entries()) {
      const change = judged[n]?.change
      if ('error' in outcome && change)
        answers[bodyOf.get(change) ?? 0] = answerOf(outcome.error, change, logger)
    }
    for (const { change, verdict } of judged) {
      const standing = verdict.state === 'routed' ? standingOf(change) : undefined
      if (standing && verdict.state === 'routed')
        await tellStanding(verdict.route.tenantId, standing, saidAt(change))
    }
    const keys = new Map<string, RouteKey>()
    for (const { change, verdict } of judged) {
      if (verdict.state === 'parked' && change.key) keys.set(textOfKey(change.key), change.key)
    }
    for (const key of keys.values()) {
      const route = await routes.fresh(key)
      if (route) await replayer.waiting(key, route)
    }
    return answers
  }
}
