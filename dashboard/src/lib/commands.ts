import { goto } from '$app/navigation'
import { m } from './paraglide/messages.js'
import { placesFor } from './places.ts'
import { setLanguage, setTheme } from './preferences.ts'
import { sectionsFor } from './sections.ts'

/** Something that ⌘K finds. */
export interface Command {
  id: string
  label: string
  /** What kind of thing it is, shown beside it. */
  kind: string
  run(): unknown
}

interface Action {
  label: () => string
  permission?: string
  run(): unknown
}

const actions: Action[] = [
  { label: m.compose_title, permission: 'messages:send', run: () => goto('/inbox/new') },
  { label: m.number_add, permission: 'numbers:manage', run: () => goto('/numbers/new') },
  { label: m.key_add, permission: 'api_keys:manage', run: () => goto('/settings/api-keys/new') },
  { label: m.person_add, permission: 'users:manage', run: () => goto('/settings/people/new') },
  { label: m.company_add, permission: 'companies:manage', run: () => goto('/companies/new') },
  { label: m.command_light, run: () => setTheme('light') },
  { label: m.command_dark, run: () => setTheme('dark') },
  { label: m.command_system, run: () => setTheme('system') },
  { label: () => 'Español', run: () => setLanguage('es') },
  { label: () => 'Português', run: () => setLanguage('pt') },
  { label: () => 'English', run: () => setLanguage('en') },
]

/** Everything this person may go to or do. */
export function commandsFor(permissions: readonly string[]): Command[] {
  const pages = [...placesFor(permissions), ...sectionsFor(permissions)]
  const allowed = actions.filter(({ permission }) => !permission || permissions.includes(permission))
  return [
    ...pages.map(({ href, label }) => ({
      id: href,
      label: label(),
      kind: m.command_page(),
      run: () => goto(href),
    })),
    ...allowed.map(({ label, run }, index) => ({
      id: `action-${index}`,
      label: label(),
      kind: m.command_action(),
      run,
    })),
  ]
}

/** Whether every word of `wanted` begins or is in `text`; accents and case do not matter. */
export function matches(text: string, wanted: string): boolean {
  const plain = fold(text)
  return fold(wanted)
    .split(/\s+/)
    .every((word) => plain.includes(word))
}

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
