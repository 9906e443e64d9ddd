import type { Json, JsonObject } from '../json.ts'
import type { InboundMessage } from './message.ts'
import type { MetaErrorItem } from './meta-error.ts'
import type { Person } from './person.ts'
import type { Status } from './status.ts'

/** Whose change it is, as far as the body says: route by `phoneNumberId`, else by `wabaId`, never by the display number. */
export interface ChangeRoute {
  phoneNumberId?: string
  displayPhoneNumber?: string
  /** A WABA's id, or a portfolio's for the few fields that are about portfolios. */
  wabaId: string
}

/** One change of a webhook body. */
export interface ParsedChange {
  /** Meta's WABA id, or a portfolio id for partner events; empty when there was none. */
  entryId: string
  /** When Meta sent the notification; message-like fields have none. */
  entryTime?: Date
  /** Meta's field; empty when there was none. */
  field: string
  /** The change as it came: a view into the body's bytes, from its first brace to its last. */
  raw: Uint8Array
  route: ChangeRoute
  value: ChangeValue
}

export type ChangeValue =
  | MessagesValue
  /** A field that is not modelled, or a value that is no object. */
  | { kind: 'other'; json: Json }
  /** These bytes are not JSON, or nested beyond reason. They are kept, and shown. */
  | { kind: 'unreadable'; reason: string }

export interface MessagesValue {
  kind: 'messages'
  metadata: { phoneNumberId: string; displayPhoneNumber: string }
  contacts: Person[]
  messages: InboundMessage[]
  statuses: Status[]
  /** Problems of the account or the app, without a message. */
  errors: MetaErrorItem[]
  /** Items that cannot be told apart from others, because they have no id. */
  nameless: JsonObject[]
  /** What else stood beside these lists: calls, user_actions, what Meta adds next. */
  rest: JsonObject
}
