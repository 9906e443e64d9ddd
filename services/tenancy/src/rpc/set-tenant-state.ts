import type { tenancyV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { updateTenant } from '../db/tenants.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { tenantMessage } from '../domain/messages.ts'
import { actorOf, existing, targetTenant, uuidNamed } from './target.ts'

type H = Handler<tenancyV1.SetTenantStateRequest, tenancyV1.Tenant>

/**
 * Suspended: every exchange of the company's credentials is refused, its sockets close, its lanes rest. Sessions and
 * keys stay, so that activating it brings everything back.
 */
export const setTenantState =
  ({ db }: Deps): H =>
  async ({ id, state }, call) => {
    uuidNamed('tenant', id)
    if (state !== 'active' && state !== 'suspended') {
      new Checks().that(false, 'state', 'unknown', 'active or suspended.').done()
    }
    return change(db, targetTenant(call, id), actorOf(call), async (made) => {
      const row = await existing(made, 'update')
      if (row.isPlatform) throw appError('conflict', { detail: 'The platform itself cannot be suspended.' })
      if (row.state === state) return tenantMessage(row)
      const updated = await updateTenant(made, { state: state as 'active' | 'suspended' })
      made.tenantChanged(updated)
      if (state === 'suspended') made.everyoneRevoked(updated.version)
      const action = state === 'suspended' ? 'company.suspended' : 'company.activated'
      made.audit({ action, entity: 'tenant', entityId: made.tenantId })
      return tenantMessage(updated)
    })
  }
