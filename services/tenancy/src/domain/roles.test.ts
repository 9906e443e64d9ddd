import { expect, test } from 'bun:test'
import { roles } from '@palomar/contracts'
import { adminRoleOf, isRole, mayGrant, permissionsOf, serviceAccountRole } from './roles.ts'

test('U8: nobody grants a role above his own, anyone one at or below it', () => {
  for (const [at, actor] of roles.entries()) {
    for (const [wanted, role] of roles.entries()) expect(mayGrant(actor, role)).toBe(wanted >= at)
  }
})

test('T3: a service account grants no role at all', () => {
  for (const role of roles) expect(mayGrant(serviceAccountRole, role)).toBe(false)
  expect(isRole(serviceAccountRole)).toBe(false)
})

test('U7: each role may do all that the one below may', () => {
  for (const [at, role] of roles.slice(1).entries()) {
    const above = new Set(permissionsOf(roles[at] ?? role))
    for (const permission of permissionsOf(role)) expect(above.has(permission)).toBe(true)
  }
})

test('the role that must not die out is the platform’s own on the platform', () => {
  expect(adminRoleOf({ isPlatform: true })).toBe('platform_admin')
  expect(adminRoleOf({ isPlatform: false })).toBe('tenant_admin')
})
