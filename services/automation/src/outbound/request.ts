/**
 * POST to an address that a tenant typed. The name is resolved here, once, every address it has is judged, and the
 * connection is made to the judged address itself, with the name kept in Host and SNI: a name that means something else a
 * moment later (DNS rebinding) leads nowhere. Redirects are not followed, proxies not asked, bodies read up to a bound and
 * thrown away, connections not kept.
 */
import { lookup } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import type { Clock } from '@palomar/runtime'
import type { Tried } from '../domain/outcome.ts'
import { retryAfterMsOf } from '../domain/retry-schedule.ts'
import { isPublicAddress } from './addresses.ts'
import { hostOf, urlProblem } from './url.ts'

/** An answer's body says nothing we need; so much is read that a keen server is not cut off in mid-sentence. */
const bodyBytesMax = 64 * 1024
/** An answer of headers alone can be endless too; Node's own limit. */
const headerBytesMax = 16 * 1024

export interface OutboundOptions {
  /** Plain http and private networks, for development and tests. */
  allowPrivate: boolean
  clock: Clock
  /** Every address of a name. The system's resolver unless a test plays it. */
  resolve?: (host: string) => Promise<string[]>
  /** Which addresses are open; {@link isPublicAddress} unless a test says otherwise. */
  isAllowed?: (address: string) => boolean
  /** Certificates to trust beside the system's. */
  ca?: string
}

export interface Post {
  url: string
  headers: Record<string, string>
  body: string
  /** From the first look-up to the last byte. */
  deadlineMs: number
}

export type Poster = (post: Post) => Promise<Tried>

/** Never rejects: whatever happens is an outcome. */
export function createPoster(options: OutboundOptions): Poster {
  const { allowPrivate, clock } = options
  const resolve = options.resolve ?? resolveAll
  const isAllowed = options.isAllowed ?? (allowPrivate ? () => true : isPublicAddress)

  return async function post(request) {
    const startedAt = clock.monotonic()
    const durationMs = () => Math.round(clock.monotonic() - startedAt)
    // Asked again at each request: what was allowed when it was typed may not be any more.
    if (urlProblem(request.url, { allowPrivate })) return { failure: 'url_refused', durationMs: durationMs() }
    const url = new URL(request.url)
    const signal = AbortSignal.timeout(request.deadlineMs)
    try {
      const addresses = await addressesOf(hostOf(url), signal)
      const answer = await firstToAnswer(addresses, (address) =>
        send(url, address, request, { signal, ca: options.ca }),
      )
      const retryAfterMs = retryAfterMsOf(answer.retryAfter, clock.now())
      return { status: answer.status, retryAfterMs, durationMs: durationMs() }
    } catch (error) {
      return { failure: signal.aborted ? 'timed_out' : failureOf(error), durationMs: durationMs() }
    }
  }

  /** An address of each family, when all that the name has are open. One that is not is no accident. */
  async function addressesOf(host: string, signal: AbortSignal): Promise<string[]> {
    const addresses = isIP(host) === 0 ? await orAborted(resolveName(host), signal) : [host]
    if (addresses.length === 0) throw new Refused('name_unresolved')
    if (!addresses.every(isAllowed)) throw new Refused('address_refused')
    // IPv4 first: a network without IPv6 is commoner than an endpoint without IPv4.
    return [4, 6].flatMap((family) => addresses.find((address) => isIP(address) === family) ?? [])
  }

  async function resolveName(host: string): Promise<string[]> {
    try {
      return await resolve(host)
    } catch {
      throw new Refused('name_unresolved')
    }
  }
}

/** The next address is for when the one before could not be connected to at all. */
async function firstToAnswer<T>(
  addresses: readonly string[],
  ask: (address: string) => Promise<T>,
): Promise<T> {
  const [address = '', ...others] = addresses
  try {
    return await ask(address)
  } catch (error) {
    if (others.length === 0 || !isUnreached(error)) throw error
    return firstToAnswer(others, ask)
  }
}

function isUnreached(error: unknown): boolean {
  return /REFUSED|UNREACH|ADDRNOTAVAIL/i.test(String((error as { code?: unknown } | undefined)?.code ?? ''))
}

class Refused extends Error {
  constructor(readonly failure: 'name_unresolved' | 'address_refused') {
    super(failure)
  }
}

async function resolveAll(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}

function send(
  url: URL,
  address: string,
  { headers, body }: Post,
  { signal, ca }: { signal: AbortSignal; ca: string | undefined },
): Promise<{ status: number; retryAfter: string | undefined }> {
  const isTls = url.protocol === 'https:'
  const name = hostOf(url)
  const options = {
    host: address,
    port: url.port || (isTls ? 443 : 80),
    method: 'POST',
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, 'content-length': String(Buffer.byteLength(body)) },
    maxHeaderSize: headerBytesMax,
    signal,
    agent: false,
    // The certificate is checked against the name; an address in the URL is checked as such.
    ...(isTls && isIP(name) === 0 ? { servername: name } : {}),
    ...(isTls && ca !== undefined ? { ca } : {}),
  }
  return new Promise((resolve, reject) => {
    let answer: { status: number; retryAfter: string | undefined } | undefined
    const request = (isTls ? https : http).request(options as https.RequestOptions, (response) => {
      const got = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }
      answer = got
      let read = 0
      const done = () => {
        resolve(got)
        request.destroy()
      }
      response.on('data', (chunk: Uint8Array) => {
        read += chunk.length
        if (read > bodyBytesMax) done()
      })
      response.on('end', done)
      response.on('error', done)
      response.on('close', done)
    })
    // The status is the answer; a body that never ends, or breaks off, changes nothing of it.
    request.on('error', (error) => (answer ? resolve(answer) : reject(error)))
    request.end(body)
  })
}

function failureOf(
  error: unknown,
): 'name_unresolved' | 'address_refused' | 'connection_failed' | 'tls_failed' {
  if (error instanceof Refused) return error.failure
  const code = String((error as { code?: unknown } | undefined)?.code ?? '')
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code) ? 'tls_failed' : 'connection_failed'
}
