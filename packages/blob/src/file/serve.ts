import { stat } from 'node:fs/promises'
import { parseRange } from '../range.ts'
import { filesPath, readAddress } from './address.ts'
import type { FileBlob } from './file-blob.ts'

const never = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
}

/**
 * Answers the file driver's signed addresses: GET and HEAD, one range, ETag. Undefined for what is none of them. A
 * forged, changed or expired one is 403, as S3 answers.
 */
export function createFileServer(blob: FileBlob, now: () => number = Date.now) {
  return async function serve(request: Request): Promise<Response | undefined> {
    const url = new URL(request.url)
    if (!url.pathname.startsWith(filesPath)) return undefined
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    }
    const address = readAddress(url, blob.secret, now())
    if (!address) return new Response(null, { status: 403, headers: never })
    const path = blob.pathOf(address.key)
    const found = await stat(path).catch(() => undefined)
    if (!found?.isFile()) return new Response(null, { status: 404, headers: never })
    const etag = `"${found.size.toString(16)}-${Math.floor(found.mtimeMs).toString(16)}"`
    const headers: Record<string, string> = {
      ...never,
      'content-type': address.mimeType,
      'content-disposition': address.disposition,
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=60',
      etag,
    }
    if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
    // A condition that no longer holds makes the range void: the whole comes.
    const condition = request.headers.get('if-range')
    const asked = condition === null || condition === etag ? request.headers.get('range') : null
    const range = parseRange(asked, found.size)
    if (range === 'unsatisfiable') {
      return new Response(null, {
        status: 416,
        headers: { ...headers, 'content-range': `bytes */${found.size}` },
      })
    }
    const { start, end = found.size - 1 } = range ?? { start: 0 }
    if (range) headers['content-range'] = `bytes ${start}-${end}/${found.size}`
    headers['content-length'] = String(end - start + 1)
    const body = request.method === 'HEAD' ? null : Bun.file(path).slice(start, end + 1)
    return new Response(body, { status: range ? 206 : 200, headers })
  }
}
