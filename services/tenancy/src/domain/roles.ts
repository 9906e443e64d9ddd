import { type Permission, type Role, rolePermissions, roles } from '@palomar/contracts'

/** What an API key's bearer is called where people have a role. */
export const serviceAccountRole = 'service_account'

// `roles` is ordered from the mightiest down; the rank is the distance from its end.
const rankOf = (role: string): number => roles.length - roles.indexOf(role as Role)

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}

/** Nobody hands out, or takes away, a role above his own. Anyone without a role (an API key) hands out none. */
export function mayGrant(actorRole: string, role: Role): boolean {
  return isRole(actorRole) && rankOf(actorRole) >= rankOf(role)
}

/** The role that keeps a company governable: its last holder cannot be removed, demoted or deactivated. */
export function adminRoleOf(tenant: { isPlatform: boolean }): Role {
  return tenant.isPlatform ? 'platform_admin' : 'tenant_admin'
}

export function permissionsOf(role: Role): readonly Permission[] {
  return rolePermissions[role]
}
