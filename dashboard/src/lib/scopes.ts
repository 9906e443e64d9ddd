import { m } from './paraglide/messages.js'

/** What an API key may be allowed, by area, with what it means. Keys send and read; people and settings stay with people. */
const scopes: Record<string, () => string> = {
  'messages:send': m.scope_messages_send,
  'messages:read': m.scope_messages_read,
  'templates:read': m.scope_templates_read,
  'conversations:read': m.scope_conversations_read,
  'conversations:manage': m.scope_conversations_manage,
  'contacts:read': m.scope_contacts_read,
  'contacts:manage': m.scope_contacts_manage,
  'numbers:read': m.scope_numbers_read,
  'analytics:read': m.scope_analytics_read,
  'webhook_events:read': m.scope_events_read,
  'webhook_events:replay': m.scope_events_replay,
  'company:read': m.scope_company_read,
  'companies:read': m.scope_companies_read,
  'apps:read': m.scope_apps_read,
  'platform:operate': m.scope_operate,
}

/** What a program that sends needs; chosen at first. */
export const usualScopes = ['messages:send', 'messages:read', 'templates:read', 'numbers:read']

export const scopeWord = (scope: string): string => scopes[scope]?.() ?? scope

/** Nobody gives a key more than he may do himself. */
export const scopesFor = (permissions: readonly string[]): string[] =>
  Object.keys(scopes).filter((scope) => permissions.includes(scope))
