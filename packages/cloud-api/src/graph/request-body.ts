import type http from 'node:http'

/** What a request carries: text, or bytes that are made while they are sent. */
export interface RequestBody {
  /** In bytes; without it the body goes in chunks. */
  length: number | undefined
  content: string | AsyncIterable<Uint8Array>
}

export const jsonBody = (value: unknown): RequestBody => {
  const content = JSON.stringify(value)
  return { content, length: Buffer.byteLength(content) }
}

/**
 * Writes a body as fast as the socket takes it. True when all of it was written; false when `isOver` said that nobody
 * waits for it any more. Throws what the source throws, and when the source has another length than was announced:
 * Graph must never take the beginning of a file for the file.
 */
export async function writeBody(
  request: http.ClientRequest,
  body: RequestBody | undefined,
  isOver: () => boolean,
): Promise<boolean> {
  if (body === undefined || typeof body.content === 'string') {
    request.end(body?.content)
    return true
  }
  const { length, content } = body
  let written = 0
  for await (const bytes of content) {
    if (isOver()) return false
    written += bytes.length
    if (length !== undefined && written > length) throw new Error('the file is longer than announced')
    if (!request.write(bytes)) await drained(request)
  }
  if (isOver()) return false
  if (length !== undefined && written < length) throw new Error('the file is shorter than announced')
  request.end()
  return true
}

/** Waits for room; a request that ends meanwhile has its own say about why. */
function drained(request: http.ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      request.off('drain', done)
      request.off('close', done)
      resolve()
    }
    request.on('drain', done)
    request.on('close', done)
    if (request.destroyed) done()
  })
}
