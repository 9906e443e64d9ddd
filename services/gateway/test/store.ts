/** Where media's signed addresses lead, played: keeps what is put, gives what it is told to. */
import { mediaV1, newId } from '@palomar/contracts'

export interface Store {
  url: string
  /** What was put, in order; one that broke off is not here. */
  put: Uint8Array[]
  /** Bytes of a GET; a Range header is honoured. */
  bytes: Uint8Array
  /** Answers in place of all that. */
  answer: ((request: Request) => Response | Promise<Response>) | undefined
  stop(): Promise<void>
}

export function startStore(): Store {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      if (store.answer) return store.answer(request)
      if (request.method === 'GET') return ranged(request, store.bytes)
      const bytes = await request.bytes()
      store.put.push(bytes)
      const media = mediaV1.Media.fromPartial({
        id: newId('media'),
        direction: 'outbound',
        state: 'stored',
        kind: 'document',
        mimeType: 'text/plain',
        sizeBytes: BigInt(bytes.length),
        version: 2n,
      })
      return new Response(Uint8Array.from(mediaV1.Media.encode(media).finish()))
    },
  })
  const store: Store = {
    url: `http://127.0.0.1:${server.port}`,
    put: [],
    bytes: Buffer.from('0123456789'),
    answer: undefined,
    stop: () => server.stop(true),
  }
  return store
}

function ranged(request: Request, bytes: Uint8Array): Response {
  const headers: Record<string, string> = { 'content-type': 'image/png', 'content-disposition': 'inline' }
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('range') ?? '') ?? []
  if (end === undefined) return new Response(Uint8Array.from(bytes), { headers })
  headers['content-range'] = `bytes ${start}-${end}/${bytes.length}`
  return new Response(Uint8Array.from(bytes.subarray(Number(start), Number(end) + 1)), {
    status: 206,
    headers,
  })
}
