import type http from 'node:http'
import type { GraphCall, GraphCore } from './core.ts'
import { exchangeWith, reasonOf, type Unanswered } from './exchange.ts'

export interface DownloadCall extends Pick<GraphCall, 'token' | 'signal'> {
  url: string
  /** Until the answer begins. */
  deadlineMs: number
  /** The longest silence while bytes are read; 30 s unless said. */
  idleMs?: number
  /** A file that is larger is not read. 100 MB unless said: Meta passes nothing larger on. */
  bytesMax?: number
}

export type MediaDownload =
  | {
      kind: 'file'
      /**
       * The bytes as they arrive, as fast as they are taken, once. Throws {@link MediaCut} when they end too early, stop, or
       * are too many.
       */
      bytes: AsyncIterable<Uint8Array>
      /** For a file that will not be read after all: gives its connection up. */
      cancel(): void
      mimeType: string
      /** In bytes, when it was announced. */
      size?: number
    }
  /** The address is over, after 5 minutes: `getMedia` gives another while the id lives. */
  | { kind: 'expired' }
  /** This token may not read it. */
  | { kind: 'refused'; status: number }
  | { kind: 'too_large'; size: number }
  /** Not an address of Meta's: our token was not shown to it. */
  | { kind: 'untrusted'; host: string }
  /** No answer, or none that says anything: try again. */
  | { kind: 'failed'; reason: string }

export class MediaCut extends Error {}

const idleMsUnlessSaid = 30_000
const bytesMaxUnlessSaid = 100 * 1024 * 1024
const redirectsMax = 3
/** Bare clients get a page instead of the file: seen by integrators, not documented. [?] */
const userAgent = 'palomar-cloud-api'

/** `pages.media` */
export async function downloadFrom(core: GraphCore, call: DownloadCall): Promise<MediaDownload> {
  let address = call.url
  for (let hop = 0; hop <= redirectsMax; hop++) {
    const url = URL.parse(address)
    if (!url || !isTrusted(url, core)) return { kind: 'untrusted', host: url?.host ?? '' }
    const outcome = await readHead(core, call, url)
    if (isUnanswered(outcome)) return { kind: 'failed', reason: outcome.reason }
    if (outcome.kind !== 'moved') return outcome
    address = URL.parse(outcome.to, url)?.href ?? ''
  }
  return { kind: 'failed', reason: 'it only points elsewhere' }
}

const isUnanswered = (head: Head): head is Unanswered => head.kind === 'not_sent' || head.kind === 'in_doubt'

/** Payloads name addresses, and whoever is asked sees the token: Meta's hosts over TLS, or the very server we talk to. */
function isTrusted(url: URL, { base, mediaHosts }: GraphCore): boolean {
  if (url.origin === base.origin) return true
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return false
  return mediaHosts.some((host) => url.host === host || url.host.endsWith(`.${host}`))
}

type Head = MediaDownload | { kind: 'moved'; to: string } | Unanswered

function readHead(core: GraphCore, call: DownloadCall, url: URL): Promise<Head> {
  return exchangeWith<Head>(
    {
      method: 'GET',
      url,
      headers: { authorization: `Bearer ${call.token}`, accept: '*/*', 'user-agent': userAgent },
      agent: core.agentFor(url),
      deadlineMs: call.deadlineMs,
      signal: call.signal,
    },
    (response, { finish }) => {
      // It may break before anyone reads it, or after.
      response.on('error', () => {})
      const head = headOf(response, call)
      if (head.kind !== 'file') response.destroy()
      finish(head)
    },
  )
}

function headOf(response: http.IncomingMessage, call: DownloadCall): Head {
  const status = response.statusCode ?? 0
  const { 'content-type': type = '', 'content-length': length, location } = response.headers
  const { bytesMax = bytesMaxUnlessSaid, idleMs = idleMsUnlessSaid, signal } = call
  const size = length === undefined ? undefined : Number(length)
  if (status >= 300 && status < 400 && location) return { kind: 'moved', to: location }
  // After its five minutes an address answers 404; 410 would say the same. [doc]
  if (status === 404 || status === 410) return { kind: 'expired' }
  if (status === 401 || status === 403) return { kind: 'refused', status }
  if (status !== 200) return { kind: 'failed', reason: `HTTP ${status}` }
  if (size !== undefined && size > bytesMax) return { kind: 'too_large', size }
  return {
    kind: 'file',
    bytes: bytesOf(response, { bytesMax, idleMs, signal }),
    cancel: () => response.destroy(),
    mimeType: type,
    ...(size === undefined || !Number.isSafeInteger(size) ? {} : { size }),
  }
}

interface Reading {
  bytesMax: number
  idleMs: number
  signal: AbortSignal | undefined
}

async function* bytesOf(
  response: http.IncomingMessage,
  { bytesMax, idleMs, signal }: Reading,
): AsyncGenerator<Uint8Array> {
  let cut: MediaCut | undefined
  const stop = (reason: string) => {
    cut ??= new MediaCut(reason)
    response.destroy()
  }
  const onAbort = () => stop('aborted')
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) stop('aborted')
  let read = 0
  let idle: ReturnType<typeof setTimeout> | undefined
  // Only our waiting for them counts, not their waiting for whoever takes the bytes.
  const waiting = () => {
    idle = setTimeout(() => stop(`nothing came for ${idleMs} ms`), idleMs)
  }
  try {
    waiting()
    for await (const bytes of response as AsyncIterable<Buffer>) {
      clearTimeout(idle)
      read += bytes.length
      if (read > bytesMax) stop(`it has more than ${bytesMax} bytes`)
      if (cut) throw cut
      yield bytes
      waiting()
    }
    if (cut) throw cut
    if (!response.complete) throw new MediaCut('the connection broke inside the file')
  } catch (error) {
    throw cut ?? (error instanceof MediaCut ? error : new MediaCut(reasonOf(error)))
  } finally {
    clearTimeout(idle)
    signal?.removeEventListener('abort', onAbort)
    response.destroy()
  }
}
