import { type dispatcherV1, idFromUuid } from '@palomar/contracts'
import type { NewMessage } from './db/accept.ts'
import { type AttemptRow, attemptOf, type MessageRow } from './db/message-row.ts'
import type { Attempt } from './domain/attempt.ts'

/** A row of the ledger as callers see it. */
export function outboundOf(row: MessageRow, attempts: readonly AttemptRow[]): dispatcherV1.OutboundMessage {
  return {
    id: idFromUuid('message', row.id),
    tenantId: idFromUuid('tenant', row.tenant_id),
    numberId: idFromUuid('number', row.number_id),
    recipient: { to: row.recipient_to, userId: row.recipient_user_id, key: row.recipient_key },
    type: row.type,
    contentJson: row.content,
    state: row.state,
    version: row.version,
    attempts: attempts.map((attempt) => attemptShown(attemptOf(attempt))),
    acceptedAt: row.accepted_at,
    dueAt: row.due_at,
    sentAt: row.sent_at ?? undefined,
    deliveredAt: row.delivered_at ?? undefined,
    readAt: row.read_at ?? undefined,
    failedAt: row.failed_at ?? undefined,
    error: row.error ?? undefined,
    pricing: row.pricing ?? undefined,
    failureCode: row.failure_code ?? '',
    callbackData: row.callback_data,
    createdBy: row.created_by,
    contextWamid: row.context_wamid,
    waId: row.wa_id ?? '',
  }
}

/** The vocabulary of the contract; why an attempt failed is in its error and the message's failure code. */
function attemptShown(attempt: Attempt): dispatcherV1.Attempt {
  const failed = attempt.state === 'unknown' || attempt.state === 'rejected'
  return {
    n: attempt.n,
    state: failed ? 'failed' : attempt.state,
    wamid: attempt.wamid ?? '',
    startedAt: attempt.startedAt,
    settledAt: attempt.settledAt ?? undefined,
    error: attempt.error ?? undefined,
  }
}

/** The answer to an accept, which is given before anything has happened to the row. */
export function outboundOfNew(row: NewMessage): dispatcherV1.OutboundMessage {
  return {
    id: idFromUuid('message', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    numberId: idFromUuid('number', row.numberId),
    recipient: { to: row.recipientTo, userId: row.recipientUserId, key: row.recipientKey },
    type: row.type,
    contentJson: row.content,
    state: 'queued',
    version: 1n,
    attempts: [],
    acceptedAt: row.acceptedAt,
    dueAt: row.dueAt,
    sentAt: undefined,
    deliveredAt: undefined,
    readAt: undefined,
    failedAt: undefined,
    error: undefined,
    pricing: undefined,
    failureCode: '',
    callbackData: row.callbackData,
    createdBy: row.createdBy,
    contextWamid: row.contextWamid,
    waId: '',
  }
}
