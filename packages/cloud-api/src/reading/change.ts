import { type Exact, isExactObject } from './exact.ts'
import * as account from './fields/account.ts'
import * as messaging from './fields/messaging.ts'
import type { Part } from './part.ts'
import { list, object, type Shape, type ShapeValue, text, timeNumber } from './shape.ts'

/** Every field of the `whatsapp_business_account` object, and what its value is made of. */
export const fieldShapes = {
  messages: messaging.messages,
  calls: messaging.messages,
  smb_message_echoes: messaging.echoes,
  message_echoes: messaging.echoes,
  history: messaging.history,
  standby: messaging.standby,
  messaging_handovers: messaging.handovers,
  smb_app_state_sync: messaging.stateSync,
  user_preferences: messaging.userPreferences,
  user_id_update: messaging.userIdUpdate,
  automatic_events: messaging.automaticEvents,
  tracking_events: messaging.trackingEvents,
  group_lifecycle_update: messaging.groups,
  group_participants_update: messaging.groups,
  group_settings_update: messaging.groups,
  group_status_update: messaging.groups,
  account_alerts: account.accountAlerts,
  account_review_update: account.accountReview,
  account_settings_update: account.accountSettings,
  account_update: account.accountUpdate,
  business_capability_update: account.businessCapability,
  business_status_update: account.businessStatus,
  business_username_updates: account.businessUsername,
  flows: account.flows,
  message_template_status_update: account.templateStatus,
  message_template_quality_update: account.templateQuality,
  message_template_components_update: account.templateComponents,
  template_category_update: account.templateCategory,
  template_correct_category_detection: account.templateCorrectCategory,
  partner_solutions: account.partnerSolutions,
  payment_configuration_update: account.paymentConfiguration,
  phone_number_name_update: account.numberName,
  phone_number_quality_update: account.numberQuality,
  security: account.security,
} satisfies Record<string, Shape<unknown>>

export type FieldName = keyof typeof fieldShapes
export type FieldValue<F extends FieldName> = ShapeValue<(typeof fieldShapes)[F]>

/** Earlier or mistaken names, as senders have used them. */
const aliases: Readonly<Record<string, FieldName>> = {
  group_participant_update: 'group_participants_update',
  group_add_participants: 'group_participants_update',
  phone_number_username_update: 'business_username_updates',
}

/**
 * A change as a value: `kind` says what it is, `field` what Meta called it. Of a field that nobody here knows, the value
 * is raw.
 */
export type WireChange =
  | { [F in FieldName]: { kind: F; field: string; value: FieldValue<F> } }[FieldName]
  /** With "include values" off: only the names of what changed. */
  | { kind: 'changed_fields'; field: ''; value: string[] }
  | { kind: 'unknown'; field: string }

function kindOf(field: string, value: Exact | undefined): FieldName | undefined {
  // Meta's page of the quality update names the other field, and some senders copy that.
  if (field === 'message_template_status_update' && isExactObject(value) && 'new_quality_score' in value)
    return 'message_template_quality_update'
  if (Object.hasOwn(fieldShapes, field)) return field as FieldName
  if (field !== '') return Object.hasOwn(aliases, field) ? aliases[field] : undefined
  const isMessageLike = isExactObject(value) && ('messages' in value || 'statuses' in value)
  return isMessageLike ? 'messages' : undefined
}

/** An entry that lists no changes stands for itself. */
export const changedFields = object({ id: text, time: timeNumber, changed_fields: list(text) })

const rest = object({ field: text })

export const change: Shape<WireChange> = {
  read(json, path, parts) {
    if (!isExactObject(json)) {
      parts.push({ path, json, understood: json === null, absent: true })
      return undefined
    }
    const own: Part[] = []
    const { value, ...others } = json
    const { field = '' } = rest.read(others, path, own) ?? {}
    const kind = kindOf(field, value)
    parts.push(...own)
    // To us the same as none.
    if (json.field === '') parts.push({ path: [...path, 'field'], json: '', understood: true, absent: true })
    if (value === undefined) return { kind: 'unknown', field }
    const here = [...path, 'value']
    const read = kind === undefined ? undefined : fieldShapes[kind].read(value, here, parts)
    if (kind === undefined) parts.push({ path: here, json: value, understood: false, absent: true })
    if (kind === undefined || read === undefined) return { kind: 'unknown', field }
    return { kind, field, value: read } as WireChange
  },
  write(read) {
    const written = read.field === '' ? {} : { field: read.field }
    if (read.kind === 'unknown' || read.kind === 'changed_fields') return written
    const shape: Shape<unknown> = fieldShapes[read.kind]
    return { ...written, value: shape.write(read.value) }
  },
}
