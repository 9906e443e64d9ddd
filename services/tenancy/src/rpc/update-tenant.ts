import type { tenancyV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { updateTenant as updateRow } from '../db/tenants.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { tenantMessage } from '../domain/messages.ts'
import { changedFields } from '../domain/patch.ts'
import { checkLocale } from './create-tenant.ts'
import { actorOf, existing, targetTenant, uuidNamed } from './target.ts'

type H = Handler<tenancyV1.UpdateTenantRequest, tenancyV1.Tenant>

export const updateTenant =
  ({ db }: Deps): H =>
  async (request, call) => {
    uuidNamed('tenant', request.id)
    const { language, timeZone, country } = request
    const name = request.name?.trim()
    const checks = new Checks()
    if (name !== undefined) checks.name(name)
    checkLocale(checks, { language, timeZone, country })
    checks.done()

    return change(db, targetTenant(call, request.id), actorOf(call), async (made) => {
      const row = await existing(made, 'update')
      const patch = changedFields(row, { name, language, timeZone, country })
      if (!patch) return tenantMessage(row)
      const updated = await updateRow(made, patch)
      made.tenantChanged(updated)
      made.audit({
        action: 'company.updated',
        entity: 'tenant',
        entityId: made.tenantId,
        metadata: { fields: Object.keys(patch) },
      })
      return tenantMessage(updated)
    })
  }
