/**
 * The one port: webhooks first and with nothing in their way, then sockets, then the API.
 */
import { AppError, appError } from '@palomar/errors'
import { type Logger, runWithContext } from '@palomar/runtime'
import type { ServerWebSocket } from 'bun'
import type { Live } from '../live/live.ts'
import { bufferedBytesMax, type Socket } from '../live/sockets.ts'
import type { Tickets } from '../live/tickets.ts'
import type { Viewer } from '../live/visibility.ts'
import { healthPath, slugOf } from '../webhooks/path.ts'
import type { Receiver } from '../webhooks/receive.ts'
import type { Api } from './api.ts'
import { clientAddress } from './client-address.ts'
import { problemResponse } from './problem.ts'
import { requestIdOf } from './request-id.ts'

export interface ServerOptions {
  port: number
  host: string
  trustedProxyHops: number
  receive: Receiver
  webhooksReady(): boolean
  api: Api
  live: Live
  tickets: Tickets
  logger: Logger
}

interface SocketData {
  viewer: Viewer
  issuedAtMs: number
  cursor: string
  requestId: string
  socket: Socket | undefined
}

export interface HttpServer {
  readonly port: number
  /** New sockets are refused from here on; requests still pass. */
  refuseSockets(): void
  /** Requests under way may finish until the deadline. */
  stop(deadlineMs: number): Promise<void>
}

const livePath = '/v1/live'
/** A client says nothing of substance on its socket. */
const socketMessageBytesMax = 4 * 1024

export function startServer(options: ServerOptions): HttpServer {
  const { receive, api, live, tickets, logger } = options
  let socketsRefused = false

  const server = Bun.serve<SocketData>({
    port: options.port,
    hostname: options.host,
    // A sender that stalls for so long is gone; sockets have their own signs of life.
    idleTimeout: 30,
    // Each route has its own limit and its own words for it; this one only bounds what a limit of ours forgets.
    maxRequestBodySize: 101 * 1024 * 1024,
    async fetch(request, bun) {
      const path = pathOf(request.url)
      const requestId = requestIdOf(request.headers)
      const ip = () =>
        clientAddress(request.headers, bun.requestIP(request)?.address, options.trustedProxyHops)
      const slug = slugOf(path)
      if (slug !== undefined) {
        const response = await receive({ request, slug, ip, requestId })
        response.headers.set('x-request-id', requestId)
        return response
      }
      if (path === healthPath) return webhookHealth(options.webhooksReady())
      if (path === livePath) return upgrade(request, requestId, bun)
      return api({ request, path, ip: ip(), requestId })
    },
    error(error) {
      logger.error('request failed', { error })
      return problemResponse(error, 'unknown')
    },
    websocket: {
      maxPayloadLength: socketMessageBytesMax,
      // We close a slow socket ourselves, with a code that says so; this is above our own limit.
      backpressureLimit: 2 * bufferedBytesMax,
      // Our own pings notice a dead peer much sooner.
      idleTimeout: 120,
      sendPings: false,
      perMessageDeflate: false,
      open(ws) {
        const { viewer, issuedAtMs, cursor, requestId } = ws.data
        runWithContext({ requestId, tenantId: viewer.tenantId, actorId: viewer.actorId }, () => {
          ws.data.socket = live.open(viewer, issuedAtMs, wireOf(ws), cursor)
        })
      },
      message: (ws) => heard(ws),
      pong: (ws) => heard(ws),
      drain: (ws) => heard(ws),
      close(ws) {
        if (ws.data.socket) live.gone(ws.data.socket)
      },
    },
  })

  function heard(ws: ServerWebSocket<SocketData>): void {
    if (ws.data.socket) live.heard(ws.data.socket)
  }

  async function upgrade(
    request: Request,
    requestId: string,
    bun: Bun.Server<SocketData>,
  ): Promise<Response | undefined> {
    try {
      if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
        throw appError('bad_request', { detail: 'This address is a WebSocket.' })
      }
      if (socketsRefused || !live.isReady()) throw appError('unavailable')
      const { searchParams } = new URL(request.url)
      const { viewer, issuedAtMs } = await tickets.redeem(searchParams.get('ticket') ?? '')
      const cursor = searchParams.get('cursor') ?? ''
      const data: SocketData = { viewer, issuedAtMs, cursor, requestId, socket: undefined }
      if (bun.upgrade(request, { data })) return undefined
      throw appError('bad_request', { detail: 'The WebSocket handshake is not complete.' })
    } catch (error) {
      const refusal = problemResponse(error, requestId, {
        'x-request-id': requestId,
        'cache-control': 'no-store',
      })
      logger.info('socket refused', {
        request_id: requestId,
        status: refusal.status,
        code: error instanceof AppError ? error.code : 'internal',
        // What we did not expect is told here and nowhere else.
        ...(error instanceof AppError ? {} : { error }),
      })
      return refusal
    }
  }

  return {
    port: server.port ?? 0,
    refuseSockets() {
      socketsRefused = true
    },
    async stop(deadlineMs) {
      // Pending until the last request has its answer.
      await Promise.race([server.stop(), Bun.sleep(deadlineMs)])
      await server.stop(true)
    },
  }
}

function wireOf(ws: ServerWebSocket<SocketData>) {
  return {
    send: (text: string) => ws.send(text),
    close: (code: number, reason: string) => ws.close(code, reason),
    terminate: () => ws.terminate(),
    ping: () => void ws.ping(),
    getBufferedAmount: () => ws.getBufferedAmount(),
  }
}

function webhookHealth(ready: boolean): Response {
  const headers = { 'cache-control': 'no-store' }
  return Response.json({ status: ready ? 'ok' : 'not_ready' }, { status: ready ? 200 : 503, headers })
}

/** The path without building a URL object: this runs for every webhook. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  if (start < 0) return '/'
  const end = url.indexOf('?', start)
  return end < 0 ? url.slice(start) : url.slice(start, end)
}
