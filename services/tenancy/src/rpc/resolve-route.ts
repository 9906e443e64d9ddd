import { idFromUuid, type numbersV1, type Uuid } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { ownerOfMetaId } from '../db/meta-ids.ts'
import { appsOfWaba, numberRow } from '../db/numbers.ts'
import { wabaRow } from '../db/portfolios.ts'
import { inTenant, type Scope } from '../db/scope.ts'
import { tenantRow } from '../db/tenants.ts'
import type { Deps } from '../deps.ts'

type H = Handler<numbersV1.ResolveRouteRequest, numbersV1.ResolveRouteResponse>
type Route = numbersV1.ResolveRouteResponse

/**
 * Whose is this? By the number when there is one (an unknown number of a known WABA is parked, not guessed at), else by
 * the WABA. NOT_FOUND is certain: every failure to find out is another error (CONTRACTS 15).
 */
export const resolveRoute =
  ({ db }: Deps): H =>
  async ({ phoneNumberId, metaWabaId }) => {
    const byNumber = phoneNumberId !== ''
    const owner = byNumber
      ? await ownerOfMetaId(db.sql, 'phone_number', phoneNumberId)
      : await ownerOfMetaId(db.sql, 'waba', metaWabaId)
    const route =
      owner &&
      (await inTenant(db, owner.tenantId, (scope) =>
        byNumber ? numberRoute(scope, owner.rowId) : wabaRoute(scope, owner.rowId),
      ))
    if (!route) throw appError('not_found')
    return route
  }

async function numberRoute(scope: Scope, id: Uuid): Promise<Route | undefined> {
  const number = await numberRow(scope, id)
  const tenant = await tenantRow(scope)
  if (!number || !tenant) return undefined
  return {
    tenantId: idFromUuid('tenant', scope.tenantId),
    numberId: idFromUuid('number', id),
    portfolioId: idFromUuid('portfolio', number.portfolioId),
    metaWabaId: number.metaWabaId,
    appIds: number.appIds.map((app) => idFromUuid('app', app)),
    tenantState: tenant.state,
    phoneNumberId: number.phoneNumberId,
  }
}

async function wabaRoute(scope: Scope, id: Uuid): Promise<Route | undefined> {
  const waba = await wabaRow(scope, id)
  const tenant = await tenantRow(scope)
  if (!waba || !tenant) return undefined
  const apps = await appsOfWaba(scope, id)
  return {
    tenantId: idFromUuid('tenant', scope.tenantId),
    numberId: '',
    portfolioId: idFromUuid('portfolio', waba.portfolioId),
    metaWabaId: waba.metaWabaId,
    appIds: apps.map((app) => idFromUuid('app', app)),
    tenantState: tenant.state,
    phoneNumberId: '',
  }
}
