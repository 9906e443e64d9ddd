import { roleWord } from '#lib/words.ts'

/** Roles that an administrator may give; `now` stays choosable for who already has it. */
export function roleOptions(now = ''): { value: string; label: string }[] {
  const given = ['tenant_admin', 'supervisor', 'agent', 'viewer']
  const names = now && !given.includes(now) ? [now, ...given] : given
  return names.map((value) => ({ value, label: roleWord(value) }))
}
