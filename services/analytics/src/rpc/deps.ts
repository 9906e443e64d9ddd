import {
  type IdKind,
  type inboxHistoryV1,
  type numbersV1,
  parseId,
  type Uuid,
  uuidOf,
} from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { appError } from '@palomar/errors'
import { type CallContext, type RpcClient, tenantOf } from '@palomar/rpc'
import type { Clock, Logger } from '@palomar/runtime'

export interface RpcDeps {
  db: Db
  clock: Clock
  logger: Logger
  /** Up to when events have been counted; undefined when that cannot be known now. */
  countedUntil(): Promise<Date | undefined>
  history: Pick<RpcClient<typeof inboxHistoryV1.HistoryServiceService>, 'republish'>
  tenancy: Pick<RpcClient<typeof numbersV1.NumbersServiceService>, 'republish'>
}

/** The tenant a call is about, as rows have it. */
export function tenantUuid(call: CallContext, named?: string): Uuid {
  const id = parseId('tenant', tenantOf(call.caller, named))
  if (!id) throw invalid('tenant_id', 'The company id is not well formed.')
  return uuidOf(id)
}

/** A filter: absent when empty, refused when malformed. */
export function filterId(kind: IdKind, text: string, path: string): Uuid | undefined {
  if (!text) return undefined
  const id = parseId(kind, text)
  if (!id) throw invalid(path, `${path} is not well formed.`)
  return uuidOf(id)
}

export function invalid(path: string, detail: string) {
  return appError('validation_failed', { detail, fields: [{ path, code: 'invalid', detail }] })
}
