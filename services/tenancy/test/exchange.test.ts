import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { newId, parseId, uuidOf } from '@palomar/contracts'
import { remoteCallerKeys, verifyCaller } from '@palomar/rpc'
import { eventually } from '@palomar/testkit'
import {
  adminEmail,
  adminPassword,
  type Clients,
  type Company,
  type Fixture,
  refusalOf,
  startTenancy,
} from './fixture.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

let t: Fixture
let gateway: Clients
let company: Company
beforeAll(async () => {
  t = await startTenancy()
  gateway = t.asService('gateway')
  company = await t.company()
})
afterAll(() => t?.stop())

const byToken = (value: string, audiences = ['inbox'], tenantId = '') =>
  gateway.auth.exchangeCredential({ credential: { $case: 'accessToken', value }, audiences, tenantId })
const byKey = (value: string, audiences = ['inbox'], tenantId = '') =>
  gateway.auth.exchangeCredential({ credential: { $case: 'apiKey', value }, audiences, tenantId })
const login = async (email: string, password: string) =>
  (await gateway.auth.login({ email, password, tenantId: '', ip: '', userAgent: '' })).accessToken
const newKey = (scopes: string[], of = company, more: { expiresAt?: Date; ratePerSecond?: number } = {}) =>
  of.admin.tenancy.createApiKey({
    tenantId: '',
    name: 'CRM',
    scopes,
    expiresAt: more.expiresAt,
    ratePerSecond: more.ratePerSecond ?? 0,
  })
const published = () =>
  remoteCallerKeys(async () => JSON.parse((await gateway.auth.getSigningKeys({})).jwksJson))

describe('a credential for caller tokens', () => {
  test('CONTRACTS 35: one token per audience, good there for 60 s and nowhere else', async () => {
    const { tokens, identity, expiresAt } = await byToken(await login(company.email, company.password), [
      'inbox',
      'dispatcher',
    ])
    expect(Object.keys(tokens).sort()).toEqual(['dispatcher', 'inbox'])
    const { caller, goodUntilMs } = await verifyCaller(tokens.inbox ?? '', published(), 'inbox')
    expect(caller).toMatchObject({ kind: 'tenant', tenantId: company.id, actorId: company.adminId })
    expect(goodUntilMs).toBe(expiresAt?.getTime() ?? 0)
    expect(goodUntilMs - Date.now()).toBeLessThanOrEqual(60_000)
    expect(identity?.tenantId).toBe(company.id)
    expect(await refusalOf(verifyCaller(tokens.inbox ?? '', published(), 'dispatcher'))).toMatchObject({
      code: 'unauthenticated',
    })
  })

  test('an audience that is no service is refused', async () => {
    const token = await login(company.email, company.password)
    expect(await refusalOf(byToken(token, ['inbox', 'everything']))).toMatchObject({
      code: 'validation_failed',
    })
  })

  test('U10: nothing, nonsense and a foreign token are unauthenticated', async () => {
    const none = () =>
      gateway.auth.exchangeCredential({ credential: undefined, audiences: ['inbox'], tenantId: '' })
    const tokens = ['x.y.z', ''].map((token) => () => byToken(token))
    const keys = ['plk_never-there', ''].map((secret) => () => byKey(secret))
    for (const call of [none, ...tokens, ...keys]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'unauthenticated' })
    }
  })

  test('U7: a role taken away is gone from the next exchange', async () => {
    const token = await login(company.email, company.password)
    const colleague = await company.admin.tenancy.createUser({
      tenantId: '',
      email: 'second-admin@company.test',
      name: 'Second',
      role: 'tenant_admin',
      password: 'another password',
      language: '',
      timeZone: '',
    })
    await t
      .asUser(company.id, 'tenant_admin', { actorId: colleague.id })
      .tenancy.updateUser({ id: company.adminId, tenantId: '', role: 'viewer' })
    expect((await byToken(token)).identity).toMatchObject({ role: 'viewer' })
    await t
      .asUser(company.id, 'tenant_admin', { actorId: colleague.id })
      .tenancy.updateUser({ id: company.adminId, tenantId: '', role: 'tenant_admin' })
  })
})

describe('API keys', () => {
  test('T3: a key’s caller has the key’s scopes and its own rate, and no role of a person', async () => {
    const { secret, apiKey } = await newKey(['messages:send', 'messages:read'], company, { ratePerSecond: 7 })
    const { identity } = await byKey(secret)
    expect(identity).toMatchObject({
      actorId: apiKey?.id ?? '',
      tenantId: company.id,
      role: 'service_account',
      permissions: ['messages:read', 'messages:send'],
      ratePerSecond: 7,
    })
  })

  test('T3: no key manages users, tokens or settings, whoever makes it', async () => {
    for (const scope of [
      'users:manage',
      'api_keys:manage',
      'numbers:manage',
      'companies:manage',
      'apps:manage',
    ]) {
      expect(await refusalOf(newKey([scope]))).toMatchObject({
        code: 'validation_failed',
        fields: [{ path: 'scopes', code: 'forbidden' }],
      })
    }
  })

  test('T3: nobody gives a key what he may not do himself, nor a company’s key what is the platform’s', async () => {
    const supervisor = t.asUser(company.id, 'supervisor', {
      permissions: ['api_keys:manage', 'messages:read'],
    })
    const request = { tenantId: '', name: 'x', expiresAt: undefined, ratePerSecond: 0 }
    expect(
      await refusalOf(supervisor.tenancy.createApiKey({ ...request, scopes: ['messages:send'] })),
    ).toMatchObject({ code: 'validation_failed', fields: [{ code: 'not_yours' }] })
    expect(
      await refusalOf(
        t.platform.tenancy.createApiKey({ ...request, tenantId: company.id, scopes: ['platform:operate'] }),
      ),
    ).toMatchObject({ code: 'validation_failed', fields: [{ code: 'not_yours' }] })
  })

  test('the secret is shown once: no list holds it, only its first letters', async () => {
    const { secret, apiKey } = await newKey(['messages:read'])
    const listed = await company.admin.tenancy.listApiKeys({ tenantId: '', page: undefined })
    const text = JSON.stringify(listed, (_, value) => (typeof value === 'bigint' ? String(value) : value))
    expect(text).not.toContain(secret)
    expect(listed.apiKeys.find(({ id }) => id === apiKey?.id)?.prefix).toBe(secret.slice(0, 8))
  })

  test('a revoked key is refused from then on; revoking it again changes nothing', async () => {
    const { secret, apiKey } = await newKey(['messages:read'])
    await byKey(secret)
    const id = apiKey?.id ?? ''
    const first = await company.admin.tenancy.revokeApiKey({ id, tenantId: '' })
    const again = await company.admin.tenancy.revokeApiKey({ id, tenantId: '' })
    expect(again.revokedAt).toEqual(first.revokedAt ?? new Date(0))
    expect(await refusalOf(byKey(secret))).toMatchObject({ code: 'unauthenticated' })
  })

  test('an expired key is refused, and none is made that has expired already', async () => {
    expect(await refusalOf(newKey(['messages:read'], company, { expiresAt: new Date(0) }))).toMatchObject({
      code: 'validation_failed',
    })
    const { secret, apiKey } = await newKey(['messages:read'], company, {
      expiresAt: new Date(Date.now() + 3_600_000),
    })
    await byKey(secret)
    const id = parseId('apiKey', apiKey?.id ?? '')
    if (!id) throw new Error('no key')
    await t.admin
      .sql`update tenancy.api_keys set expires_at = now() - interval '1 second' where id = ${uuidOf(id)}`
    expect(await refusalOf(byKey(secret))).toMatchObject({ code: 'unauthenticated' })
  })

  test('T6: a suspended company’s keys are told so', async () => {
    const suspended = await t.company()
    const { secret } = await newKey(['messages:read'], suspended)
    await t.platform.tenancy.setTenantState({ id: suspended.id, state: 'suspended' })
    expect(await refusalOf(byKey(secret))).toMatchObject({ code: 'company_suspended' })
    await t.platform.tenancy.setTenantState({ id: suspended.id, state: 'active' })
    expect((await byKey(secret)).identity?.tenantId).toBe(suspended.id)
  })

  test('CONTRACTS 36: a program of the operator gets a caller token for its key', async () => {
    const { secret } = await newKey(['messages:read'])
    const anonymous = t.asService('gateway')
    const { token } = await anonymous.auth.issueToken({ apiKey: secret, audience: 'inbox' })
    expect((await verifyCaller(token, published(), 'inbox')).caller).toMatchObject({ tenantId: company.id })
    expect(await refusalOf(anonymous.auth.issueToken({ apiKey: 'plk_x', audience: 'inbox' }))).toMatchObject({
      code: 'unauthenticated',
    })
    expect(await refusalOf(anonymous.auth.issueToken({ apiKey: secret, audience: 'x' }))).toMatchObject({
      code: 'validation_failed',
    })
  })
})

describe('a platform admin inside a company', () => {
  test('T1: acts there with his own permissions, and the company’s audit log says so once a day', async () => {
    const other = await t.company()
    const token = await login(adminEmail, adminPassword)
    const { identity, tokens } = await byToken(token, ['tenancy'], other.id)
    expect(identity).toMatchObject({
      tenantId: other.id,
      tenantName: expect.any(String),
      role: 'platform_admin',
    })
    const { caller } = await verifyCaller(tokens.tenancy ?? '', published(), 'tenancy')
    expect(caller).toMatchObject({ tenantId: other.id, role: 'platform_admin' })
    await byToken(token, ['tenancy'], other.id)
    const { entries } = await other.admin.tenancy.listAuditEntries({
      tenantId: '',
      page: undefined,
      action: 'company.entered',
      entityId: '',
    })
    expect(entries).toHaveLength(1)
    expect(entries[0]?.actorId).toBe(identity?.actorId ?? '')
  })

  test('T1: a company that is not there is not found', async () => {
    const token = await login(adminEmail, adminPassword)
    for (const id of [newId('tenant'), 'nonsense']) {
      expect(await refusalOf(byToken(token, ['inbox'], id))).toMatchObject({ code: 'not_found' })
    }
  })

  test('T2: nobody else does: not another company’s admin, not a key, whether the company exists or not', async () => {
    const other = await t.company()
    const token = await login(company.email, company.password)
    const { secret } = await newKey(['messages:read'])
    for (const id of [other.id, newId('tenant')]) {
      expect(await refusalOf(byToken(token, ['inbox'], id))).toMatchObject({ code: 'forbidden' })
      expect(await refusalOf(byKey(secret, ['inbox'], id))).toMatchObject({ code: 'forbidden' })
    }
    expect((await byKey(secret, ['inbox'], company.id)).identity?.tenantId).toBe(company.id)
  })
})

describe('service tokens', () => {
  test('CONTRACTS 35: a service gets a token that names it and no tenant', async () => {
    const clients = t.asService('gateway')
    const { token } = await clients.auth.issueServiceToken({
      service: 'inbox',
      secret: 'the secret of the inbox',
    })
    const { caller } = await verifyCaller(token, published(), 'dispatcher')
    expect(caller).toEqual({ kind: 'service', service: 'inbox' })
  })

  test('another service’s secret and an unknown service are refused', async () => {
    const clients = t.asService('gateway')
    for (const [service, secret] of [
      ['gateway', 'the secret of the inbox'],
      ['media', 'the secret of the inbox'],
      ['inbox', ''],
    ] as const) {
      expect(await refusalOf(clients.auth.issueServiceToken({ service, secret }))).toMatchObject({
        code: 'unauthenticated',
      })
    }
  })

  test('CONTRACTS 35: the public keys are in the bucket that gateways read', async () => {
    const bus = await t.busAs('gateway')
    const { jwksJson } = await gateway.auth.getSigningKeys({})
    await eventually(async () => {
      const entry = await bus.kv('CALLER_KEYS').get('jwks')
      expect(entry && new TextDecoder().decode(entry.value)).toBe(jwksJson)
    })
    expect(jwksJson).not.toContain('"d"')
  })
})
