import { flag, list, number, object, type ShapeValue, text, time, timeNumber } from '../shape.ts'
import { errors } from './message.ts'

const pricing = object({
  billable: flag,
  pricing_model: text,
  type: text,
  category: text,
  subtype: text,
})

const amount = object({ value: number, offset: number })

const transaction = object({
  id: text,
  type: text,
  status: text,
  created_timestamp: timeNumber,
  updated_timestamp: timeNumber,
  amount,
  currency: text,
  method: object({ type: text }),
  error: object({ code: text, reason: text }),
  refunds: list(
    object({
      id: text,
      amount,
      speed_processed: text,
      status: text,
      created_timestamp: timeNumber,
      updated_timestamp: timeNumber,
    }),
  ),
})

/** Payments in India. [code: docs of kaleyra.io] */
const payment = object({
  reference_id: text,
  amount,
  currency: text,
  transaction,
  refunds: list(object({ id: text, amount, status: text })),
  receipt: text,
  notes: text,
})

/** `pages.statusWebhooks` */
export const status = object({
  id: text,
  status: text,
  timestamp: time,
  type: text,
  recipient_id: text,
  recipient_user_id: text,
  recipient_parent_user_id: text,
  recipient_type: text,
  recipient_participant_id: text,
  recipient_participant_user_id: text,
  recipient_participant_parent_user_id: text,
  recipient_identity_key_hash: text,
  group_id: text,
  // Spellings of Meta's own examples and of before May 2026.
  parent_recipient_user_id: text,
  participant_recipient_id: text,
  participant_recipient_user_id: text,
  participant_recipient_parent_user_id: text,
  biz_opaque_callback_data: text,
  template_id: text,
  conversation: object({
    id: text,
    expiration_timestamp: time,
    origin: object({ type: text }),
    // Nested in some of Meta's examples.
    pricing,
  }),
  pricing,
  payment,
  errors,
  message: object({ recipient_id: text }),
})
export type WireStatus = ShapeValue<typeof status>
