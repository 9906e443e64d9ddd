import type { inboxEventsV1 } from '@palomar/contracts'
import type { Direction, Told } from '../domain/fact.ts'
import { instant, optionalInstant, optionalUuid, unreadable, uuid } from './parse.ts'

/** What an event of inbox says of a message; undefined for one about something else. */
export function toldOf(event: inboxEventsV1.Event): Told | undefined {
  const { payload } = event
  if (payload?.$case === 'messageStored') {
    const { value } = payload
    return { kind: 'stored', ...ofMessage(event, value), storedAt: instant(value.sentAt, 'sent_at') }
  }
  if (payload?.$case !== 'messageUpdated') return undefined
  const { value } = payload
  if (value.version <= 0n) throw unreadable('an update without version')
  return {
    kind: 'updated',
    ...ofMessage(event, value),
    version: value.version,
    state: value.state,
    acceptedAt: optionalInstant(value.acceptedAt, 'accepted_at'),
    sentAt: optionalInstant(value.sentAt, 'sent_at'),
    deliveredAt: optionalInstant(value.deliveredAt, 'delivered_at'),
    readAt: optionalInstant(value.readAt, 'read_at'),
    failedAt: optionalInstant(value.failedAt, 'failed_at'),
    errorCode: value.error?.code ?? 0,
    failureCode: value.failureCode,
    pricingCategory: value.pricing?.category ?? '',
    pricingModel: value.pricing?.model ?? '',
    billable: value.pricing?.billable ?? null,
  }
}

type Value = Pick<
  inboxEventsV1.MessageUpdated & inboxEventsV1.MessageStored,
  'messageId' | 'numberId' | 'conversationId' | 'direction' | 'type' | 'createdBy'
>

function ofMessage({ header }: inboxEventsV1.Event, value: Value) {
  return {
    tenantId: uuid('tenant', header?.tenantId, 'tenant_id'),
    messageId: uuid('message', value.messageId, 'message_id'),
    numberId: uuid('number', value.numberId, 'number_id'),
    conversationId: optionalUuid('conversation', value.conversationId, 'conversation_id'),
    direction: directionOf(value.direction),
    type: value.type,
    createdBy: value.createdBy,
    at: instant(header?.time, 'time'),
  }
}

function directionOf(text: string): Direction {
  if (text === 'inbound' || text === 'outbound') return text
  throw unreadable('direction is neither inbound nor outbound')
}
