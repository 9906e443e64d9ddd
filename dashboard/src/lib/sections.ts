import { m } from './paraglide/messages.js'

/** A page of the settings. New ones add themselves here. */
export interface Section {
  href: string
  label: () => string
  /** What is set there, in one line. */
  help: () => string
  permission?: string
}

export const sections: Section[] = [
  { href: '/settings/profile', label: m.settings_profile, help: m.settings_profile_help },
  {
    href: '/settings/company',
    label: m.settings_company,
    help: m.settings_company_help,
    permission: 'company:read',
  },
  {
    href: '/settings/people',
    label: m.settings_people,
    help: m.settings_people_help,
    permission: 'users:read',
  },
  {
    href: '/settings/api-keys',
    label: m.settings_keys,
    help: m.settings_keys_help,
    permission: 'api_keys:read',
  },
  {
    href: '/settings/webhooks',
    label: m.settings_webhooks,
    help: m.settings_webhooks_help,
    permission: 'webhooks:read',
  },
  { href: '/settings/audit', label: m.settings_audit, help: m.settings_audit_help, permission: 'audit:read' },
  {
    href: '/settings/webhook-events',
    label: m.settings_events,
    help: m.settings_events_help,
    permission: 'webhook_events:read',
  },
  {
    href: '/settings/dead-letters',
    label: m.settings_dead,
    help: m.settings_dead_help,
    permission: 'platform:operate',
  },
]

export function sectionsFor(permissions: readonly string[]): Section[] {
  return sections.filter(({ permission }) => !permission || permissions.includes(permission))
}
