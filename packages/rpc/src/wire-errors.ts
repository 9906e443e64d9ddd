/**
 * How an AppError crosses gRPC: status, public text, and code, fields and until as JSON in a trailer. The internal
 * text and the cause stay in the process that knows them.
 */

import { Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js'
import { type AppError, fromGrpc, toGrpc } from '@palomar/errors'

export function toStatus(error: unknown): StatusObject {
  const { code, details, metadata } = toGrpc(error)
  const trailer = new Metadata()
  for (const [key, value] of Object.entries(metadata)) {
    // Header values are ASCII; public text may not be, so it travels as bytes.
    trailer.set(`${key}-bin`, Buffer.from(value, 'utf8'))
  }
  return { code, details, metadata: trailer }
}

export function fromStatus(error: ServiceError): AppError {
  const metadata: Record<string, string> = {}
  for (const [key, value] of Object.entries(error.metadata?.getMap() ?? {})) {
    if (key.endsWith('-bin') && Buffer.isBuffer(value)) metadata[key.slice(0, -4)] = value.toString('utf8')
  }
  return fromGrpc({ code: error.code, details: error.details, metadata })
}
