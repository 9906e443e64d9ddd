import type { numbersV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { sealedToken } from '../db/numbers.ts'
import { inTenant } from '../db/scope.ts'
import { sealedTenantKey } from '../db/tenants.ts'
import type { Deps } from '../deps.ts'
import { targetTenant, uuidNamed } from './target.ts'

type H = Handler<numbersV1.GetNumberCredentialsRequest, numbersV1.GetNumberCredentialsResponse>

/** Services only. Whoever gets it keeps it in memory, and asks again when token_version counts up. */
export const getNumberCredentials =
  ({ db, vault }: Deps): H =>
  async ({ tenantId, numberId }, call) => {
    const id = uuidNamed('number', numberId)
    const tenant = targetTenant(call, tenantId)
    const found = await inTenant(db, tenant, async (scope) => {
      const token = await sealedToken(scope, id)
      const key = await sealedTenantKey(scope)
      return token && key && { ...token, key }
    })
    if (!found) throw appError('not_found')
    return {
      accessToken: vault.openToken(vault.openTenantKey(tenant, found.key), id, found.sealed),
      tokenVersion: found.tokenVersion,
    }
  }
