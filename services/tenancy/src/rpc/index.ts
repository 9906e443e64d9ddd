/** The three services of proto/palomar/tenancy/v1, one handler per method. */
import { authV1, numbersV1, tenancyV1 } from '@palomar/contracts'
import type { Handlers, RpcServer } from '@palomar/rpc'
import type { Deps } from '../deps.ts'
import { createApiKey } from './create-api-key.ts'
import { createApp } from './create-app.ts'
import { createNumber } from './create-number.ts'
import { createPortfolio } from './create-portfolio.ts'
import { createTenant } from './create-tenant.ts'
import { createUser } from './create-user.ts'
import { createWaba } from './create-waba.ts'
import { deleteApp } from './delete-app.ts'
import { deleteNumber } from './delete-number.ts'
import { deleteTenant } from './delete-tenant.ts'
import { exchangeCredential } from './exchange-credential.ts'
import { findApp } from './find-app.ts'
import { getDataKeys } from './get-data-keys.ts'
import { getNumber } from './get-number.ts'
import { getNumberCredentials } from './get-number-credentials.ts'
import { getSigningKeys } from './get-signing-keys.ts'
import { getTenant } from './get-tenant.ts'
import { getUser } from './get-user.ts'
import { issueServiceToken } from './issue-service-token.ts'
import { issueToken } from './issue-token.ts'
import { listApiKeys } from './list-api-keys.ts'
import { listApps } from './list-apps.ts'
import { listAuditEntries } from './list-audit-entries.ts'
import { listMemberships } from './list-memberships.ts'
import { listNumbers } from './list-numbers.ts'
import { listPortfolios } from './list-portfolios.ts'
import { listTenants } from './list-tenants.ts'
import { listUsers } from './list-users.ts'
import { listWabas } from './list-wabas.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { recordStanding } from './record-standing.ts'
import { refresh } from './refresh.ts'
import { removeUser } from './remove-user.ts'
import { republish } from './republish.ts'
import { resolveRoute } from './resolve-route.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { rotateAppSecret } from './rotate-app-secret.ts'
import { setNumberState } from './set-number-state.ts'
import { setTenantState } from './set-tenant-state.ts'
import { switchTenant } from './switch-tenant.ts'
import { updateMe } from './update-me.ts'
import { updateNumber } from './update-number.ts'
import { updateTenant } from './update-tenant.ts'
import { updateUser } from './update-user.ts'

export function addServices(server: RpcServer, deps: Deps): void {
  server.add(authV1.AuthServiceService, authHandlers(deps))
  server.add(tenancyV1.TenancyServiceService, tenancyHandlers(deps))
  server.add(numbersV1.NumbersServiceService, numbersHandlers(deps))
}

const authHandlers = (deps: Deps): Handlers<typeof authV1.AuthServiceService> => ({
  login: login(deps),
  refresh: refresh(deps),
  logout: logout(deps),
  switchTenant: switchTenant(deps),
  exchangeCredential: exchangeCredential(deps),
  listMemberships: listMemberships(deps),
  updateMe: updateMe(deps),
  issueToken: issueToken(deps),
  issueServiceToken: issueServiceToken(deps),
  getSigningKeys: getSigningKeys(deps),
})

const tenancyHandlers = (deps: Deps): Handlers<typeof tenancyV1.TenancyServiceService> => ({
  listTenants: listTenants(deps),
  createTenant: createTenant(deps),
  getTenant: getTenant(deps),
  updateTenant: updateTenant(deps),
  setTenantState: setTenantState(deps),
  deleteTenant: deleteTenant(deps),
  listUsers: listUsers(deps),
  createUser: createUser(deps),
  getUser: getUser(deps),
  updateUser: updateUser(deps),
  removeUser: removeUser(deps),
  listApiKeys: listApiKeys(deps),
  createApiKey: createApiKey(deps),
  revokeApiKey: revokeApiKey(deps),
  listAuditEntries: listAuditEntries(deps),
  getDataKeys: getDataKeys(deps),
})

const numbersHandlers = (deps: Deps): Handlers<typeof numbersV1.NumbersServiceService> => ({
  listApps: listApps(deps),
  createApp: createApp(deps),
  rotateAppSecret: rotateAppSecret(deps),
  deleteApp: deleteApp(deps),
  findApp: findApp(deps),
  listPortfolios: listPortfolios(deps),
  createPortfolio: createPortfolio(deps),
  listWabas: listWabas(deps),
  createWaba: createWaba(deps),
  listNumbers: listNumbers(deps),
  createNumber: createNumber(deps),
  getNumber: getNumber(deps),
  updateNumber: updateNumber(deps),
  setNumberState: setNumberState(deps),
  recordStanding: recordStanding(deps),
  deleteNumber: deleteNumber(deps),
  resolveRoute: resolveRoute(deps),
  getNumberCredentials: getNumberCredentials(deps),
  republish: republish(deps),
})
