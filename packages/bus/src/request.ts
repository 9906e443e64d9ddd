import { appError } from '@palomar/errors'
import type { Msg, MsgHdrs, NatsConnection } from 'nats'

export interface RequestOptions {
  timeoutMs: number
  headers?: MsgHdrs | undefined
}

export type Request = (subject: string, data: Uint8Array | string, options: RequestOptions) => Promise<Msg>

/**
 * Requests that end with the connection: their answer cannot come any more, and the client alone would let each run
 * into its time-out. `lose` ends all that are under way.
 */
export function createRequests(
  nc: NatsConnection,
  isConnected: () => boolean,
): { request: Request; lose(): void } {
  const underWay = new Set<(error: Error) => void>()
  const lost = (subject: string) =>
    appError('unavailable', { internal: `request to ${subject}: no connection to NATS` })
  return {
    lose() {
      for (const reject of underWay) reject(appError('unavailable', { internal: 'connection to NATS lost' }))
      underWay.clear()
    },
    async request(subject, data, { timeoutMs, headers }) {
      if (!isConnected()) throw lost(subject)
      const { promise: ended, reject } = Promise.withResolvers<never>()
      underWay.add(reject)
      const answer = nc.request(subject, data, { timeout: timeoutMs, ...(headers && { headers }) })
      // Its own end, when the connection ended first.
      answer.catch(() => undefined)
      try {
        return await Promise.race([answer, ended])
      } finally {
        underWay.delete(reject)
      }
    },
  }
}
