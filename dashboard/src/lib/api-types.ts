/** The resources of the gateway's /v1 API, as its OpenAPI document describes them. */

export interface Page<T> {
  data: T[]
  next_cursor: string | null
}

/** application/problem+json */
export interface Problem {
  status: number
  code: string
  title?: string
  detail?: string
  errors?: { path: string; code: string; detail: string }[]
  request_id?: string
  until?: string
}

export interface Membership {
  tenant_id: string
  tenant_name: string
  role: string
  state?: string
}

export interface Me {
  user: {
    id: string
    email: string
    name: string
    role: string
    permissions: string[]
    language: string
    time_zone: string
  }
  tenant: { id: string; name: string }
  memberships: Membership[]
}

export interface LoginAnswer extends Partial<Me> {
  access_token: string | null
  refresh_token: string | null
  expires_at?: string | null
  refresh_expires_at?: string | null
  memberships: Membership[]
}

export interface Company {
  id: string
  name: string
  state: 'active' | 'suspended' | 'deleted'
  language: string
  time_zone: string
  country: string
  created_at: string
}

export interface User {
  id: string
  email: string
  name: string
  role: string
  state: string
  language: string
  time_zone: string
  created_at: string | null
  last_login_at: string | null
}

export interface ApiKey {
  id: string
  name: string
  scopes: string[]
  prefix: string
  rate_per_second: number | null
  created_at: string | null
  expires_at: string | null
  last_used_at: string | null
  revoked_at: string | null
}

export interface AuditEntry {
  id: string
  actor_id: string | null
  action: string
  entity: string
  entity_id: string | null
  metadata: unknown
  at: string | null
}

export interface WebhookEvent {
  id: string
  number_id: string | null
  phone_number_id: string | null
  field: string
  state: 'routed' | 'parked' | 'quarantined' | 'unparsed'
  reason: string | null
  messages: number
  statuses: number
  received_at: string | null
}

export interface DeadLetter {
  id: string
  durable: string
  event_id: string
  kind: string
  tries: number
  reason_code: string | null
  reason: string | null
  dead_at: string | null
  bytes: number
}

export interface App {
  id: string
  name: string
  slug: string
  meta_app_id: string
  verify_token: string
  active_secrets: number
  webhook_path: string
}

export interface NumberResource {
  id: string
  name: string
  phone_number_id: string
  display_phone_number: string
  verified_name: string
  meta_waba_id: string
  portfolio_id: string
  state: 'active' | 'paused'
  throughput_per_second: number
  daily_quota: number
  quality_rating: string
  messaging_tier: string
  graph_version: string
  created_at: string
  token_rotated_at: string | null
}

export interface TemplateComponent {
  type: string
  text?: string
  format?: string
  buttons?: { type: string; text?: string; url?: string; phone_number?: string }[]
  example?: {
    header_text?: string[]
    body_text?: string[][]
    body_text_named_params?: { param_name: string; example: string }[]
    header_text_named_params?: { param_name: string; example: string }[]
  }
}

export interface Template {
  id: string
  name: string
  language: string
  category: string
  status: string
  quality: string | null
  rejected_reason: string | null
  parameter_format: string
  meta_waba_id: string
  number_ids: string[]
  components: TemplateComponent[]
}

export interface ContactSummary {
  id: string
  name: string | null
  phone: string | null
  wa_id: string | null
}

export type MessageState =
  | 'received'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'failed'
  | 'cancelled'
  | 'expired'

/** What is known of a message's file; the message does not wait for it. */
export interface MediaRef {
  id: string
  state: 'pending' | 'stored' | 'failed' | 'deleted'
  mime_type: string | null
  size_bytes: number | null
  filename: string | null
  failure_code: string | null
}

export interface MediaResource extends MediaRef {
  kind: string | null
  direction: 'inbound' | 'outbound'
  message_id: string | null
  created_at: string
  stored_at: string | null
  version: number
}

export interface Message {
  id: string
  conversation_id: string | null
  contact_id: string | null
  number_id: string
  direction: 'inbound' | 'outbound'
  type: string
  content: Record<string, unknown>
  media?: MediaRef | null
  state: MessageState
  wamid: string | null
  context_wamid: string | null
  reply_to_id: string | null
  created_at: string
  sent_at: string | null
  delivered_at: string | null
  read_at: string | null
  failed_at: string | null
  error: { code: number; title: string; detail: string; advice?: string } | null
  failure_code: string | null
  created_by: string | null
  version: number
}

export interface Conversation {
  id: string
  contact: ContactSummary
  number_id: string
  status: 'open' | 'pending' | 'closed'
  assignee_id: string | null
  team_id: string | null
  unread_count: number
  last_message_at: string | null
  last_message_preview: string
  last_message_direction: 'inbound' | 'outbound' | ''
  last_message_state: string | null
  window_expires_at: string | null
  created_at: string
  version: number
}

export interface Notification {
  id: string
  type: 'success' | 'error' | 'warning' | 'info'
  /** What happened, for words of our own. */
  code: string
  title: string
  body: string
  is_read: boolean
  related_type: string | null
  related_id: string | null
  params: Record<string, unknown> | null
  created_at: string
}

export type RuleMatch = 'any_word' | 'exact' | 'starts_with'

export interface Rule {
  id: string
  name: string
  enabled: boolean
  /** Empty: every number. */
  number_ids: string[]
  keywords: string[]
  match: RuleMatch
  reply_text: string
  cooldown_s: number
  position: number
  fired_count: number
  last_fired_at: string | null
  /** Why the last answer that could not go was refused. */
  last_refusal_code: string | null
  last_refused_at: string | null
}

export interface WebhookEndpoint {
  id: string
  url: string
  /** Events of ours, or Meta's own bytes. */
  format: 'palomar' | 'meta'
  description: string | null
  /** Empty: all of them. */
  event_types: string[]
  number_ids: string[]
  state: 'enabled' | 'disabled' | 'failing'
  reason: string | null
  pending: number
  last_success_at: string | null
  last_failure_at: string | null
  created_at: string
}

export interface WebhookDelivery {
  id: string
  event_type: string
  state: 'pending' | 'delivered' | 'failed'
  tries: number
  last_status: number | null
  last_error: string | null
  last_duration_ms: number
  created_at: string
  next_try_at: string | null
  message_id: string | null
}

/** What Meta says of a number, asked just now. */
export interface NumberCheck {
  verdict: 'ok' | 'limited' | 'blocked' | 'token_invalid' | 'not_found' | 'refused' | 'unreachable'
  problems: { code: number; title: string; advice: string }[]
  checked_at: string | null
  duration_ms: number
}
