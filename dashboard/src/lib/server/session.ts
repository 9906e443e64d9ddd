import type { Cookies } from '@sveltejs/kit'
import type { LoginAnswer } from '#lib/api-types.ts'
import { ORIGIN } from '$app/env/private'

/** What the one HttpOnly cookie holds. The browser's scripts never see it. */
export interface Session {
  access: string
  refresh: string
  /** Milliseconds since the epoch. */
  accessExpiresAt: number
  /** The company a platform admin works in, when it is not his own. */
  actingTenant?: { id: string; name: string }
}

const cookieName = 'palomar_session'
const cookieDays = 30
/** A cookie marked secure never comes back over plain http, which a trial on one machine uses. */
export const isBehindTls = !ORIGIN.startsWith('http://')

/** Reads the cookie; a cookie that does not parse counts as no session. */
export function readSession(cookies: Cookies): Session | undefined {
  const value = cookies.get(cookieName)
  if (!value) return undefined
  try {
    const parsed: unknown = JSON.parse(Buffer.from(value, 'base64url').toString('utf8'))
    return isSession(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

export function writeSession(cookies: Cookies, session: Session): void {
  cookies.set(cookieName, Buffer.from(JSON.stringify(session)).toString('base64url'), {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isBehindTls,
    maxAge: cookieDays * 86_400,
  })
}

export function clearSession(cookies: Cookies): void {
  cookies.delete(cookieName, { path: '/' })
}

/** The session of a login, refresh or switch answer; undefined when a company has yet to be chosen. */
export function sessionOf(answer: LoginAnswer): Session | undefined {
  if (!answer.access_token || !answer.refresh_token) return undefined
  return {
    access: answer.access_token,
    refresh: answer.refresh_token,
    accessExpiresAt: answer.expires_at ? Date.parse(answer.expires_at) : Date.now() + 10 * 60_000,
  }
}

function isSession(value: unknown): value is Session {
  if (typeof value !== 'object' || value === null) return false
  const session = value as Record<string, unknown>
  return (
    typeof session.access === 'string' &&
    typeof session.refresh === 'string' &&
    typeof session.accessExpiresAt === 'number'
  )
}
