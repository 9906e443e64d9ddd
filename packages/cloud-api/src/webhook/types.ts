/** Meta's webhook, parsed. What is not understood stays as it is in a `raw` part; nothing is thrown away. */

export interface Contact {
  waId?: string
  userId?: string
  parentUserId?: string
  profileName?: string
  username?: string
}

export interface MetaError {
  code: number
  title: string
  details: string
  href: string
}

export interface Pricing {
  billable: boolean
  model: string
  type: string
  category: string
}

export interface InboundMessage {
  wamid: string
  from?: string
  fromUserId?: string
  fromParentUserId?: string
  groupId?: string
  /** Undefined when it was absent or not a time. */
  timestamp?: Date
  /** Meta's type, `unknown` when there was none. */
  type: string
  /** The type's own object (`{body:'hola'}` for a text); the whole message when the type has no object. */
  content: unknown
  contextWamid?: string
  referral?: unknown
  errors: MetaError[]
  previousUserId?: string
  raw: Record<string, unknown>
}

export interface Status {
  wamid: string
  status: string
  timestamp?: Date
  recipientId?: string
  recipientUserId?: string
  recipientParentUserId?: string
  participant?: string
  /** biz_opaque_callback_data as it came back. */
  echo?: string
  errors: MetaError[]
  pricing?: Pricing
  conversation?: unknown
  raw: Record<string, unknown>
}

export type ChangeValue =
  | {
      kind: 'messages'
      metadata: { phoneNumberId?: string; displayPhoneNumber?: string }
      contacts: Contact[]
      messages: InboundMessage[]
      statuses: Status[]
      errors: MetaError[]
    }
  | { kind: 'other'; json: unknown; phoneNumberId?: string }

export interface ParsedChange {
  /** Meta's WABA id, or the portfolio's for partner fields. */
  entryId: string
  entryTime?: Date
  field: string
  /** The change as Meta sent it, byte for byte. */
  raw: Uint8Array
  value: ChangeValue
}

export type ParsedWebhook = { ok: true; changes: ParsedChange[] } | { ok: false; reason: string }
