import type { Connection } from '../src/connection.ts'
import { createRequests } from '../src/request.ts'

export interface Request {
  subject: string
  data: Uint8Array
  /** The server's answer. */
  ack(answer?: object): void
  fail(error: Error): void
}

/** A server whose answers the test gives, so that what is in flight can be looked at. */
export function fakeConnection() {
  const requests: Request[] = []
  const listeners = new Set<(connected: boolean) => void>()
  let connected = true
  const nc = {
    request(subject: string, data: Uint8Array): Promise<unknown> {
      return new Promise((resolve, reject) => {
        requests.push({
          subject,
          data,
          ack: (answer = { stream: 'TENANCY', seq: 1 }) => resolve({ json: () => answer }),
          fail: reject,
        })
      })
    },
  }
  const underWay = createRequests(nc as never, () => connected)
  const connection: Connection = {
    nc: nc as never,
    request: underWay.request,
    isConnected: () => connected,
    newInbox: () => '_INBOX.test',
    whenConnected: () => Promise.resolve(),
    onChange(fn) {
      listeners.add(fn)
      return () => listeners.delete(fn)
    },
    close: () => Promise.resolve(),
  }
  return {
    connection,
    requests,
    change(now: boolean) {
      connected = now
      if (!now) underWay.lose()
      for (const listener of listeners) listener(now)
    },
  }
}
