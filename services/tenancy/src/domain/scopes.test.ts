import { expect, test } from 'bun:test'
import { keyScopesForbidden, permissions, rolePermissions } from '@palomar/contracts'
import { permissionsOfKey, scopeProblems } from './scopes.ts'

const everything = new Set<string>(permissions)

test('T3: no key gets what manages users, tokens or settings, whoever makes it', () => {
  for (const scope of keyScopesForbidden) {
    expect(scopeProblems([scope], everything)).toEqual([{ scope, code: 'forbidden' }])
  }
})

test('a key gets no permission that its maker lacks', () => {
  const agent = new Set<string>(rolePermissions.agent)
  expect(scopeProblems(['messages:send', 'analytics:read'], agent)).toEqual([
    { scope: 'analytics:read', code: 'not_yours' },
  ])
})

test('an unknown permission is named as such', () => {
  expect(scopeProblems(['messages:sned'], everything)).toEqual([{ scope: 'messages:sned', code: 'unknown' }])
})

test('a stored scope that became forbidden or unknown is not handed out any more', () => {
  expect(permissionsOfKey(['messages:send', 'users:manage', 'gone:read'])).toEqual(['messages:send'])
})
