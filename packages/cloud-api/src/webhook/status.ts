import type { JsonObject } from '../json.ts'
import { errorsIn, type MetaErrorItem } from './meta-error.ts'
import { knownPerson, type Person, personOf } from './person.ts'
import { firstWord, flagIn, given, isGiven, objectIn, textIn, timeIn, wordIn } from './value.ts'

/** What became of a message that a business sent. Several participants of a group may share wamid and status. */
export interface Status {
  wamid: string
  /** sent, delivered, read, played, failed, or a word we do not know; in lower case. */
  status: string
  timestamp?: Date
  recipient: Person
  groupId?: string
  /** The group member the status speaks of: user id, else phone. */
  participant?: Person
  /** `biz_opaque_callback_data` as it was sent. */
  echo?: string
  pricing?: Pricing
  conversation?: { id?: string; originType?: string; expiresAt?: Date; json: JsonObject }
  errors: MetaErrorItem[]
  templateId?: string
  /** `payment` or `call`, when the status is of such a thing and not of a message. */
  subject?: string
  json: JsonObject
}

export interface Pricing {
  /** Meta wants to drop this: when it is gone it follows from `type`. */
  billable: boolean
  model: string
  type: string
  category: string
}

/** Reads an item of `statuses`; undefined when it has no id. */
export function statusOf(json: JsonObject, contacts: readonly Person[]): Status | undefined {
  const wamid = wordIn(json.id)
  if (wamid === undefined) return undefined
  const isGroup = wordIn(json.recipient_type) === 'group'
  const recipientId = wordIn(json.recipient_id)
  const recipient = isGroup
    ? {}
    : personOf(
        recipientId,
        wordIn(json.recipient_user_id),
        firstWord(json, 'recipient_parent_user_id', 'parent_recipient_user_id'),
      )
  const member = personOf(
    firstWord(json, 'recipient_participant_id', 'participant_recipient_id'),
    firstWord(json, 'recipient_participant_user_id', 'participant_recipient_user_id'),
    firstWord(json, 'recipient_participant_parent_user_id', 'participant_recipient_parent_user_id'),
  )
  const conversation = objectIn(json.conversation)
  const pricing = isGiven(json.pricing) ? json.pricing : conversation.pricing
  return {
    wamid,
    status: textIn(json.status).toLowerCase(),
    ...given('timestamp', timeIn(json.timestamp)),
    recipient: knownPerson(recipient, contacts),
    ...given('groupId', isGroup ? recipientId : wordIn(json.group_id)),
    ...given('participant', Object.keys(member).length > 0 ? knownPerson(member, contacts) : undefined),
    ...given('echo', wordIn(json.biz_opaque_callback_data)),
    ...given('pricing', isGiven(pricing) ? pricingOf(objectIn(pricing)) : undefined),
    ...given('conversation', isGiven(json.conversation) ? conversationOf(conversation) : undefined),
    errors: errorsIn(json.errors),
    ...given('templateId', wordIn(json.template_id)),
    ...given('subject', wordIn(json.type)),
    json,
  }
}

function pricingOf(json: JsonObject): Pricing {
  const type = textIn(json.type)
  return {
    billable: flagIn(json.billable) ?? type === 'regular',
    model: textIn(json.pricing_model),
    type,
    category: textIn(json.category),
  }
}

function conversationOf(json: JsonObject): NonNullable<Status['conversation']> {
  return {
    ...given('id', wordIn(json.id)),
    ...given('originType', wordIn(objectIn(json.origin).type)),
    ...given('expiresAt', timeIn(json.expiration_timestamp)),
    json,
  }
}
