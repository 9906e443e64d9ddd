import type { tenancyV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { inTenant } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { tenantMessage } from '../domain/messages.ts'
import { existing, targetTenant } from './target.ts'

type H = Handler<tenancyV1.GetTenantRequest, tenancyV1.Tenant>

export const getTenant =
  ({ db }: Deps): H =>
  async ({ id }, call) => {
    const { caller } = call
    // A company's own id or nothing: another one is as missing to him as one that never was.
    if (caller.kind === 'tenant' && caller.role !== 'platform_admin' && id !== caller.tenantId) {
      throw appError('not_found')
    }
    return inTenant(db, targetTenant(call, id), async (scope) => tenantMessage(await existing(scope)))
  }
