import http from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'

/** A socket that rested longer may be dead at the other end without our knowing; a message must not find out. */
export const restMsMax = 5_000

export interface AgentOptions {
  /** Sockets to one host; requests beyond wait inside their own deadline. */
  socketsMax: number
  restMsMax: number
}

/** When a pooled socket stops being trusted. */
const staleAt = new WeakMap<object, number>()

/** Whether a pooled socket has rested too long to be trusted with a message. */
export function isStale(socket: object): boolean {
  return performance.now() > (staleAt.get(socket) ?? Number.POSITIVE_INFINITY)
}

interface Pool {
  keepSocketAlive(socket: Duplex): boolean
  reuseSocket(socket: Duplex, request: http.ClientRequest): void
}

/** Keep-alive with sockets that are closed after a rest of `restMsMax`. */
export function createAgent(url: URL, { socketsMax, restMsMax }: AgentOptions): http.Agent {
  const options = {
    keepAlive: true,
    maxSockets: socketsMax,
    maxFreeSockets: socketsMax,
    scheduling: 'lifo' as const,
  }
  const agent = url.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options)
  const timers = new WeakMap<Duplex, ReturnType<typeof setTimeout>>()
  const pool = agent as http.Agent & Pool
  const { keepSocketAlive, reuseSocket } = pool
  pool.keepSocketAlive = (socket) => {
    staleAt.set(socket, performance.now() + restMsMax)
    const timer = setTimeout(() => socket.destroy(), restMsMax)
    timer.unref?.()
    timers.set(socket, timer)
    return keepSocketAlive.call(agent, socket)
  }
  pool.reuseSocket = (socket, request) => {
    clearTimeout(timers.get(socket))
    reuseSocket.call(agent, socket, request)
  }
  return agent
}
