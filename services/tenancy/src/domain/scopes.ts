import { keyScopesForbidden, type Permission, permissions } from '@palomar/contracts'

const known: ReadonlySet<string> = new Set(permissions)
const forbidden: ReadonlySet<string> = new Set(keyScopesForbidden)

export type ScopeProblem = { scope: string; code: 'unknown' | 'forbidden' | 'not_yours' }

/** Why these scopes cannot be given by someone with `creator`'s permissions; empty when they can. */
export function scopeProblems(scopes: readonly string[], creator: ReadonlySet<string>): ScopeProblem[] {
  const problems: ScopeProblem[] = []
  for (const scope of scopes) {
    if (!known.has(scope)) problems.push({ scope, code: 'unknown' })
    else if (forbidden.has(scope)) problems.push({ scope, code: 'forbidden' })
    else if (!creator.has(scope)) problems.push({ scope, code: 'not_yours' })
  }
  return problems
}

/**
 * What a key's bearer may do. The stored scopes are filtered again, so that a permission that becomes forbidden to
 * keys, or disappears, is lost by the keys that already had it.
 */
export function permissionsOfKey(scopes: readonly string[]): Permission[] {
  return scopes.filter((scope): scope is Permission => known.has(scope) && !forbidden.has(scope))
}
