import { appError } from '@palomar/errors'
import { backoff, type Logger } from '@palomar/runtime'
import { type ConnectionOptions, connect, createInbox, Events, type NatsConnection } from 'nats'
import { withDeadline } from './deadline.ts'
import { inboxPrefixOf } from './permissions.ts'
import { createRequests, type Request } from './request.ts'

export interface ConnectOptions {
  /** One URL, or several separated by commas. */
  servers: string
  /** The NATS user: a service's name, or an operator's. */
  user?: string | undefined
  pass?: string | undefined
  /** Shown in the server's listing of connections. */
  name: string
  logger: Logger
  /** How long the first connection may take; afterwards it reconnects for ever. */
  connectTimeoutMs?: number
}

/** A connection that says when it is lost and when it is back. */
export interface Connection {
  readonly nc: NatsConnection
  /** Rejects with `unavailable` as soon as the connection is lost; other failures are the client's own errors. */
  readonly request: Request
  isConnected(): boolean
  /** A subject of our own for answers, under the prefix that this user may hear. */
  newInbox(): string
  /** Resolves when connected, or closed for good. */
  whenConnected(): Promise<void>
  /** Runs on every change; returns how to stop that. */
  onChange(fn: (connected: boolean) => void): () => void
  /** Resolves once everything said so far is with the server. */
  close(): Promise<void>
}

/** Older servers cannot sync before they acknowledge, or lost streams. */
export const versionMin = [2, 11] as const

export async function openConnection(options: ConnectOptions): Promise<Connection> {
  const { logger, connectTimeoutMs = 30_000 } = options
  const nc = await firstConnection(natsOptions(options), connectTimeoutMs, logger)
  const version = nc.info?.version ?? '0'
  if (!isVersionAtLeast(version, versionMin)) {
    await nc.close()
    throw appError('unavailable', {
      internal: `NATS ${version} is too old: ${versionMin.join('.')} is needed`,
    })
  }
  let connected = true
  const requests = createRequests(nc, () => connected)
  const listeners = new Set<(connected: boolean) => void>()
  let waiting: (() => void)[] = []
  const release = () => {
    for (const resolve of waiting) resolve()
    waiting = []
  }
  const change = (now: boolean) => {
    if (connected === now) return
    connected = now
    if (now) logger.info('NATS is back')
    else if (!nc.isClosed()) logger.warn('NATS is away, reconnecting')
    if (!now) requests.lose()
    for (const listener of listeners) listener(now)
    if (now || nc.isClosed()) release()
  }
  void (async () => {
    for await (const status of nc.status()) {
      if (status.type === Events.Disconnect) change(false)
      else if (status.type === Events.Reconnect) change(true)
      else if (status.type === Events.Error)
        logger.warn('NATS refused something', { err: String(status.data) })
    }
  })()
  void nc.closed().then(() => {
    change(false)
    release()
  })
  return {
    nc,
    request: requests.request,
    isConnected: () => connected,
    newInbox: () => createInbox(options.user === undefined ? undefined : inboxPrefixOf(options.user)),
    whenConnected() {
      if (connected || nc.isClosed()) return Promise.resolve()
      return new Promise((resolve) => waiting.push(resolve))
    },
    onChange(fn) {
      listeners.add(fn)
      return () => listeners.delete(fn)
    },
    async close() {
      if (nc.isClosed()) return
      // Acknowledgements are published without an answer: flush, or the last ones are lost and come again.
      if (connected) await withDeadline(nc.flush(), 2_000, 'flush').catch(() => undefined)
      await nc.close()
    },
  }
}

function natsOptions({ servers, user, pass, name }: ConnectOptions): ConnectionOptions {
  return {
    servers: servers.split(',').map((server) => server.trim()),
    name,
    ...(user === undefined ? {} : { user, inboxPrefix: inboxPrefixOf(user) }),
    ...(pass === undefined ? {} : { pass }),
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 300,
    // A password may be rotated under us; giving up would need a restart.
    ignoreAuthErrorAbort: true,
    // A server that vanished without a word is noticed after 10 s.
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: 5_000,
  }
}

/** A server that still starts is waited for; one that refuses the user is not. */
async function firstConnection(
  options: ConnectionOptions,
  timeoutMs: number,
  logger: Logger,
): Promise<NatsConnection> {
  const deadline = performance.now() + timeoutMs
  for (let attempt = 0; ; attempt++) {
    try {
      return await connect(options)
    } catch (cause) {
      const code = (cause as { code?: string }).code
      const isRefusedUser = code === 'AUTHORIZATION_VIOLATION' || code === 'BAD_AUTHENTICATION'
      if (isRefusedUser || performance.now() >= deadline)
        throw appError('unavailable', { internal: `no connection to NATS: ${code ?? String(cause)}`, cause })
      if (attempt === 0) logger.warn('NATS does not answer yet, waiting', { code })
    }
    await Bun.sleep(50 + backoff(attempt, { baseMs: 100, maxMs: 1_000 }))
  }
}

export function isVersionAtLeast(version: string, min: readonly number[]): boolean {
  const parts = version.split(/[.-]/).map(Number)
  for (const [i, wanted] of min.entries()) {
    const part = parts[i] ?? 0
    if (part !== wanted) return part > wanted
  }
  return true
}
