/** Every RPC that a company's own people can call, with another company's ids and with ids that are nobody's. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import {
  type IdKind,
  parseId,
  permissions,
  type Role,
  rolePermissions,
  roles,
  rpcAccess,
  uuidOf,
} from '@palomar/contracts'
import { apiKeys, auditEntries, memberships, numbers, portfolios, tenants, wabas } from '../src/db/schema.ts'
import { inTenant } from '../src/db/scope.ts'
import { type Clients, type Company, type Fixture, missingId, refusalOf, startTenancy } from './fixture.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

let t: Fixture
let mine: Company
let other: Company
let foreign: Record<'user' | 'apiKey' | 'number' | 'waba' | 'portfolio' | 'tenant', string>
beforeAll(async () => {
  t = await startTenancy()
  mine = await t.company('Mine')
  other = await t.company('Other')
  const number = await t.number(other)
  const key = await other.admin.tenancy.createApiKey(keyRequest())
  foreign = {
    user: other.adminId,
    apiKey: key.apiKey?.id ?? '',
    number: number.id,
    waba: number.wabaId,
    portfolio: number.portfolioId,
    tenant: other.id,
  }
})
afterAll(() => t?.stop())

const keyRequest = () => ({
  tenantId: '',
  name: 'Key',
  scopes: ['messages:read'],
  expiresAt: undefined,
  ratePerSecond: 0,
})
const page = undefined
const own = { tenantId: '' }
const personRequest = {
  email: 'nobody@isolation.test',
  name: 'Nobody',
  role: 'agent',
  password: '',
  language: '',
  timeZone: '',
}
const numberRequest = {
  name: 'N',
  phoneNumberId: '424242',
  displayPhoneNumber: '+573001112233',
  metaWabaId: '',
  metaBusinessId: '',
  accessToken: 'EAAG',
  appIds: [],
  throughputPerSecond: 0,
  dailyQuota: 0n,
  graphVersion: '',
}

/** Calls that name something by its id, in the caller's own company. */
const byId: Record<string, { kind: keyof typeof foreign; call(as: Clients, id: string): Promise<unknown> }> =
  {
    'TenancyService/GetTenant': { kind: 'tenant', call: (as, id) => as.tenancy.getTenant({ id }) },
    'TenancyService/GetUser': { kind: 'user', call: (as, id) => as.tenancy.getUser({ id, ...own }) },
    'TenancyService/UpdateUser': {
      kind: 'user',
      call: (as, id) => as.tenancy.updateUser({ id, ...own, name: 'Taken' }),
    },
    'TenancyService/RemoveUser': { kind: 'user', call: (as, id) => as.tenancy.removeUser({ id, ...own }) },
    'TenancyService/RevokeApiKey': {
      kind: 'apiKey',
      call: (as, id) => as.tenancy.revokeApiKey({ id, ...own }),
    },
    'NumbersService/GetNumber': { kind: 'number', call: (as, id) => as.numbers.getNumber({ id, ...own }) },
    'NumbersService/UpdateNumber': {
      kind: 'number',
      call: (as, id) => as.numbers.updateNumber({ id, ...own, accessToken: 'EAAG-taken' }),
    },
    'NumbersService/SetNumberState': {
      kind: 'number',
      call: (as, id) => as.numbers.setNumberState({ id, ...own, state: 'paused' }),
    },
    'NumbersService/DeleteNumber': {
      kind: 'number',
      call: (as, id) => as.numbers.deleteNumber({ id, ...own }),
    },
    'NumbersService/CreateWaba': {
      kind: 'portfolio',
      call: (as, portfolioId) =>
        as.numbers.createWaba({ ...own, portfolioId, name: 'W', metaWabaId: '31337' }),
    },
    'NumbersService/CreateNumber': {
      kind: 'waba',
      call: (as, wabaId) => as.numbers.createNumber({ ...numberRequest, ...own, wabaId }),
    },
  }

/** Calls that work in a company named by the request. */
const inCompany: Record<string, (as: Clients, tenantId: string) => Promise<unknown>> = {
  'TenancyService/ListUsers': (as, tenantId) => as.tenancy.listUsers({ tenantId, page }),
  'TenancyService/CreateUser': (as, tenantId) => as.tenancy.createUser({ tenantId, ...personRequest }),
  'TenancyService/GetUser': (as, tenantId) => as.tenancy.getUser({ id: foreign.user, tenantId }),
  'TenancyService/UpdateUser': (as, tenantId) =>
    as.tenancy.updateUser({ id: foreign.user, tenantId, name: 'Taken' }),
  'TenancyService/RemoveUser': (as, tenantId) => as.tenancy.removeUser({ id: foreign.user, tenantId }),
  'TenancyService/ListApiKeys': (as, tenantId) => as.tenancy.listApiKeys({ tenantId, page }),
  'TenancyService/CreateApiKey': (as, tenantId) => as.tenancy.createApiKey({ ...keyRequest(), tenantId }),
  'TenancyService/RevokeApiKey': (as, tenantId) => as.tenancy.revokeApiKey({ id: foreign.apiKey, tenantId }),
  'TenancyService/ListAuditEntries': (as, tenantId) =>
    as.tenancy.listAuditEntries({ tenantId, page, action: '', entityId: '' }),
  'NumbersService/ListPortfolios': (as, tenantId) => as.numbers.listPortfolios({ tenantId, page }),
  'NumbersService/CreatePortfolio': (as, tenantId) =>
    as.numbers.createPortfolio({ tenantId, name: 'P', metaBusinessId: '' }),
  'NumbersService/ListWabas': (as, tenantId) => as.numbers.listWabas({ tenantId, page }),
  'NumbersService/CreateWaba': (as, tenantId) =>
    as.numbers.createWaba({ tenantId, portfolioId: foreign.portfolio, name: 'W', metaWabaId: '31337' }),
  'NumbersService/ListNumbers': (as, tenantId) => as.numbers.listNumbers({ tenantId, page, state: '' }),
  'NumbersService/CreateNumber': (as, tenantId) =>
    as.numbers.createNumber({ ...numberRequest, tenantId, wabaId: foreign.waba }),
  'NumbersService/GetNumber': (as, tenantId) => as.numbers.getNumber({ id: foreign.number, tenantId }),
  'NumbersService/UpdateNumber': (as, tenantId) =>
    as.numbers.updateNumber({ id: foreign.number, tenantId, name: 'Taken' }),
  'NumbersService/SetNumberState': (as, tenantId) =>
    as.numbers.setNumberState({ id: foreign.number, tenantId, state: 'paused' }),
  'NumbersService/DeleteNumber': (as, tenantId) => as.numbers.deleteNumber({ id: foreign.number, tenantId }),
}

const prefix = '/palomar.tenancy.v1.'
const methods = Object.entries(rpcAccess).filter(([path]) => path.startsWith(prefix))
const companyPermissions = new Set<string>(rolePermissions.tenant_admin)

test('T2: T4: every RPC open to a company’s people is walked below', () => {
  const open = methods.filter(([, { permission }]) => companyPermissions.has(permission))
  const walked = new Set([...Object.keys(byId), ...Object.keys(inCompany)])
  expect(open.map(([path]) => path.slice(prefix.length)).sort()).toEqual([...walked].sort())
})

test('T2: another company’s id answers exactly as one that is nobody’s, and changes nothing', async () => {
  const before = await everythingOf(other.id)
  for (const [name, { kind, call }] of Object.entries(byId)) {
    const theirs = await refusalOf(call(mine.admin, foreign[kind]))
    const nobodys = await refusalOf(call(mine.admin, missingId(kind as IdKind)))
    expect([name, theirs]).toEqual([name, nobodys])
    expect(['not_found', 'validation_failed']).toContain(theirs.code)
  }
  expect(await everythingOf(other.id)).toEqual(before)
})

test('T4: naming another company answers exactly as naming none that exists, and changes nothing', async () => {
  const before = await everythingOf(other.id)
  for (const role of ['tenant_admin', 'viewer'] as const) {
    // All permissions of the role below the platform's: it is the tenant that stops him.
    const caller = t.asUser(mine.id, role, { permissions: [...rolePermissions.tenant_admin] })
    for (const [name, call] of Object.entries(inCompany)) {
      const theirs = await refusalOf(call(caller, other.id))
      const nobodys = await refusalOf(call(caller, missingId('tenant')))
      expect([name, theirs]).toEqual([name, nobodys])
      expect(theirs.code).toBe('forbidden')
    }
  }
  expect(await everythingOf(other.id)).toEqual(before)
})

test('T2: lists hold nothing of another company', async () => {
  const lists = [
    await mine.admin.tenancy.listUsers({ ...own, page }),
    await mine.admin.tenancy.listApiKeys({ ...own, page }),
    await mine.admin.tenancy.listAuditEntries({ ...own, page, action: '', entityId: '' }),
    await mine.admin.numbers.listPortfolios({ ...own, page }),
    await mine.admin.numbers.listWabas({ ...own, page }),
    await mine.admin.numbers.listNumbers({ ...own, page, state: '' }),
  ]
  const text = Bun.inspect(lists, { depth: 10 })
  expect(text).toContain(mine.id)
  for (const id of Object.values(foreign)) expect(text).not.toContain(id)
})

test('U7: each RPC is refused to every role without its permission, and to callers without a token', async () => {
  for (const role of roles) {
    const clients = t.asUser(mine.id, role as Role)
    for (const [path, { permission, public: open }] of methods) {
      if (open || rolePermissions[role].some((one) => one === permission)) continue
      expect([path, role, (await refusalOf(invoke(clients, path))).code]).toEqual([path, role, 'forbidden'])
    }
  }
  for (const [path, { public: open }] of methods) {
    if (open) continue
    const stranger = t.asUser(mine.id, 'viewer', { permissions: [] })
    expect((await refusalOf(invoke(stranger, path))).code).toBe('forbidden')
    const noToken = invoke(mine.admin, path, { token: 'nonsense' })
    expect([path, (await refusalOf(noToken)).code]).toEqual([path, 'unauthenticated'])
  }
})

test('CONTRACTS 35: an RPC for services is refused to services it does not name, and to people of any permission', async () => {
  const everyone = t.asUser(mine.id, 'viewer', { permissions: [...permissions] })
  for (const [path, { services: named, permission }] of methods) {
    for (const service of ['gateway', 'ingest', 'inbox', 'dispatcher'] as const) {
      if (named.includes(service) || rpcAccess[path]?.public) continue
      expect([path, service, (await refusalOf(invoke(t.asService(service), path))).code]).toEqual([
        path,
        service,
        'forbidden',
      ])
    }
    if (permission === '' && named.length > 0) {
      expect([path, (await refusalOf(invoke(everyone, path))).code]).toEqual([path, 'forbidden'])
    }
  }
})

test('CONTRACTS 8: below the handlers too: a query without its tenant finds no row of another', async () => {
  const uuid = (id: string) => {
    const parsed = parseId('tenant', id)
    if (!parsed) throw new Error('not a tenant id')
    return uuidOf(parsed)
  }
  const tables = [tenants, memberships, apiKeys, portfolios, wabas, numbers, auditEntries]
  for (const table of tables) {
    const rows = await inTenant(t.db, uuid(mine.id), (scope) => scope.orm.select().from(table))
    expect(rows.filter((row) => row.tenantId !== uuid(mine.id))).toEqual([])
    const theirs = await t.admin.orm({}).select().from(table)
    expect(theirs.some((row) => row.tenantId === uuid(other.id))).toBe(true)
    // Outside any tenant there is nothing at all.
    expect(await t.db.orm({}).select().from(table)).toEqual([])
  }
})

/** With an empty request: access is decided before the request is looked at. */
function invoke(clients: Clients, path: string, options?: { token: string }): Promise<unknown> {
  const [service = '', method = ''] = path.slice(prefix.length).split('/')
  const client = {
    AuthService: clients.auth,
    TenancyService: clients.tenancy,
    NumbersService: clients.numbers,
  }[service]
  const name = method.charAt(0).toLowerCase() + method.slice(1)
  const call: unknown = client && Reflect.get(client, name)
  if (typeof call !== 'function') throw new Error(`no client method for ${path}`)
  const empty = {
    audiences: [],
    tenantIds: [],
    appIds: [],
    scopes: [],
    dailyQuota: 0n,
    throughputPerSecond: 0,
    ratePerSecond: 0,
  }
  return call({ ...emptyTexts, ...empty }, options)
}

const emptyTexts = Object.fromEntries(
  'id tenantId name email password role language timeZone country adminEmail adminName adminPassword state ip userAgent refreshToken accessToken query action entityId slug metaAppId appSecret verifyToken metaBusinessId portfolioId metaWabaId wabaId phoneNumberId displayPhoneNumber graphVersion numberId'
    .split(' ')
    .map((field) => [field, '']),
)

/** All rows of a company, as text. */
async function everythingOf(tenantId: string): Promise<string> {
  const names = [
    'tenants',
    'memberships',
    'api_keys',
    'portfolios',
    'wabas',
    'numbers',
    'number_apps',
    'audit_entries',
  ]
  const parsed = parseId('tenant', tenantId)
  const uuid = parsed ? uuidOf(parsed) : ''
  const rows = await Promise.all(
    names.map(
      (name) => t.admin.sql`
      select ${name} as table, x::text as row from ${t.admin.sql(`tenancy.${name}`)} x where tenant_id = ${uuid} order by 2`,
    ),
  )
  expect(rows.flat().length).toBeGreaterThan(5)
  return JSON.stringify(rows)
}
