import { type Id, newId, type Uuid, uuidOf } from '@palomar/contracts'

export interface Tenant {
  id: Id<'tenant'>
  uuid: Uuid
}

/** Fresh each time: whatever `mine` makes, `other` must never see. */
export function twoTenants(): { mine: Tenant; other: Tenant } {
  const tenant = (): Tenant => {
    const id = newId('tenant')
    return { id, uuid: uuidOf(id) }
  }
  return { mine: tenant(), other: tenant() }
}
