import { type Exact, isExactObject } from '../exact.ts'
import type { Shape, ShapeValue } from '../shape.ts'
import * as account from './account.ts'
import * as messaging from './messaging.ts'

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

/** Which of the fields a change is of; undefined for one that nobody here knows. */
export function kindOf(field: string, value: Exact | undefined): FieldName | undefined {
  // Meta's page of the quality update names the other field, and some senders copy that.
  if (field === 'message_template_status_update' && isExactObject(value) && 'new_quality_score' in value)
    return 'message_template_quality_update'
  if (Object.hasOwn(fieldShapes, field)) return field as FieldName
  if (field !== '') return Object.hasOwn(aliases, field) ? aliases[field] : undefined
  const isMessageLike = isExactObject(value) && ('messages' in value || 'statuses' in value)
  return isMessageLike ? 'messages' : undefined
}
