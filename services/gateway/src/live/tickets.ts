/**
 * A ticket opens one socket within 30 s. It is sealed, so any gateway can read it; that it opens one only is kept by
 * the limiter: one take per ticket and minute. While Redis is away each gateway remembers for itself, and a ticket
 * that was stolen in its 30 s could open a socket at another one.
 */
import { appError } from '@palomar/errors'
import type { Limiter } from '@palomar/ratelimit'
import type { Clock } from '@palomar/runtime'
import { type Keyring, openText, seal } from '@palomar/seal'
import { z } from 'zod'
import type { Session } from '../auth/exchange.ts'
import type { Viewer } from './visibility.ts'

export const ticketMs = 30_000
const place = 'gateway live ticket'
const lengthMax = 4_096

const content = z.object({
  id: z.string(),
  issued: z.number(),
  tenant: z.string(),
  actor: z.string(),
  session: z.string(),
  permissions: z.array(z.string()),
})

export interface Tickets {
  issue(session: Session): { ticket: string; expiresAt: Date }
  /** Who it is for and when it was issued; `unauthenticated` when it is not ours, too old, or used. */
  redeem(ticket: string): Promise<{ viewer: Viewer; issuedAtMs: number }>
}

export function createTickets(key: Keyring, limiter: Pick<Limiter, 'take'>, clock: Clock): Tickets {
  return {
    issue({ identity }) {
      const issued = clock.now()
      const text = JSON.stringify({
        id: crypto.randomUUID(),
        issued,
        tenant: identity.tenantId,
        actor: identity.actorId,
        session: identity.sessionId,
        permissions: identity.permissions,
      } satisfies z.output<typeof content>)
      const ticket = Buffer.from(seal(key, text, place)).toString('base64url')
      return { ticket, expiresAt: new Date(issued + ticketMs) }
    },
    async redeem(ticket) {
      const { id, issued, tenant, actor, session, permissions } = read(key, ticket)
      const ageMs = clock.now() - issued
      if (ageMs > ticketMs) throw refused('expired')
      const taken = await limiter.take(`live-ticket:${id}`, { ratePerSecond: 1 / 60, burst: 1 })
      if (!taken.ok) throw refused('used')
      const viewer = {
        tenantId: tenant,
        actorId: actor,
        sessionId: session,
        permissions: new Set(permissions),
      }
      return { viewer, issuedAtMs: issued }
    },
  }
}

function read(key: Keyring, ticket: string): z.output<typeof content> {
  if (ticket === '' || ticket.length > lengthMax) throw refused('no ticket')
  try {
    return content.parse(JSON.parse(openText(key, Buffer.from(ticket, 'base64url'), place)))
  } catch (cause) {
    throw refused('not ours', cause)
  }
}

function refused(why: string, cause?: unknown) {
  const detail = 'The ticket is not valid any more; ask for a new one.'
  return appError('unauthenticated', {
    detail,
    internal: `live ticket: ${why}`,
    ...(cause === undefined ? {} : { cause }),
  })
}
