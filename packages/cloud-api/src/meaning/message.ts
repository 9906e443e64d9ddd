import { isObject, type Json, type JsonObject } from '../json.ts'
import type { ParsedChange } from '../webhook/change.ts'
import type { WireMessage } from '../webhook/fields/message.ts'
import { contentOf, type InboundContent } from './content.ts'
import { filled, given } from './given.ts'
import { errorItems, type MetaErrorItem } from './meta-error.ts'
import { contactOf, knownPerson, type Person, personOf } from './person.ts'

/** A message that reached a business number. Unique by (phone number id, wamid): one wamid may reach two numbers. */
export interface InboundMessage {
  wamid: string
  /** Meta's word, `unknown` when there was none. What it means to us is `content.kind`. */
  type: string
  timestamp?: Date
  from: Person
  groupId?: string
  context?: MessageContext
  /** The ad or post that was clicked. */
  referral?: JsonObject
  errors: MetaErrorItem[]
  content: InboundContent
  /** The message's own object, as JSON: `{"body":"hola"}` of a text. */
  own: Json
  /** All of it, as a store takes it. */
  json: JsonObject
}

export interface MessageContext {
  /** The quoted or tapped message. */
  wamid?: string
  from?: string
  forwarded: boolean
  frequentlyForwarded: boolean
  referredProduct?: { catalogId?: string; productRetailerId?: string }
}

/** The people that `contacts` of a change name. */
export const contactsIn = (change: ParsedChange): Person[] =>
  change.kind === 'messages' || change.kind === 'calls' ? (change.value.contacts ?? []).map(contactOf) : []

/** The messages of a `messages` change, but for what has no id: see {@link namelessIn}. */
export function messagesIn(change: ParsedChange): InboundMessage[] {
  if (change.kind !== 'messages' || change.value.messages === undefined) return []
  const contacts = contactsIn(change)
  const jsons = objectsAt(change.json, 'messages')
  return change.value.messages.flatMap((message, i) => messageOf(message, jsons[i] ?? {}, contacts) ?? [])
}

/** Items of `messages` and `statuses` that cannot be told apart from others, because they have no id. */
export function namelessIn(change: ParsedChange): JsonObject[] {
  if (change.kind !== 'messages') return []
  const { messages = [], statuses = [] } = change.value
  const without = (items: readonly { id?: string }[], key: string) =>
    items.every(({ id }) => id) ? [] : objectsAt(change.json, key).filter((_, i) => !items[i]?.id)
  return [...without(messages, 'messages'), ...without(statuses, 'statuses')]
}

/** The objects of a list: what a typed list has items of, in its order. */
export function objectsAt(json: Json, key: string): JsonObject[] {
  const list = isJsonObject(json) ? json[key] : undefined
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}

export const isJsonObject = (json: Json | undefined): json is JsonObject => isObject(json)

function messageOf(
  message: WireMessage,
  json: JsonObject,
  contacts: readonly Person[],
): InboundMessage | undefined {
  const { id: wamid, from, from_user_id, from_parent_user_id, system } = message
  if (!wamid) return undefined
  const type = message.type || 'unknown'
  const sender = personOf(from, from_user_id, from_parent_user_id)
  return {
    wamid,
    type,
    ...given('timestamp', message.timestamp),
    from: movedTo(system, sender) ?? {
      ...knownPerson(sender, contacts),
      ...given('previousUserId', system?.previous_user_id),
    },
    ...given('groupId', message.group_id),
    ...given('context', contextOf(message.context)),
    ...given('referral', isJsonObject(json.referral) ? filled(json.referral) : undefined),
    errors: errorItems(message.errors),
    content: contentOf(message),
    own: Object.hasOwn(json, type) ? (json[type] ?? null) : null,
    json,
  }
}

/**
 * Of the system message that tells of another number: who the person is from now on, and by what they were known before.
 * Undefined for every other message. Before August 2026 there was no `previous_user_id`: the wa_id alone links the two.
 */
function movedTo(system: WireMessage['system'], sender: Person): Person | undefined {
  const { type = '', user_id, parent_user_id, previous_user_id } = system ?? {}
  if (!/^(?:user_changed_(?:number|user_id)|customer_changed_number)$/.test(type)) return undefined
  const waId = (system?.wa_id || system?.new_wa_id)?.replace(/^\+/, '')
  const previousWaId = sender.waId || system?.customer?.replace(/^\+/, '')
  const previousUserId = previous_user_id || (sender.userId === user_id ? undefined : sender.userId)
  // Nothing of the new person is told: what is known is the old one.
  if (!waId && !user_id) return { ...sender, ...given('previousUserId', previousUserId) }
  return {
    ...given('waId', waId),
    ...given('userId', user_id),
    ...given('parentUserId', parent_user_id),
    ...given('previousUserId', previousUserId),
    ...given('previousWaId', previousWaId === waId ? undefined : previousWaId),
  }
}

function contextOf(said: WireMessage['context']): MessageContext | undefined {
  const context = filled(said)
  if (!context) return undefined
  const { id, from, forwarded = false, frequently_forwarded = false, referred_product } = context
  const product = filled(referred_product)
  return {
    ...given('wamid', id),
    ...given('from', from),
    forwarded,
    frequentlyForwarded: frequently_forwarded,
    ...given(
      'referredProduct',
      product && {
        ...given('catalogId', product.catalog_id),
        ...given('productRetailerId', product.product_retailer_id),
      },
    ),
  }
}
