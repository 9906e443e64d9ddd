import { idFromUuid, type Permission, parseId, uuidOf, uuidOfFact } from '@palomar/contracts'
import type { MessageRow } from '../db/message-row.ts'

export type NotificationCode =
  | 'message_failed'
  | 'number_paused'
  | 'number_token_expired'
  | 'number_refused'
  | 'webhook_endpoint_failing'

/** Something that a person should know of. Its id is derived from the fact, so that it is said once. */
export interface News {
  tenantId: string
  id: string
  audience: Audience
  type: 'error' | 'warning'
  code: NotificationCode
  relatedType: string
  relatedId: string
  params: Record<string, string | number>
  /** When it happened. */
  at: Date
}

/**
 * Whom it is for: one person, or everybody with a permission. A permission instead of a role, because it is what live
 * frames are checked by, and because inbox then needs no copy of who is what in a company: whoever gains or loses the
 * role gains or loses its notifications with it.
 */
export type Audience = `u:${string}` | `p:${Permission}`

/** Supervisors and up have these, and nobody below. */
const numberWatchers: Audience = 'p:analytics:read'
const endpointWatchers: Audience = 'p:automation:read'
export const sharedAudiences = [numberWatchers, endpointWatchers] as const

/** News older than this reaches nobody: a replay must not (CONTRACTS 3). */
export const newsAgeMaxMs = 24 * 3_600_000

const newsId = (code: NotificationCode, ...fact: string[]) => uuidOfFact('notification', code, ...fact)

/** A person's own message will not arrive. Programs hear of it by their webhook. */
export function messageFailed(row: MessageRow): News[] {
  const sender = parseId('user', row.createdBy)
  if (row.state !== 'failed' || !row.conversationId || !sender) return []
  const messageId = idFromUuid('message', row.id)
  const error = row.error ?? row.fold?.error
  return [
    {
      tenantId: row.tenantId,
      id: newsId('message_failed', row.id),
      audience: `u:${uuidOf(sender)}`,
      type: 'error',
      code: 'message_failed',
      relatedType: 'message',
      relatedId: messageId,
      params: {
        message_id: messageId,
        conversation_id: idFromUuid('conversation', row.conversationId),
        error_code: error?.code ?? 0,
        failure_code: row.failureCode,
      },
      at: row.stateAt ?? row.failedAt ?? new Date(0),
    },
  ]
}

export function numberPaused(number: {
  tenantId: string
  id: string
  version: bigint
  phone: string
  at: Date
}): News {
  return aboutNumber('number_paused', number, [String(number.version)], {})
}

/** `eventId` names the hold: one per token, or per error and day. */
export function numberHeld(number: {
  tenantId: string
  id: string
  phone: string
  reason: string
  errorCode: number
  eventId: string
  at: Date
}): News {
  const code = number.reason === 'token' ? 'number_token_expired' : 'number_refused'
  return aboutNumber(code, number, [number.eventId], { error_code: number.errorCode })
}

function aboutNumber(
  code: NotificationCode,
  number: { tenantId: string; id: string; phone: string; at: Date },
  fact: string[],
  more: Record<string, number>,
): News {
  const numberId = idFromUuid('number', number.id)
  return {
    tenantId: number.tenantId,
    id: newsId(code, number.id, ...fact),
    audience: numberWatchers,
    type: code === 'number_paused' ? 'warning' : 'error',
    code,
    relatedType: 'number',
    relatedId: numberId,
    params: { number_id: numberId, phone: number.phone, ...more },
    at: number.at,
  }
}

export function endpointFailing(endpoint: {
  tenantId: string
  id: string
  version: bigint
  reason: string
  at: Date
}): News {
  const endpointId = idFromUuid('webhookEndpoint', endpoint.id)
  return {
    tenantId: endpoint.tenantId,
    id: newsId('webhook_endpoint_failing', endpoint.id, String(endpoint.version)),
    audience: endpointWatchers,
    type: 'error',
    code: 'webhook_endpoint_failing',
    relatedType: 'webhook_endpoint',
    relatedId: endpointId,
    params: { endpoint_id: endpointId, reason: endpoint.reason },
    at: endpoint.at,
  }
}
