import type { LoginAnswer } from '#lib/api-types.ts'
import { type Api, ApiError } from './api.ts'
import { type Session, sessionOf } from './session.ts'

/** Renew this long before the access token ends, so that a request under way does not lose it. */
const renewBeforeMs = 60_000
/** How long other requests that came with the same refresh token may share its answer. */
const shareMs = 30_000

/**
 * A refresh token works once and a second use ends the whole family, but a browser sends several requests at
 * once: those that carry the same token share one refresh.
 */
const underway = new Map<string, Promise<Session | undefined>>()

/** The session, renewed when it is about to end. Undefined when it cannot be renewed: sign in again. */
export function freshSession(api: Api, session: Session): Promise<Session | undefined> {
  if (session.accessExpiresAt - Date.now() > renewBeforeMs) return Promise.resolve(session)
  const shared = underway.get(session.refresh)
  if (shared) return shared
  const renewal = renew(api, session)
  underway.set(session.refresh, renewal)
  const forget = () => underway.delete(session.refresh)
  renewal.then(() => setTimeout(forget, shareMs).unref(), forget)
  return renewal
}

async function renew(api: Api, session: Session): Promise<Session | undefined> {
  try {
    const answer = await api.post<LoginAnswer>('/v1/auth/refresh', { refresh_token: session.refresh })
    const renewed = sessionOf(answer)
    if (!renewed) return undefined
    return session.actingTenant ? { ...renewed, actingTenant: session.actingTenant } : renewed
  } catch (error) {
    // A refusal ends the session; an outage must not sign everyone out.
    if (error instanceof ApiError && error.problem.status < 500) return undefined
    throw error
  }
}
