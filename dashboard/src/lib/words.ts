import type { Problem } from './api-types.ts'
import { m } from './paraglide/messages.js'

/** Words for the codes of the API. A code without words shows as it is, so that nothing is hidden. */
const roles: Record<string, () => string> = {
  platform_admin: m.role_platform_admin,
  tenant_admin: m.role_tenant_admin,
  supervisor: m.role_supervisor,
  agent: m.role_agent,
  viewer: m.role_viewer,
}
export const roleWord = (role: string): string => roles[role]?.() ?? role

const problems: Record<string, () => string> = {
  offline: m.error_offline,
  unavailable: m.error_unavailable,
  forbidden: m.error_forbidden,
  not_found: m.error_not_found,
  rate_limited: m.error_rate_limited,
  already_exists: m.error_already_exists,
  conflict: m.error_conflict,
  validation_failed: m.error_validation,
  unauthenticated: m.error_unauthenticated,
}
/** What happened. The API's own sentence, in English, serves for what we have no words for. */
export const problemWord = (problem: Problem): string =>
  problems[problem.code]?.() ?? problem.detail ?? m.error_unknown()

const mediaFailures: Record<string, () => string> = {
  media_expired: m.media_error_expired,
  media_too_large: m.media_error_too_large,
  media_mismatch: m.media_error_mismatch,
  media_refused: m.media_error_refused,
  media_upload_expired: m.media_error_upload_expired,
  media_not_stored: m.media_error_not_stored,
  media_deleted: m.media_deleted,
}
/** Why a file is not there. */
export const mediaFailureWord = (code: string | null): string => (code && mediaFailures[code]?.()) || ''
/** Why a message was not sent; a code without words shows as it is. */
export const failureWord = (code: string | null): string | null => mediaFailureWord(code) || code

const fieldErrors: Record<string, () => string> = {
  required: m.field_required,
  wrong: m.field_wrong,
  too_small: m.field_too_small,
  too_big: m.field_too_big,
  already_exists: m.error_already_exists,
  not_a_url: m.webhook_url_not_a_url,
  not_https: m.webhook_url_not_https,
  has_credentials: m.webhook_url_has_credentials,
  has_fragment: m.webhook_url_has_fragment,
  not_public: m.webhook_url_not_public,
}
export const fieldErrorWord = (error: { code: string; detail: string }): string =>
  fieldErrors[error.code]?.() ?? error.detail
