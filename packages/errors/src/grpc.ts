import { AppError, type AppErrorOptions, type FieldError, toAppError } from './app-error.ts'
import { type ErrorCode, errorCatalogue, isErrorCode } from './catalogue.ts'

/** An error as gRPC carries it: a status, the public text, and a trailer of text values. */
export interface GrpcError {
  code: number
  details: string
  metadata: Record<string, string>
}

/** A trailer has to fit in a header block (8 KB by default at many peers), so a list of fields is cut there. */
const fieldsBytesMax = 6_000

/** Public text, code, fields and until travel. The internal text, meta and the cause stay here. */
export function toGrpc(error: unknown): GrpcError {
  const { code, detail, fields, until } = toAppError(error)
  const metadata: Record<string, string> = { 'palomar-code': code }
  if (fields && fields.length > 0) metadata['palomar-fields'] = fieldsJson(fields)
  if (until) metadata['palomar-until'] = until.toISOString()
  return { code: errorCatalogue[code].grpc, details: detail, metadata }
}

/**
 * The error again on the other side. Without our code in the trailer (grpc-js itself, a proxy) the text is kept as
 * internal, because nobody wrote it for a tenant.
 */
export function fromGrpc(error: {
  code: number
  details?: string
  metadata?: Record<string, string>
  cause?: unknown
}): AppError {
  const ours = error.metadata?.['palomar-code']
  const cause = error.cause === undefined ? {} : { cause: error.cause }
  if (!isErrorCode(ours)) {
    const internal = `gRPC status ${error.code}: ${error.details ?? ''}`
    return new AppError(codeOfStatus(error.code), { internal, ...cause })
  }
  const options: AppErrorOptions = { ...cause }
  if (error.details) options.detail = error.details
  const fields = parseFields(error.metadata?.['palomar-fields'])
  if (fields) options.fields = fields
  const until = new Date(error.metadata?.['palomar-until'] ?? Number.NaN)
  if (!Number.isNaN(until.getTime())) options.until = until
  return new AppError(ours, options)
}

const codesOfStatus: Record<number, ErrorCode> = {
  // Cancelled by us is the caller going away; by the other side it is a connection that ended.
  1: 'unavailable',
  3: 'bad_request',
  4: 'deadline_exceeded',
  5: 'not_found',
  6: 'already_exists',
  7: 'forbidden',
  // Not from us, so a message over a peer's size limit: it will not heal by waiting, but must not block the others.
  8: 'rate_limited',
  9: 'conflict',
  10: 'conflict',
  14: 'unavailable',
  16: 'unauthenticated',
}

function codeOfStatus(status: number): ErrorCode {
  return codesOfStatus[status] ?? 'internal'
}

function fieldsJson(fields: FieldError[]): string {
  const kept: FieldError[] = []
  let bytes = 2
  for (const { path, code, detail } of fields) {
    const one = { path, code, detail }
    bytes += Buffer.byteLength(JSON.stringify(one)) + 1
    if (bytes > fieldsBytesMax) break
    kept.push(one)
  }
  return JSON.stringify(kept)
}

function parseFields(text: string | undefined): FieldError[] | undefined {
  if (text === undefined) return undefined
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list.filter(isFieldError) : undefined
  } catch {
    return undefined // a cut trailer costs the list, not the answer
  }
}

function isFieldError(value: unknown): value is FieldError {
  if (typeof value !== 'object' || value === null) return false
  const { path, code, detail } = value as Record<string, unknown>
  return typeof path === 'string' && typeof code === 'string' && typeof detail === 'string'
}
