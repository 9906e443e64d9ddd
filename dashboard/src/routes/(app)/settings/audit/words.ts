import { m } from '#lib/paraglide/messages.js'

const words: Record<string, () => string> = {
  'session.opened': m.audit_session_opened,
  'session.switched': m.audit_session_switched,
  'session.ended': m.audit_session_ended,
  'session.reuse_detected': m.audit_session_reuse,
  'user.created': m.audit_user_created,
  'user.updated': m.audit_user_updated,
  'user.password_changed': m.audit_user_password,
  'user.removed': m.audit_user_removed,
  'api_key.created': m.audit_key_created,
  'api_key.revoked': m.audit_key_revoked,
  'number.created': m.audit_number_created,
  'number.updated': m.audit_number_updated,
  'number.deleted': m.audit_number_deleted,
  'number.token_rotated': m.audit_number_token,
  'waba.created': m.audit_waba_created,
  'portfolio.created': m.audit_portfolio_created,
  'company.created': m.audit_company_created,
  'company.updated': m.audit_company_updated,
  'company.deleted': m.audit_company_deleted,
  'company.entered': m.audit_company_entered,
  'app.created': m.audit_app_created,
  'app.secret_rotated': m.audit_app_secret,
  'app.deleted': m.audit_app_deleted,
}
export const actions = Object.keys(words)
export const actionWord = (action: string): string => words[action]?.() ?? action
