import { z } from 'zod'
import type { Tickets } from '../../live/tickets.ts'
import { type Route, route } from '../route.ts'

export function liveRoutes(tickets: Tickets): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/live/tickets',
      access: 'authenticated',
      tag: 'Live',
      summary: 'A ticket that opens one socket at /v1/live within 30 s',
      description:
        'WebSocket GET /v1/live?ticket=…&cursor=…. Frames: hello {cursor, epoch}; event {cursor, kind, data, number_id, conversation_id, at}; left {id}; resync (reload by REST); heartbeat {cursor} every 10 s. Come back with the last cursor and nothing is missed. Closed with 4001 when access was revoked, 4008 when too slow, 1012 when the server restarts.',
      status: 201,
      answer: z.object({ ticket: z.string(), expires_at: z.string() }),
      handle: async ({ session }) => {
        const { ticket, expiresAt } = tickets.issue(session)
        return { ticket, expires_at: expiresAt.toISOString() }
      },
    }),
  ]
}
