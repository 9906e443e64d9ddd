import type { ingestEventsV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import type { Fold } from '../domain/status-fold.ts'
import type { MediaRow } from './media.ts'

/** A row of messages as every query returns it. */
export interface MessageRow {
  tenantId: string
  id: string
  conversationId: string | null
  contactId: string | null
  numberId: string
  direction: string
  type: string
  content: string
  wamid: string
  /** Of accepted attempts before the last one, with spaces between. */
  earlierWamids: string
  contextWamid: string
  groupId: string
  recipient: string
  createdBy: string
  at: Date | null
  sortKey: string
  scheduledAt: Date | null
  acceptedAt: Date | null
  placeholder: boolean
  state: string
  stateAt: Date | null
  ledgerVersion: bigint
  sentAt: Date | null
  deliveredAt: Date | null
  readAt: Date | null
  failedAt: Date | null
  error: ingestEventsV1.MetaError | null
  pricing: ingestEventsV1.Pricing | null
  failureCode: string
  fold: Fold | null
  version: bigint
  /** The message it answers, when we have it; only where the query joins it. */
  replyToId?: string | null
  /** What is known of the file it carries; only where it was asked for. */
  media?: MediaRow | undefined
}

/** The columns of a {@link MessageRow}, of a table or alias named `m`. */
export function messageColumns(tx: Tx) {
  return tx`
    m.tenant_id as "tenantId", m.id, m.conversation_id as "conversationId", m.contact_id as "contactId",
    m.number_id as "numberId", m.direction, m.type, m.content, m.wamid,
    m.earlier_wamids as "earlierWamids", m.context_wamid as "contextWamid", m.group_id as "groupId", m.recipient,
    m.created_by as "createdBy", m.at, m.sort_key as "sortKey", m.scheduled_at as "scheduledAt",
    m.accepted_at as "acceptedAt", m.placeholder, m.state, m.state_at as "stateAt", m.ledger_version as "ledgerVersion", m.sent_at as "sentAt",
    m.delivered_at as "deliveredAt", m.read_at as "readAt", m.failed_at as "failedAt", m.error, m.pricing,
    m.failure_code as "failureCode", m.fold, m.version`
}
