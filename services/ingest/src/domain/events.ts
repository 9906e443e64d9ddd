/**
 * The events a routed change makes. Their ids come from the fact (CONTRACTS 3): a crash, a replay, or a retry of
 * Meta's that groups the same updates otherwise, gives the same ids.
 */
import {
  type Call,
  callsIn,
  errorItems,
  type InboundMessage,
  type Json,
  messagesIn,
  namelessIn,
  type ParsedChange,
  type Person,
  type Status,
  statusesIn,
  windowAfterCall,
} from '@palomar/cloud-api'
import { eventIdOf, type Id, type ingestEventsV1 } from '@palomar/contracts'
import { besideLists } from './beside-lists.ts'
import { canonicalJson } from './canonical-json.ts'
import type { IncomingChange } from './incoming.ts'
import type { Route } from './route.ts'

type Event = ingestEventsV1.Event
type NumberRef = ingestEventsV1.NumberRef

/** What every event of one change shares. */
interface Origin {
  change: IncomingChange
  route: Route
  number: NumberRef
}

/** Nothing for what cannot be read. */
export function eventsOf(change: IncomingChange, route: Route): Event[] {
  const { parsed } = change
  if (!parsed || parsed.kind === 'unreadable') return []
  const { numberId, wabaId, portfolioId } = route
  const number = { numberId, phoneNumberId: change.key?.phoneNumberId ?? '', wabaId, portfolioId }
  const origin: Origin = { change, route, number }
  if (parsed.kind !== 'messages') {
    const calls = callsIn(parsed).map((call) => callReceived(call, origin))
    return [...calls, changeReceived(parsed.json, origin)]
  }
  const statuses = statusesIn(parsed)
  const rest = restOf(parsed, statuses)
  return [
    ...messagesIn(parsed).map((message) => messageReceived(message, origin)),
    ...statuses.filter(isOfMessage).map((status) => statusReceived(status, origin)),
    ...(rest === undefined ? [] : [changeReceived(rest, origin)]),
  ]
}

/** Payments and calls have statuses that say nothing of a message. */
const isOfMessage = (status: Status) => status.subject === undefined

/** What stands in a message-like value beside messages and their statuses, for whoever understands it. */
function restOf(change: ParsedChange & { kind: 'messages' }, statuses: readonly Status[]): Json | undefined {
  const parts = besideLists(change.json)
  const errors = errorItems(change.value.errors)
  const nameless = namelessIn(change)
  const others = statuses.filter((status) => !isOfMessage(status)).map((status) => status.json)
  if (errors.length > 0) parts.errors = errors.map((error) => ({ ...error }))
  if (nameless.length > 0) parts.nameless = nameless
  if (others.length > 0) parts.statuses = others
  return Object.keys(parts).length > 0 ? parts : undefined
}

function messageReceived(message: InboundMessage, origin: Origin): Event {
  const { field, receivedAt } = origin.change
  const placeholder = message.type === 'media_placeholder'
  const id = eventIdOf('message', scopeOf(origin), message.wamid, field, placeholder ? 'placeholder' : '')
  return {
    header: headerOf(id, message.timestamp, origin),
    payload: {
      $case: 'messageReceived',
      value: {
        number: origin.number,
        wamid: message.wamid,
        from: personOf(message.from),
        type: message.type,
        contentJson: JSON.stringify(message.own ?? message.json),
        contextWamid: message.context?.wamid ?? '',
        field,
        groupId: message.groupId ?? '',
        referralJson: message.referral === undefined ? '' : JSON.stringify(message.referral),
        errors: message.errors,
        receivedAt,
        placeholder,
      },
    },
  }
}

function statusReceived(status: Status, origin: Origin): Event {
  // Not the participant as `contacts` complete him: those depend on what stood beside it, and the id must not.
  const participant = status.participantId ?? ''
  const id = eventIdOf(
    'status',
    scopeOf(origin),
    status.wamid,
    participant,
    status.status,
    status.timestamp === undefined ? '' : String(status.timestamp.getTime()),
    String(status.errors[0]?.code ?? ''),
  )
  return {
    header: headerOf(id, status.timestamp, origin),
    payload: {
      $case: 'statusReceived',
      value: {
        number: origin.number,
        wamid: status.wamid,
        status: status.status,
        recipient: personOf(status.recipient),
        participant,
        echo: status.echo ?? '',
        errors: status.errors,
        pricing: status.pricing,
        conversationJson: status.conversation === undefined ? '' : JSON.stringify(status.json.conversation),
        receivedAt: origin.change.receivedAt,
      },
    },
  }
}

/** Meta's retries have the same id; what happens to a call later is another event of it. */
function callReceived(call: Call, origin: Origin): Event {
  const { callId, event, isByUser, timestamp } = call
  const time = timestamp === undefined ? '' : String(timestamp.getTime())
  return {
    header: headerOf(eventIdOf('call', scopeOf(origin), callId, event, time), timestamp, origin),
    payload: {
      $case: 'callReceived',
      value: {
        number: origin.number,
        callId,
        event,
        direction: isByUser === undefined ? '' : isByUser ? 'user_initiated' : 'business_initiated',
        customer: personOf(call.customer),
        windowExpiresAt: windowAfterCall(call) ?? undefined,
        receivedAt: origin.change.receivedAt,
      },
    },
  }
}

function changeReceived(json: Json, origin: Origin): Event {
  const { entryId, entryTime, field, receivedAt } = origin.change
  const time = entryTime === undefined ? '' : String(entryTime.getTime())
  const id = eventIdOf('change', scopeOf(origin), entryId, field, canonicalJson(json), time)
  return {
    header: headerOf(id, entryTime, origin),
    payload: {
      $case: 'changeReceived',
      value: { number: origin.number, entryId, field, valueJson: JSON.stringify(json), receivedAt },
    },
  }
}

/** A number that moves to another company is another number there; before a number, the company scopes the fact. */
function scopeOf({ route }: Origin): string {
  return route.numberId === '' ? route.tenantId : route.numberId
}

function headerOf(id: Id<'event'>, time: Date | undefined, { route, change }: Origin) {
  return { id, tenantId: route.tenantId, time: time ?? change.receivedAt, traceparent: '' }
}

function personOf(person: Person): ingestEventsV1.Person {
  const {
    waId = '',
    userId = '',
    parentUserId = '',
    username = '',
    profileName = '',
    previousUserId = '',
    previousWaId = '',
  } = person
  return { waId, userId, parentUserId, username, profileName, previousUserId, previousWaId }
}
