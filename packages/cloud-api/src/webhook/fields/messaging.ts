import { flag, free, list, number, object, text, time, timeNumber } from '../shape.ts'
import { contact, errors, message, metadata } from './message.ts'
import { status } from './status.ts'

/** `pages.calls` */
const call = object({
  id: text,
  event: text,
  timestamp: time,
  direction: text,
  from: text,
  from_user_id: text,
  from_parent_user_id: text,
  to: text,
  to_user_id: text,
  to_parent_user_id: text,
  session: object({ sdp_type: text, sdp: text }),
  connection: object({ webrtc: object({ sdp: text }) }),
  biz_opaque_callback_data: text,
  deeplink_payload: text,
  cta_payload: text,
  status: text,
  start_time: time,
  end_time: time,
  duration: number,
  call_recording: free,
  call_transcript: free,
  errors,
})

const userAction = object({
  action_type: text,
  timestamp: time,
  marketing_messages_link_click_data: object({
    click_component: text,
    product_id: text,
    click_id: text,
    tracking_token: text,
  }),
})

/** What any of the message-like fields may hold; several lists at once are possible. */
const lists = {
  contacts: list(contact),
  messages: list(message),
  message_echoes: list(message),
  statuses: list(status),
  calls: list(call),
  errors,
}
const common = {
  messaging_product: text,
  metadata,
  ...lists,
  user_actions: list(userAction),
  conversation_context: object({ type: text, summary: object({ text }) }),
}

export const messages = object(common)

/** Also Messenger's shape, which is all that clients know of `message_echoes`. [?] */
export const echoes = object({
  ...common,
  messaging: list(
    object({
      sender: object({ id: text }),
      recipient: object({ id: text }),
      timestamp: time,
      message: free,
    }),
  ),
})

/** `pages.businessApp` */
export const history = object({
  ...common,
  history: list(
    object({
      metadata: object({ phase: number, chunk_order: number, progress: number }),
      threads: list(
        object({
          id: text,
          context: object({ wa_id: text, user_id: text, parent_user_id: text, username: text }),
          messages: list(message),
        }),
      ),
      errors,
    }),
  ),
})

/** Every list one level deeper; an echo holds the body of the send. */
export const standby = object({
  ...common,
  standby: object({
    ...lists,
    message_echoes: list(
      object({ id: text, timestamp: time, message: free, template: free, flow: free, to: text, from: text }),
    ),
  }),
})

const owners = object({
  previous_owner_role: text,
  new_owner_role: text,
  previous_owner_app_id: text,
  new_owner_app_id: text,
  metadata: text,
  conversation_context: object({ type: text, summary: object({ text }) }),
})

export const handovers = object({
  ...common,
  sender: object({ phone_number: text, user_id: text }),
  recipient: metadata,
  type: text,
  timestamp: time,
  control_passed: owners,
  control_taken: owners,
})

export const stateSync = object({
  ...common,
  state_sync: list(
    object({
      type: text,
      action: text,
      contact: object({
        full_name: text,
        first_name: text,
        phone_number: text,
        user_id: text,
        parent_user_id: text,
        username: text,
      }),
      metadata: object({ timestamp: time, version: number }),
    }),
  ),
})

export const userPreferences = object({
  ...common,
  user_preferences: list(
    object({
      wa_id: text,
      user_id: text,
      parent_user_id: text,
      detail: text,
      category: text,
      value: text,
      signup_id: text,
      timestamp: timeNumber,
    }),
  ),
})

const changedId = object({ previous: text, current: text })

/** Withdrawn in Aug 2026. */
export const userIdUpdate = object({
  ...common,
  user_id_update: list(
    object({
      wa_id: text,
      detail: text,
      user_id: changedId,
      parent_user_id: changedId,
      timestamp: time,
    }),
  ),
})

export const automaticEvents = object({
  ...common,
  automatic_events: list(
    object({
      id: text,
      event_name: text,
      timestamp: time,
      ctwa_clid: text,
      custom_data: object({ currency: text, value: number }),
    }),
  ),
})

export const trackingEvents = object({
  ...common,
  events: list(
    object({
      event_name: text,
      timestamp: time,
      tracking_data: object({ click_id: text, tracking_token: text }),
    }),
  ),
})

const participant = object({ input: text, wa_id: text, user_id: text, parent_user_id: text, username: text })
const updated = { update_successful: flag, errors }

/** One shape for the four fields of groups. `pages.groupWebhooks` */
export const groups = object({
  ...common,
  groups: list(
    object({
      timestamp: time,
      type: text,
      group_id: text,
      request_id: text,
      subject: text,
      description: text,
      invite_link: text,
      join_approval_mode: text,
      reason: text,
      initiated_by: text,
      join_request_id: text,
      wa_id: text,
      user_id: text,
      parent_user_id: text,
      username: text,
      added_participants: list(participant),
      removed_participants: list(participant),
      failed_participants: list(object({ input: text, wa_id: text, user_id: text, errors })),
      profile_picture: object({ mime_type: text, sha256: text, ...updated }),
      group_subject: object({ text, ...updated }),
      group_description: object({ text, ...updated }),
      errors,
    }),
  ),
})
