import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { tenancyV1 } from '@palomar/contracts'
import { platformTenantId } from '../src/domain/platform.ts'
import { type Clients, type Company, type Fixture, refusalOf, startTenancy, unique } from './fixture.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

let t: Fixture
let gateway: Clients
beforeAll(async () => {
  t = await startTenancy()
  gateway = t.asService('gateway')
})
afterAll(() => t?.stop())

const person = (change: Partial<tenancyV1.CreateUserRequest> = {}): tenancyV1.CreateUserRequest => ({
  tenantId: '',
  email: `person${unique()}@company.test`,
  name: 'Beto',
  role: 'agent',
  password: 'his own password',
  language: '',
  timeZone: '',
  ...change,
})
const login = (email: string, password: string) =>
  gateway.auth.login({ email, password, tenantId: '', ip: '', userAgent: '' })
const exchange = (accessToken: string) =>
  gateway.auth.exchangeCredential({
    credential: { $case: 'accessToken', value: accessToken },
    audiences: ['inbox'],
    tenantId: '',
  })
const users = async (company: Company) =>
  (await company.admin.tenancy.listUsers({ tenantId: '', page: undefined })).users

describe('users', () => {
  test('U8: an admin creates, reads, changes and deactivates people of his company', async () => {
    const company = await t.company()
    const request = person({ email: ' Beto@Example.test ' })
    const made = await company.admin.tenancy.createUser(request)
    expect(made).toMatchObject({
      email: 'beto@example.test',
      role: 'agent',
      state: 'active',
      timeZone: 'America/Bogota',
    })
    expect((await users(company)).map(({ id }) => id).sort()).toEqual([company.adminId, made.id].sort())
    const changed = await company.admin.tenancy.updateUser({
      id: made.id,
      tenantId: '',
      name: 'Roberto',
      role: 'supervisor',
    })
    expect(changed).toMatchObject({ name: 'Roberto', role: 'supervisor' })
    expect(await company.admin.tenancy.getUser({ id: made.id, tenantId: '' })).toEqual(changed)

    const { accessToken, refreshToken } = await login(request.email, request.password)
    await company.admin.tenancy.updateUser({ id: made.id, tenantId: '', state: 'deactivated' })
    for (const call of [
      () => login(request.email, request.password),
      () => exchange(accessToken),
      () => gateway.auth.refresh({ refreshToken }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'unauthenticated' })
    }
    await company.admin.tenancy.updateUser({ id: made.id, tenantId: '', state: 'active' })
    expect((await login(request.email, request.password)).identity?.role).toBe('supervisor')
  })

  test('U8: removing someone ends his sessions, and forgets him when he works nowhere else', async () => {
    const company = await t.company()
    const request = person()
    const { id } = await company.admin.tenancy.createUser(request)
    const { accessToken } = await login(request.email, request.password)
    await company.admin.tenancy.removeUser({ id, tenantId: '' })
    expect(await refusalOf(exchange(accessToken))).toMatchObject({ code: 'unauthenticated' })
    expect(await t.admin.sql`select 1 from tenancy.users where email = ${request.email}`).toHaveLength(0)
    expect(await refusalOf(company.admin.tenancy.removeUser({ id, tenantId: '' }))).toMatchObject({
      code: 'not_found',
    })
    await company.admin.tenancy.createUser(request)
  })

  test('U8: nobody gives a role above his own, nor touches whoever has one', async () => {
    const company = await t.company()
    const supervisor = t.asUser(company.id, 'supervisor', { permissions: ['users:manage', 'users:read'] })
    const colleague = await company.admin.tenancy.createUser(person())
    const raise = { id: colleague.id, tenantId: '', role: 'tenant_admin' }
    for (const call of [
      () => supervisor.tenancy.createUser(person({ role: 'tenant_admin' })),
      () => supervisor.tenancy.updateUser(raise),
      () => supervisor.tenancy.updateUser({ id: company.adminId, tenantId: '', name: 'x' }),
      () =>
        supervisor.tenancy.updateUser({
          id: company.adminId,
          tenantId: '',
          password: 'a taken over account',
        }),
      () => supervisor.tenancy.removeUser({ id: company.adminId, tenantId: '' }),
      () => company.admin.tenancy.createUser(person({ role: 'platform_admin' })),
      () => company.admin.tenancy.updateUser({ ...raise, role: 'platform_admin' }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'forbidden' })
    }
    expect((await supervisor.tenancy.createUser(person({ role: 'supervisor' }))).role).toBe('supervisor')
  })

  test('C6: platform admins belong to the platform, and only they do', async () => {
    const company = await t.company()
    const elsewhere = person({ tenantId: company.id, role: 'platform_admin' })
    const lesser = person({ tenantId: platformTenantId, role: 'agent' })
    for (const request of [elsewhere, lesser]) {
      expect(await refusalOf(t.platform.tenancy.createUser(request))).toMatchObject({
        code: 'validation_failed',
        fields: [{ path: 'role' }],
      })
    }
    const second = await t.platform.tenancy.createUser(person({ role: 'platform_admin' }))
    expect(second.tenantId).toBe(platformTenantId)
  })

  test('U8: the last admin is neither removed, deactivated nor demoted', async () => {
    const company = await t.company()
    const id = company.adminId
    for (const call of [
      () => company.admin.tenancy.removeUser({ id, tenantId: '' }),
      () => company.admin.tenancy.updateUser({ id, tenantId: '', state: 'deactivated' }),
      () => company.admin.tenancy.updateUser({ id, tenantId: '', role: 'agent' }),
      () => t.platform.tenancy.removeUser({ id, tenantId: company.id }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'conflict' })
    }
    const second = await company.admin.tenancy.createUser(person({ role: 'tenant_admin' }))
    await company.admin.tenancy.updateUser({ id: second.id, tenantId: '', state: 'deactivated' })
    // A deactivated admin does not count.
    expect(await refusalOf(company.admin.tenancy.removeUser({ id, tenantId: '' }))).toMatchObject({
      code: 'conflict',
    })
  })

  test('U8: two admins who remove one another at once leave one', async () => {
    const company = await t.company()
    const second = await company.admin.tenancy.createUser(person({ role: 'tenant_admin' }))
    const other = t.asUser(company.id, 'tenant_admin', { actorId: second.id })
    await Promise.allSettled([
      company.admin.tenancy.removeUser({ id: second.id, tenantId: '' }),
      other.tenancy.removeUser({ id: company.adminId, tenantId: '' }),
    ])
    expect(await users(company)).toHaveLength(1)
  })

  test('H4: what is wrong with a person is said field by field', async () => {
    const company = await t.company()
    const bad = person({ email: 'x', name: '', role: 'king', password: '123', language: 'de', timeZone: 'x' })
    const refusal = await refusalOf(company.admin.tenancy.createUser(bad))
    expect(refusal.fields?.map(({ path }) => path).sort()).toEqual([
      'email',
      'language',
      'name',
      'password',
      'role',
      'time_zone',
    ])
  })

  test('a person without a password cannot sign in until one is set', async () => {
    const company = await t.company()
    const request = person({ password: '' })
    const { id } = await company.admin.tenancy.createUser(request)
    expect(await refusalOf(login(request.email, ''))).toMatchObject({ code: 'unauthenticated' })
    await company.admin.tenancy.updateUser({ id, tenantId: '', password: 'set by the admin' })
    expect((await login(request.email, 'set by the admin')).identity?.actorId).toBe(id)
  })
})

describe('people of several companies', () => {
  test('T2: a company’s admin can neither take in nor learn about someone of another company', async () => {
    const [mine, other] = [await t.company(), await t.company()]
    expect(await refusalOf(mine.admin.tenancy.createUser(person({ email: other.email })))).toMatchObject({
      code: 'already_exists',
    })
    const own = await refusalOf(mine.admin.tenancy.createUser(person({ email: mine.email })))
    expect(own).toEqual(await refusalOf(mine.admin.tenancy.createUser(person({ email: other.email }))))
  })

  test('T2: a password one company’s admin chose never opens another company', async () => {
    const [mine, other] = [await t.company(), await t.company()]
    const request = person({ password: 'chosen by my admin' })
    await mine.admin.tenancy.createUser(request)
    const joining = person({ tenantId: other.id, email: request.email, password: '' })
    expect(await refusalOf(t.platform.tenancy.createUser(joining))).toMatchObject({
      code: 'validation_failed',
      fields: [{ path: 'password', code: 'required' }],
    })
    await t.platform.tenancy.createUser({ ...joining, password: 'set by the platform' })
    expect(await refusalOf(login(request.email, 'chosen by my admin'))).toMatchObject({
      code: 'unauthenticated',
    })
    expect((await login(request.email, 'set by the platform')).memberships).toHaveLength(2)
  })

  test('T2: no company’s admin sets the password of someone who works elsewhere too; he himself does', async () => {
    const [mine, other] = [await t.company(), await t.company()]
    const joining = person({ tenantId: other.id, email: mine.email, password: '', role: 'tenant_admin' })
    await t.platform.tenancy.createUser(joining)
    const change = { id: mine.adminId, tenantId: '', password: 'taken over from outside' }
    expect(await refusalOf(other.admin.tenancy.updateUser(change))).toMatchObject({ code: 'forbidden' })
    const [first, second] = await Promise.all(
      [mine.id, other.id].map((tenantId) =>
        gateway.auth.login({ email: mine.email, password: mine.password, tenantId, ip: '', userAgent: '' }),
      ),
    )
    await mine.admin.tenancy.updateUser({ ...change, password: 'chosen by himself' })
    // His sessions end in every company.
    for (const session of [first, second]) {
      expect(await refusalOf(exchange(session?.accessToken ?? ''))).toMatchObject({ code: 'unauthenticated' })
    }
    expect((await login(mine.email, 'chosen by himself')).memberships).toHaveLength(2)
  })

  test('T2: what a company says of a person stays in that company', async () => {
    const [mine, other] = [await t.company(), await t.company()]
    await t.platform.tenancy.createUser(
      person({ tenantId: other.id, email: mine.email, password: '', name: 'Otro nombre' }),
    )
    await other.admin.tenancy.updateUser({ id: mine.adminId, tenantId: '', state: 'deactivated' })
    expect((await login(mine.email, mine.password)).identity).toMatchObject({
      tenantId: mine.id,
      name: 'Ana Admin',
    })
    await other.admin.tenancy.removeUser({ id: mine.adminId, tenantId: '' })
    expect((await login(mine.email, mine.password)).identity?.tenantId).toBe(mine.id)
  })
})

describe('the audit log', () => {
  test('X2: each change of people and keys is there with who did it, and nothing secret', async () => {
    const company = await t.company()
    const made = await company.admin.tenancy.createUser(person())
    await company.admin.tenancy.updateUser({
      id: made.id,
      tenantId: '',
      role: 'viewer',
      password: 'a new password',
    })
    await company.admin.tenancy.removeUser({ id: made.id, tenantId: '' })
    const { apiKey } = await company.admin.tenancy.createApiKey({
      tenantId: '',
      name: 'CRM',
      scopes: ['messages:read'],
      expiresAt: undefined,
      ratePerSecond: 0,
    })
    await company.admin.tenancy.revokeApiKey({ id: apiKey?.id ?? '', tenantId: '' })
    const list = async (filter: { action?: string; entityId?: string }) =>
      (
        await company.admin.tenancy.listAuditEntries({
          tenantId: '',
          page: undefined,
          action: filter.action ?? '',
          entityId: filter.entityId ?? '',
        })
      ).entries
    const entries = await list({})
    expect(entries.map(({ action }) => action)).toEqual([
      'api_key.revoked',
      'api_key.created',
      'user.removed',
      'user.password_changed',
      'user.updated',
      'user.created',
      'user.created',
      'company.created',
    ])
    for (const entry of entries.slice(0, -2)) expect(entry.actorId).toBe(company.adminId)
    expect(await list({ entityId: made.id })).toHaveLength(4)
    expect(await list({ action: 'api_key.created' })).toHaveLength(1)
    expect(JSON.stringify(entries)).not.toContain('password of')
    expect(JSON.parse(entries[4]?.metadataJson ?? '')).toEqual({
      fields: ['role'],
      role: 'viewer',
      was: 'agent',
    })
  })
})
