/** What a tenant caller may be allowed to do. An API key's scopes are a subset of these. */
export const permissions = [
  'companies:read',
  'companies:manage',
  'company:read',
  'users:read',
  'users:manage',
  'api_keys:read',
  'api_keys:manage',
  'audit:read',
  'apps:read',
  'apps:manage',
  'numbers:read',
  'numbers:manage',
  'templates:read',
  'messages:read',
  'messages:send',
  'conversations:read',
  'conversations:manage',
  'contacts:read',
  'contacts:manage',
  'webhook_events:read',
  'webhook_events:replay',
  'analytics:read',
  'automation:read',
  'automation:manage',
  'webhooks:read',
  'webhooks:manage',
  'platform:operate',
] as const

export type Permission = (typeof permissions)[number]

export const roles = ['platform_admin', 'tenant_admin', 'supervisor', 'agent', 'viewer'] as const
export type Role = (typeof roles)[number]

const viewer: Permission[] = [
  'company:read',
  'numbers:read',
  'templates:read',
  'messages:read',
  'conversations:read',
  'contacts:read',
]
const agent: Permission[] = [
  ...viewer,
  'messages:send',
  'conversations:manage',
  'contacts:manage',
  'users:read',
]
const supervisor: Permission[] = [...agent, 'webhook_events:read', 'analytics:read', 'automation:read']
const tenantAdmin: Permission[] = [
  ...supervisor,
  'users:manage',
  'api_keys:read',
  'api_keys:manage',
  'audit:read',
  'numbers:manage',
  'webhook_events:replay',
  'automation:manage',
  'webhooks:read',
  'webhooks:manage',
]

/** What each role may do. The platform admin also acts in any company, by naming it in the request. */
export const rolePermissions: Record<Role, readonly Permission[]> = {
  viewer,
  agent,
  supervisor,
  tenant_admin: tenantAdmin,
  platform_admin: [
    ...tenantAdmin,
    'companies:read',
    'companies:manage',
    'apps:read',
    'apps:manage',
    'platform:operate',
  ],
}

/**
 * What an API key may never have, whoever creates it: a service account sends and reads messages (T3); users, tokens and
 * settings stay with people, also to look at.
 */
export const keyScopesForbidden: readonly Permission[] = [
  'companies:manage',
  'users:read',
  'users:manage',
  'api_keys:read',
  'api_keys:manage',
  'audit:read',
  'apps:manage',
  'numbers:manage',
  'automation:read',
  'automation:manage',
  'webhooks:read',
  'webhooks:manage',
]
