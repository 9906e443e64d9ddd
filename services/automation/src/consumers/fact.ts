import type { inboxEventsV1 } from '@palomar/contracts'
import { isReported, receivedBody, statusBody, statusFact } from '../domain/payload.ts'
import { textOf } from '../domain/text-of.ts'
import type { Item } from './batch.ts'
import { instant, uuid } from './parse.ts'

/** A fact that somebody may want to hear of. */
export interface FactItem extends Item {
  eventId: string
  at: Date
  eventType: 'message.received' | 'message.status'
  messageId: string
  numberId: string
  /** Meta's id of a customer's message; empty otherwise. */
  wamid: string
  /** What makes it this fact for an endpoint. */
  fact: string[]
  /** Orders the facts of one batch: a message's versions, whatever their times say. */
  version: bigint
  /** The bytes for the endpoints, made when somebody wants them. */
  body(): string
  /** A customer's message that a rule may answer. */
  question: Question | undefined
}

export interface Question {
  conversationId: string
  text: string
  waId: string
  userId: string
}

/** Undefined for what nobody waits for. */
export function parseFact(event: inboxEventsV1.Event): FactItem | undefined {
  const { payload } = event
  if (payload?.$case === 'messageStored' && payload.value.direction === 'inbound') {
    const { value } = payload
    const head = headOf(event, value)
    const body = () => receivedBody(value, head.at)
    const fact = [value.messageId]
    return {
      ...head,
      wamid: value.wamid,
      eventType: 'message.received',
      fact,
      version: 1n,
      body,
      question: questionOf(value),
    }
  }
  const isStatus = payload?.$case === 'messageUpdated' && payload.value.direction === 'outbound'
  if (isStatus && isReported(payload.value.state)) {
    const { value } = payload
    const head = headOf(event, value)
    const body = () => statusBody(value, head.at)
    const { version } = value
    return {
      ...head,
      wamid: '',
      eventType: 'message.status',
      fact: statusFact(value),
      version,
      body,
      question: undefined,
    }
  }
  return undefined
}

function headOf({ header }: inboxEventsV1.Event, message: { messageId: string; numberId: string }) {
  const tenantId = uuid('tenant', header?.tenantId, 'tenant_id')
  const eventId = uuid('event', header?.id, 'id')
  return {
    tenantId,
    eventId,
    key: `${tenantId}/${eventId}`,
    at: instant(header?.time, 'time'),
    messageId: uuid('message', message.messageId, 'message_id'),
    numberId: uuid('number', message.numberId, 'number_id'),
  }
}

/** Groups are not answered: nobody asked the number alone. Nor is what says no words. */
function questionOf(message: inboxEventsV1.MessageStored): Question | undefined {
  const text = textOf(message.type, message.contentJson)
  const { waId, userId } = message
  if (text === '' || message.groupId !== '' || (waId === '' && userId === '')) return undefined
  return {
    conversationId: uuid('conversation', message.conversationId, 'conversation_id'),
    text,
    waId,
    userId,
  }
}
