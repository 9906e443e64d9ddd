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
    href: '/settings/webhooks',
    label: m.settings_webhooks,
    help: m.settings_webhooks_help,
    permission: 'webhooks:read',
  },
]

export function sectionsFor(permissions: readonly string[]): Section[] {
  return sections.filter(({ permission }) => !permission || permissions.includes(permission))
}
