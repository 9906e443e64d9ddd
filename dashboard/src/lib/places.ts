import { m } from './paraglide/messages.js'

/** A place in the rail. New pages add themselves here, and the rail, the bar on phones, ⌘K and `g` know them. */
export interface Place {
  href: string
  label: () => string
  /** Drawn with strokes on a field of 24 × 24. */
  icon: string
  group: 'work' | 'company' | 'platform'
  /** Shown to who has this permission; to everyone without it. */
  permission?: string
  /** Pressed after `g`; each only once. */
  key: string
  /** One of the four that the bar at the bottom of a phone has room for. The others are behind "More". */
  isOnPhone?: boolean
  /** Carries the count of what is unread. */
  counts?: 'notifications'
}

export const places: Place[] = [
  {
    href: '/inbox',
    label: m.nav_inbox,
    icon: 'M3 12h5l2 3h4l2-3h5M3 12l3-8h12l3 8v7H3z',
    group: 'work',
    key: 'i',
    isOnPhone: true,
  },
  {
    href: '/overview',
    label: m.nav_overview,
    icon: 'M4 20V10M10 20V4M16 20v-7M22 20H2',
    group: 'work',
    permission: 'analytics:read',
    key: 'o',
    isOnPhone: true,
  },
  {
    href: '/automation',
    label: m.nav_automation,
    icon: 'M13 3L5 14h6l-1 7 8-11h-6z',
    group: 'work',
    permission: 'automation:read',
    key: 'a',
  },
  {
    href: '/templates',
    label: m.nav_templates,
    icon: 'M5 4h14v16H5zM9 8h6M9 12h6M9 16h3',
    group: 'work',
    permission: 'templates:read',
    key: 't',
    isOnPhone: true,
  },
  {
    href: '/notifications',
    label: m.nav_notifications,
    icon: 'M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
    group: 'work',
    permission: 'conversations:read',
    key: 'b',
    isOnPhone: true,
    counts: 'notifications',
  },
  {
    href: '/numbers',
    label: m.nav_numbers,
    icon: 'M7 3h10v18H7zM10.5 18h3',
    group: 'company',
    permission: 'numbers:read',
    key: 'n',
    isOnPhone: true,
  },
  {
    href: '/settings',
    label: m.nav_settings,
    icon: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4',
    group: 'company',
    key: 's',
  },
  {
    href: '/companies',
    label: m.nav_companies,
    icon: 'M4 21V5l8-2v18M12 9h8v12M8 8v.1M8 12v.1M8 16v.1M16 13v.1M16 17v.1M3 21h18',
    group: 'platform',
    permission: 'companies:read',
    key: 'c',
  },
  {
    href: '/apps',
    label: m.nav_apps,
    icon: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 17h6M17 14v6',
    group: 'platform',
    permission: 'apps:read',
    key: 'm',
  },
]

export function placesFor(permissions: readonly string[]): Place[] {
  return places.filter(({ permission }) => !permission || permissions.includes(permission))
}

/** `/numbers` for `/numbers/num_…` too. */
export const isWithin = (pathname: string, href: string): boolean =>
  pathname === href || pathname.startsWith(`${href}/`)
