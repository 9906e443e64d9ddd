import { idFromUuid, uuidOfFact } from '@palomar/contracts'

/**
 * The platform's own tenant, whose members are the platform admins. Its id is derived, so that replicas that start
 * together make the same one, and no look-up is needed before it is known.
 */
export const platformTenant = uuidOfFact('tenancy', 'tenant', 'platform')
export const platformTenantId = idFromUuid('tenant', platformTenant)
