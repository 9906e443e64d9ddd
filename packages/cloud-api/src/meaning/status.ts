import type { JsonObject } from '../json.ts'
import type { ParsedChange } from '../webhook/change.ts'
import type { WireStatus } from '../webhook/fields/status.ts'
import { filled, given } from './given.ts'
import { contactsIn, objectsAt } from './message.ts'
import { errorItems, type MetaErrorItem } from './meta-error.ts'
import { knownPerson, type Person, personOf } from './person.ts'

/** What became of a message that a business sent. Several participants of a group may share wamid and status. */
export interface Status {
  wamid: string
  /** sent, delivered, read, played, failed, or a word we do not know; in lower case. */
  status: string
  timestamp?: Date
  recipient: Person
  groupId?: string
  /** The group member the status speaks of. */
  participant?: Person
  /** The member as the status itself names him, user id before phone: whatever stands in `contacts` beside it. */
  participantId?: string
  /** `biz_opaque_callback_data` as it was sent. */
  echo?: string
  pricing?: Pricing
  conversation?: { id?: string; originType?: string; expiresAt?: Date }
  errors: MetaErrorItem[]
  templateId?: string
  /** `payment` or `call`, when the status is of such a thing and not of a message. */
  subject?: string
  /** All of it, as a store takes it. */
  json: JsonObject
}

export interface Pricing {
  /** Meta wants to drop this: when it is gone it follows from `type`. */
  billable: boolean
  model: string
  type: string
  category: string
}

/** The statuses of a `messages` change, but for what has no id: see `namelessIn`. */
export function statusesIn(change: ParsedChange): Status[] {
  if (change.kind !== 'messages' || change.value.statuses === undefined) return []
  const contacts = contactsIn(change)
  const jsons = objectsAt(change.json, 'statuses')
  return change.value.statuses.flatMap((status, i) => statusOf(status, jsons[i] ?? {}, contacts) ?? [])
}

function statusOf(status: WireStatus, json: JsonObject, contacts: readonly Person[]): Status | undefined {
  const { id: wamid, recipient_id: recipientId, conversation } = status
  if (!wamid) return undefined
  const isGroup = status.recipient_type === 'group'
  const member = filled(memberOf(status))
  const pricing = filled(status.pricing) ?? filled(conversation?.pricing)
  return {
    wamid,
    status: (status.status ?? '').toLowerCase(),
    ...given('timestamp', status.timestamp),
    recipient: isGroup ? {} : knownPerson(recipientOf(status), contacts),
    ...given('groupId', isGroup ? recipientId : status.group_id),
    ...given('participant', member && knownPerson(member, contacts)),
    ...given('participantId', memberUserId(status) || memberPhone(status)),
    ...given('echo', status.biz_opaque_callback_data),
    ...given('pricing', pricing && pricingOf(pricing)),
    ...given('conversation', filled(conversation) && conversationOf(conversation)),
    errors: errorItems(status.errors),
    ...given('templateId', status.template_id),
    ...given('subject', status.type),
    json,
  }
}

const recipientOf = (status: WireStatus): Person =>
  personOf(
    status.recipient_id,
    status.recipient_user_id,
    status.recipient_parent_user_id || status.parent_recipient_user_id,
  )

const memberPhone = (status: WireStatus) => status.recipient_participant_id || status.participant_recipient_id
const memberUserId = (status: WireStatus) =>
  status.recipient_participant_user_id || status.participant_recipient_user_id

const memberOf = (status: WireStatus): Person =>
  personOf(
    memberPhone(status),
    memberUserId(status),
    status.recipient_participant_parent_user_id || status.participant_recipient_parent_user_id,
  )

function pricingOf({
  billable,
  pricing_model,
  type = '',
  category,
}: NonNullable<WireStatus['pricing']>): Pricing {
  return {
    billable: billable ?? type === 'regular',
    model: pricing_model ?? '',
    type,
    category: category ?? '',
  }
}

function conversationOf(conversation: WireStatus['conversation']): NonNullable<Status['conversation']> {
  return {
    ...given('id', conversation?.id),
    ...given('originType', conversation?.origin?.type),
    ...given('expiresAt', conversation?.expiration_timestamp),
  }
}
