import type { Seen } from '../people/people.ts'
import type { PhoneNumber } from '../world/types.ts'

/** Values of the field `messages`. Source: Meta, "messages webhook reference", "Status messages webhook reference". */
export type Value = Record<string, unknown>

export const messaging = (number: PhoneNumber) => ({
  messaging_product: 'whatsapp',
  metadata: {
    display_phone_number: number.displayPhoneNumber.replace(/\D/g, ''),
    phone_number_id: number.id,
  },
})

export interface Contact {
  profile: { name: string; username?: string }
  wa_id?: string
  user_id: string
  parent_user_id?: string
  identity_key_hash?: string
}

/** Source: Meta, "Business-scoped user ids": who hides the number is known by the id and a username. */
export const contact = (
  person: Seen,
  { withUsername = true, showsPhone = !person.hidesPhone } = {},
): Contact => ({
  profile: { name: person.name, ...(person.username && withUsername ? { username: person.username } : {}) },
  ...(showsPhone ? { wa_id: person.waId } : {}),
  user_id: person.userId,
  ...(person.parentUserId ? { parent_user_id: person.parentUserId } : {}),
  ...(person.keyHash ? { identity_key_hash: person.keyHash } : {}),
})

export const seconds = (ms: number) => String(Math.floor(ms / 1000))

export interface InboundMessage {
  wamid: string
  at: number
  type: string
  content: unknown
  contextWamid?: string | undefined
  referral?: Record<string, unknown> | undefined
  groupId?: string | undefined
}

export function inboundValue(number: PhoneNumber, person: Seen, message: InboundMessage): Value {
  const { metadata } = messaging(number)
  return {
    ...messaging(number),
    contacts: [contact(person)],
    messages: [
      {
        ...(person.hidesPhone ? {} : { from: person.waId }),
        from_user_id: person.userId,
        ...(person.parentUserId ? { from_parent_user_id: person.parentUserId } : {}),
        ...(message.groupId ? { group_id: message.groupId } : {}),
        id: message.wamid,
        timestamp: seconds(message.at),
        ...(message.contextWamid
          ? { context: { from: metadata.display_phone_number, id: message.contextWamid } }
          : {}),
        ...(message.referral ? { referral: message.referral } : {}),
        type: message.type,
        [message.type]: message.content,
      },
    ],
  }
}

export interface StatusError {
  code: number
  title: string
  details: string
}

export interface StatusMessage {
  wamid: string
  status: 'sent' | 'delivered' | 'read' | 'played' | 'failed'
  at: number
  echo: string
  /** What the send named; without it whatever is known is told. */
  addressedBy?: 'phone' | 'user_id' | undefined
  pricing?: Value | undefined
  conversation?: Value | undefined
  error?: StatusError | undefined
}

/** Which ids a status has follows from what the send named. Source: Meta, "Business-scoped user IDs", table of identifiers. */
export function statusValue(number: PhoneNumber, person: Seen, status: StatusMessage): Value {
  const { error, pricing, conversation, addressedBy } = status
  const isFailed = status.status === 'failed'
  const isByPhone = addressedBy === 'phone'
  const showsPhone = isByPhone || (!person.hidesPhone && !(isFailed && addressedBy))
  const showsId = !isFailed || addressedBy === 'user_id'
  return {
    ...messaging(number),
    // Meta leaves contacts out of failed statuses, and the username out of sent ones.
    ...(isFailed
      ? {}
      : { contacts: [contact(person, { showsPhone, withUsername: status.status !== 'sent' })] }),
    statuses: [
      {
        id: status.wamid,
        status: status.status,
        timestamp: seconds(status.at),
        ...(showsPhone && person.waId !== '' ? { recipient_id: person.waId } : {}),
        ...(showsId ? { recipient_user_id: person.userId } : {}),
        ...(showsId && person.parentUserId ? { recipient_parent_user_id: person.parentUserId } : {}),
        ...(person.keyHash && !isFailed ? { recipient_identity_key_hash: person.keyHash } : {}),
        ...(status.echo === '' ? {} : { biz_opaque_callback_data: status.echo }),
        ...(conversation ? { conversation } : {}),
        ...(pricing ? { pricing } : {}),
        ...(error ? { errors: [errorItem(error)] } : {}),
      },
    ],
  }
}

export const errorItem = ({ code, title, details }: StatusError): Value => ({
  code,
  title,
  message: title,
  error_data: { details },
  href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
})

export function preferenceValue(number: PhoneNumber, person: Seen, at: number): Value {
  return {
    ...messaging(number),
    contacts: [contact(person)],
    user_preferences: [
      {
        ...(person.hidesPhone ? {} : { wa_id: person.waId }),
        user_id: person.userId,
        ...(person.parentUserId ? { parent_user_id: person.parentUserId } : {}),
        detail: `User requested to ${person.stopsMarketing ? 'stop' : 'resume'} marketing messages`,
        category: 'marketing_messages',
        value: person.stopsMarketing ? 'stop' : 'resume',
        timestamp: Math.floor(at / 1000),
      },
    ],
  }
}

/** Source: Meta, "phone_number_quality_update webhook reference". */
export const qualityValue = (number: PhoneNumber, before: PhoneNumber['quality'], limit: string): Value => ({
  display_phone_number: number.displayPhoneNumber.replace(/\D/g, ''),
  event: number.quality === 'RED' ? 'FLAGGED' : before === 'RED' ? 'UNFLAGGED' : 'ONBOARDING',
  max_daily_conversations_per_business: limit,
})

/** Source: Meta, "account_update webhook reference". */
export const restrictionValue = (isRestricted: boolean, now: number): Value =>
  isRestricted
    ? {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [
          { restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: now + 7 * 86_400 },
          { restriction_type: 'RESTRICTED_CUSTOMER_INITIATED_MESSAGING', expiration: now + 7 * 86_400 },
        ],
      }
    : { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE', waba_ban_date: dateOf(now) } }

/** Meta writes this one date in words. */
export const dateOf = (seconds: number): string =>
  new Date(seconds * 1_000).toLocaleDateString('en-US', {
    month: 'long',
    day: 'numeric',
    year: 'numeric',
    timeZone: 'UTC',
  })

/** A copy with a key that nobody knows in every object: Meta adds them without a word. */
export function withUnknownKeys(value: Value): Value {
  const copy = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(copy)
    if (typeof one !== 'object' || one === null) return one
    const entries = Object.entries(one).map(([key, inner]) => [key, copy(inner)])
    return { ...Object.fromEntries(entries), zz_unknown: { since: 'v99' } }
  }
  return copy(value) as Value
}
