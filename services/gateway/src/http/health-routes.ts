/** `/api/health` and its parts (O1): public, 200 or 503, and never more than what is there and what is away. */
import { z } from 'zod'
import type { Health, Part } from '../health.ts'
import { Reply, type Route, route } from './route.ts'

const state = z.enum(['ok', 'away', 'off'])
const parts: Record<Part, string> = {
  db: 'Whether the services reach Postgres',
  whatsapp: 'Whether Meta’s Cloud API can be reached; off with WHATSAPP_ENABLED=false',
  redis: 'Whether limits are shared through Redis; off without REDIS_URL',
  nats: 'Whether NATS is there, without which no webhook is taken',
}

const common = {
  method: 'GET',
  access: 'public',
  tag: 'Health',
  status: 200,
} as const
const headers = { 'cache-control': 'no-store' }

export function healthRoutes(health: Health): Route[] {
  const ofPart = ([part, summary]: [string, string]) =>
    route({
      ...common,
      path: `/api/health/${part}`,
      summary,
      answer: z.object({ status: state }),
      handle: async () => {
        const status = await health.part(part as Part)
        return new Reply({ status }, { status: status === 'away' ? 503 : 200, headers })
      },
    })
  return [
    route({
      ...common,
      path: '/api/health',
      summary: 'How everything is: ok, degraded (messages still flow) or, with 503, away',
      answer: z.object({
        status: z.enum(['ok', 'degraded', 'away']),
        parts: z.object({ db: state, whatsapp: state, redis: state, nats: state }),
        services: z.record(z.string(), z.enum(['ok', 'away'])),
      }),
      handle: async () => {
        const whole = await health.whole()
        return new Reply(whole, { status: whole.status === 'away' ? 503 : 200, headers })
      },
    }),
    ...Object.entries(parts).map(ofPart),
  ]
}
