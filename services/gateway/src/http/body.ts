import { appError } from '@palomar/errors'
import { findNul, nestingMax, nestsTooDeep } from './json-limits.ts'

/**
 * The whole body, or `payload_too_large` as soon as it is known: by its length header, or when a body without one
 * goes over.
 */
export async function readBody(request: Request, bytesMax: number): Promise<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? Number.NaN)
  if (declared > bytesMax) throw tooLarge(bytesMax)
  if (request.body === null) return new Uint8Array()
  // With a length the server reads no more than it says, so the plain way is safe and much faster.
  if (!Number.isNaN(declared)) return request.bytes()
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of request.body) {
    bytes += part.byteLength
    if (bytes > bytesMax) throw tooLarge(bytesMax)
    parts.push(part)
  }
  return Buffer.concat(parts, bytes)
}

function tooLarge(bytesMax: number) {
  return appError('payload_too_large', { detail: `The request body is larger than ${bytesMax} bytes.` })
}

const jsonType = /^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The body as JSON: 415 for another type, 400 when it does not parse. */
export async function readJson(request: Request, bytesMax: number): Promise<unknown> {
  const type = request.headers.get('content-type')
  if (type === null || !jsonType.test(type)) throw appError('unsupported_media_type')
  const bytes = await readBody(request, bytesMax)
  if (nestsTooDeep(bytes)) {
    throw appError('bad_request', { detail: `The body nests deeper than ${nestingMax} levels.` })
  }
  const value = parseJson(bytes)
  const nul = findNul(value)
  if (nul !== undefined) {
    const fields = [{ path: nul, code: 'malformed', detail: 'U+0000 is no text.' }]
    throw appError('validation_failed', { fields })
  }
  return value
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (cause) {
    throw appError('bad_request', { detail: 'The body is not valid JSON in UTF-8.', cause })
  }
}
