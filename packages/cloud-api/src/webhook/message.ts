import type { Json, JsonObject } from '../json.ts'
import type { InboundContent } from './content.ts'
import { contentOf } from './content.ts'
import { errorsIn, type MetaErrorItem } from './meta-error.ts'
import { knownPerson, type Person, personOf } from './person.ts'
import { flagIn, given, isGiven, objectIn, timeIn, wordIn } from './value.ts'

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
  /** All of it. */
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

/** Reads an item of `messages`; undefined when it has no id. */
export function messageOf(json: JsonObject, contacts: readonly Person[]): InboundMessage | undefined {
  const wamid = wordIn(json.id)
  if (wamid === undefined) return undefined
  const type = wordIn(json.type) ?? 'unknown'
  const own = Object.hasOwn(json, type) ? (json[type] ?? null) : null
  const system = objectIn(json.system)
  const sender = personOf(wordIn(json.from), wordIn(json.from_user_id), wordIn(json.from_parent_user_id))
  return {
    wamid,
    type,
    ...given('timestamp', timeIn(json.timestamp)),
    from: { ...knownPerson(sender, contacts), ...given('previousUserId', wordIn(system.previous_user_id)) },
    ...given('groupId', wordIn(json.group_id)),
    ...given('context', contextOf(json.context)),
    ...given('referral', isGiven(json.referral) ? objectIn(json.referral) : undefined),
    errors: errorsIn(json.errors),
    content: contentOf(type, own, json),
    own,
    json,
  }
}

function contextOf(value: Json | undefined): MessageContext | undefined {
  if (!isGiven(value)) return undefined
  const context = objectIn(value)
  const product = objectIn(context.referred_product)
  return {
    ...given('wamid', wordIn(context.id)),
    ...given('from', wordIn(context.from)),
    forwarded: flagIn(context.forwarded) ?? false,
    frequentlyForwarded: flagIn(context.frequently_forwarded) ?? false,
    ...given(
      'referredProduct',
      isGiven(context.referred_product)
        ? {
            ...given('catalogId', wordIn(product.catalog_id)),
            ...given('productRetailerId', wordIn(product.product_retailer_id)),
          }
        : undefined,
    ),
  }
}
