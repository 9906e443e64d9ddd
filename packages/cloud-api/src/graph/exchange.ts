import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { isStale } from './agent.ts'
import { type RequestBody, writeBody } from './request-body.ts'

export interface ExchangeRequest {
  method: 'GET' | 'POST' | 'DELETE'
  url: URL
  headers: Record<string, string>
  body?: RequestBody | undefined
  agent: http.Agent
  /** From the call to the last byte of the answer, waiting for a socket included; for a streamed answer, to its head. */
  deadlineMs: number
  signal?: AbortSignal | undefined
  /**
   * Asked when the socket is connected and nothing has been written yet; false ends the request there, as not sent.
   * An error thrown here does the same.
   */
  onConnected?: (() => unknown) | undefined
}

/** Nothing of the request left this process; or something left, and no whole response came back. */
export type Unanswered = { kind: 'not_sent' | 'in_doubt'; reason: string }

export type Exchange =
  | { kind: 'response'; status: number; headers: http.IncomingHttpHeaders; bytes: Buffer }
  | Unanswered

/** What a taker of a response may do with the request around it. */
export interface Taking<T> {
  /** Ends the exchange with this. The deadline no longer counts. */
  finish(outcome: T): void
  /** Ends it as in doubt. */
  broken(reason: string): void
}

/** Far above any answer to a message; a page of templates is the largest thing that is asked for. */
const answerBytesMax = 8 * 1024 * 1024
/** So many stale sockets are thrown away for one request before it takes whatever comes. */
const socketsTriedMax = 20

/** One HTTP exchange whose answer is read whole. */
export const exchange = (request: ExchangeRequest): Promise<Exchange> =>
  exchangeWith<Exchange>(request, collect)

/**
 * One HTTP exchange that knows what it knows. The line is drawn at the write: the request is handed to the socket only
 * once that is connected (for https: once TLS stands), so whatever goes wrong before is certainly `not_sent`,
 * and whatever goes wrong after is certainly not certain. Never rejects, never retries what was written.
 */
export function exchangeWith<T>(
  request: ExchangeRequest,
  take: (response: http.IncomingMessage, taking: Taking<T | Unanswered>) => void,
): Promise<T | Unanswered> {
  return new Promise((resolve) => {
    let written = false
    let wholeBodyWritten = false
    let ended = false
    let answered = false
    let current: http.ClientRequest | undefined

    const finish = (outcome: T | Unanswered) => {
      if (ended) return
      ended = true
      clearTimeout(deadline)
      request.signal?.removeEventListener('abort', onAbort)
      resolve(outcome)
      // A socket that still owes half a body cannot carry another request.
      if (!answered || (written && !wholeBodyWritten)) current?.destroy()
    }
    const broken = (reason: string) => {
      answered = false
      finish({ kind: written ? 'in_doubt' : 'not_sent', reason })
    }
    const onAbort = () => broken('aborted')
    const deadline = setTimeout(() => broken(`no answer within ${request.deadlineMs} ms`), request.deadlineMs)

    if (request.signal?.aborted) return broken('aborted')
    request.signal?.addEventListener('abort', onAbort)
    open(1)

    function open(tries: number): void {
      const { url, method, headers, body, agent } = request
      const make = url.protocol === 'https:' ? https.request : http.request
      const length = body?.length === undefined ? {} : { 'content-length': String(body.length) }
      let own: http.ClientRequest
      try {
        own = make(url, { method, agent, headers: { ...headers, ...length } })
      } catch (error) {
        // A token with a line break, for example.
        broken(reasonOf(error))
        return
      }
      current = own
      let abandoned = false
      own.on('error', (error) => {
        if (!abandoned) broken(reasonOf(error))
      })
      own.on('socket', (socket: Socket) => {
        whenConnected(socket, () => {
          if (ended) return void own.destroy()
          if (isStale(socket) && tries < socketsTriedMax) {
            abandoned = true
            own.destroy()
            return open(tries + 1)
          }
          let may: boolean
          try {
            may = request.onConnected?.() !== false
          } catch (error) {
            return broken(reasonOf(error))
          }
          if (!may) return broken('called off before it was written')
          written = true
          writeBody(own, body, () => ended).then(
            (whole) => {
              wholeBodyWritten = whole
            },
            (error: unknown) => broken(reasonOf(error)),
          )
        })
      })
      own.on('response', (response) => {
        answered = true
        take(response, { finish, broken })
      })
    }
  })
}

function collect(
  response: http.IncomingMessage,
  { finish, broken }: Taking<Exchange>,
  bytesMax = answerBytesMax,
): void {
  const chunks: Buffer[] = []
  let size = 0
  const cut = () => broken('the connection broke inside the answer')
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > bytesMax) broken('the answer is too large')
    else chunks.push(chunk)
  })
  response.on('error', (error) => broken(reasonOf(error)))
  response.on('aborted', cut)
  response.on('close', cut)
  response.on('end', () => {
    if (!response.complete) return cut()
    finish({
      kind: 'response',
      status: response.statusCode ?? 0,
      headers: response.headers,
      bytes: Buffer.concat(chunks),
    })
  })
}

function whenConnected(socket: Socket, then: () => void): void {
  const { encrypted, secureConnecting } = socket as TLSSocket & { secureConnecting?: boolean }
  if (encrypted && (socket.connecting || secureConnecting)) socket.once('secureConnect', then)
  else if (socket.connecting) socket.once('connect', then)
  else then()
}

/** For logs and the integration log; never holds the body or a header. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  return code && !error.message.includes(code) ? `${code}: ${error.message}` : error.message
}
