import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { newId, parseId, uuidOf } from '@palomar/contracts'
import { unwrapKey } from '@palomar/seal'
import { eventually } from '@palomar/testkit'
import { platformTenantId } from '../src/domain/platform.ts'
import { type Fixture, missingId, refusalOf, startTenancy } from './fixture.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

let t: Fixture
beforeAll(async () => {
  t = await startTenancy()
})
afterAll(() => t?.stop())

const blank = {
  name: 'Panadería',
  language: '',
  timeZone: '',
  country: '',
  adminEmail: '',
  adminName: '',
  adminPassword: '',
}
const rawId = (id: string) => {
  const parsed = parseId('tenant', id)
  if (!parsed) throw new Error('not a tenant id')
  return uuidOf(parsed)
}

describe('companies', () => {
  test('T1: T6: a platform admin creates, reads, changes and lists companies', async () => {
    const made = await t.platform.tenancy.createTenant({ ...blank, name: ' Panadería Sol ' })
    expect(made).toMatchObject({ name: 'Panadería Sol', state: 'active', language: 'es', version: 1n })
    const changed = await t.platform.tenancy.updateTenant({ id: made.id, timeZone: 'America/Lima' })
    expect(changed).toMatchObject({ timeZone: 'America/Lima', name: 'Panadería Sol', version: 2n })
    const same = await t.platform.tenancy.updateTenant({ id: made.id, timeZone: 'America/Lima' })
    expect(same.version).toBe(2n)
    expect(await t.platform.tenancy.getTenant({ id: made.id })).toEqual(changed)
    const { tenants } = await t.platform.tenancy.listTenants({ query: 'sol', page: undefined })
    expect(tenants.map(({ id }) => id)).toEqual([made.id])
  })

  test('H4: everything wrong with a company is said at once', async () => {
    const refusal = await refusalOf(
      t.platform.tenancy.createTenant({
        name: ' ',
        language: 'fr',
        timeZone: 'Mars/Olympus',
        country: 'Colombia',
        adminEmail: 'not an address',
        adminName: '',
        adminPassword: 'short',
      }),
    )
    expect(refusal.code).toBe('validation_failed')
    expect(refusal.fields?.map(({ path }) => path)).toEqual([
      'name',
      'language',
      'time_zone',
      'country',
      'admin.email',
      'admin.name',
      'admin.password',
    ])
  })

  test('T1: a company whose admin cannot be made is not made either', async () => {
    const company = await t.company()
    const colliding = { ...blank, name: 'Never made', adminEmail: company.email, adminName: 'Ana' }
    await t.admin
      .sql`update tenancy.users set password_by_tenant = ${rawId(company.id)} where email = ${company.email}`
    expect(await refusalOf(t.platform.tenancy.createTenant(colliding))).toMatchObject({
      code: 'validation_failed',
      fields: [{ path: 'admin.password' }],
    })
    const { tenants } = await t.platform.tenancy.listTenants({ query: 'Never made', page: undefined })
    expect(tenants).toEqual([])
  })

  test('pages hold every company once, and the platform’s own tenant is none', async () => {
    const wanted = new Set<string>()
    for (let n = 0; n < 5; n++) wanted.add((await t.company(`Paged ${n}`)).id)
    const seen: string[] = []
    let cursor = ''
    do {
      const answer = await t.platform.tenancy.listTenants({ query: 'paged', page: { limit: 2, cursor } })
      expect(answer.tenants.length).toBeLessThanOrEqual(2)
      seen.push(...answer.tenants.map(({ id }) => id))
      cursor = answer.nextCursor
    } while (cursor)
    expect(seen.length).toBe(5)
    expect(new Set(seen)).toEqual(wanted)
    const all = await t.platform.tenancy.listTenants({ query: '', page: { limit: 200, cursor: '' } })
    expect(all.tenants.map(({ id }) => id)).not.toContain(platformTenantId)
    expect(
      await refusalOf(t.platform.tenancy.listTenants({ query: '', page: { limit: 2, cursor: '§' } })),
    ).toMatchObject({
      code: 'validation_failed',
    })
  })

  test('what a caller types as a name is searched as text', async () => {
    const company = await t.company('100 % _ seguro')
    const { tenants } = await t.platform.tenancy.listTenants({ query: '% _', page: undefined })
    expect(tenants.map(({ id }) => id)).toEqual([company.id])
  })

  test('T1: a company’s admin neither creates, changes, suspends nor deletes any, his own included', async () => {
    const company = await t.company()
    for (const call of [
      () => company.admin.tenancy.createTenant(blank),
      () => company.admin.tenancy.listTenants({ query: '', page: undefined }),
      () => company.admin.tenancy.updateTenant({ id: company.id, name: 'x' }),
      () => company.admin.tenancy.setTenantState({ id: company.id, state: 'suspended' }),
      () => company.admin.tenancy.deleteTenant({ id: company.id }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'forbidden' })
    }
    expect((await company.admin.tenancy.getTenant({ id: company.id })).name).toBe(
      (await t.platform.tenancy.getTenant({ id: company.id })).name,
    )
  })

  test('T6: a company that is not there cannot be changed', async () => {
    for (const id of [missingId('tenant'), 'nonsense', '']) {
      for (const call of [
        () => t.platform.tenancy.updateTenant({ id, name: 'x' }),
        () => t.platform.tenancy.setTenantState({ id, state: 'suspended' }),
        () => t.platform.tenancy.deleteTenant({ id }),
        () => t.platform.tenancy.listUsers({ tenantId: id || missingId('tenant'), page: undefined }),
      ]) {
        expect(await refusalOf(call())).toMatchObject({ code: 'not_found' })
      }
    }
  })

  test('the platform itself is neither suspended nor deleted', async () => {
    const id = platformTenantId
    expect(await refusalOf(t.platform.tenancy.deleteTenant({ id }))).toMatchObject({ code: 'conflict' })
    expect(await refusalOf(t.platform.tenancy.setTenantState({ id, state: 'suspended' }))).toMatchObject({
      code: 'conflict',
    })
  })
})

describe('deleting a company', () => {
  test('T6: X1: its key is gone, so its sealed token opens for nobody, even from a copy made before', async () => {
    const company = await t.company()
    const number = await t.number(company)
    const uuid = rawId(company.id)
    const inbox = t.asService('inbox')
    const dispatcher = t.asService('dispatcher')
    const ask = { tenantId: company.id, numberId: number.id }
    expect((await dispatcher.numbers.getNumberCredentials(ask)).accessToken).toStartWith(
      'EAAG-token-in-clear',
    )
    expect(Object.keys((await inbox.tenancy.getDataKeys({ tenantIds: [company.id] })).keys)).toEqual([
      company.id,
    ])
    const [copy] = await t.admin.sql<{ token: Uint8Array }[]>`
      select sealed_token as token from tenancy.numbers where tenant_id = ${uuid}`

    await t.platform.tenancy.deleteTenant({ id: company.id })

    expect((await inbox.tenancy.getDataKeys({ tenantIds: [company.id] })).keys).toEqual({})
    expect(await refusalOf(dispatcher.numbers.getNumberCredentials(ask))).toMatchObject({ code: 'not_found' })
    expect(await t.admin.sql`select 1 from tenancy.tenant_keys where tenant_id = ${uuid}`).toHaveLength(0)
    const left = await t.admin.sql`
      select 1 from tenancy.numbers where tenant_id = ${uuid} and sealed_token is not null`
    expect(left).toHaveLength(0)
    // Every key that is left in the table, and the master keys themselves, do not open the copy.
    const keys = await t.admin.sql<{ id: string; sealed: Uint8Array }[]>`
      select tenant_id as id, sealed_key as sealed from tenancy.tenant_keys`
    const { openText } = await import('@palomar/seal')
    const numberUuid = uuidOf(parseId('number', number.id) ?? newId('number'))
    const open = (key: Parameters<typeof openText>[0]) => () =>
      openText(key, copy?.token ?? new Uint8Array(), numberUuid)
    expect(open(t.config.MASTER_KEYS)).toThrow()
    for (const { id, sealed } of keys) {
      expect(open(unwrapKey(t.config.MASTER_KEYS, sealed, `tenancy.tenant_keys ${id}`))).toThrow()
    }
  })

  test('T6: its credentials end, its numbers are free, its people without another company are forgotten', async () => {
    const company = await t.company()
    const number = await t.number(company)
    const gateway = t.asService('gateway')
    const origin = { tenantId: '', ip: '', userAgent: '' }
    const session = await gateway.auth.login({ email: company.email, password: company.password, ...origin })
    const { secret } = await company.admin.tenancy.createApiKey({
      tenantId: '',
      name: 'CRM',
      scopes: ['messages:read'],
      expiresAt: undefined,
      ratePerSecond: 0,
    })
    await t.platform.tenancy.deleteTenant({ id: company.id })

    const exchange = (credential: { $case: 'accessToken' | 'apiKey'; value: string }) =>
      gateway.auth.exchangeCredential({ credential, audiences: ['inbox'], tenantId: '' })
    for (const call of [
      () => gateway.auth.login({ email: company.email, password: company.password, ...origin }),
      () => gateway.auth.refresh({ refreshToken: session.refreshToken }),
      () => exchange({ $case: 'accessToken', value: session.accessToken }),
      () => exchange({ $case: 'apiKey', value: secret }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'unauthenticated' })
    }
    expect(await t.admin.sql`select 1 from tenancy.users where email = ${company.email}`).toHaveLength(0)
    const next = await t.company()
    const again = await t.number(next, {
      phoneNumberId: number.phoneNumberId,
      metaWabaId: number.metaWabaId,
    })
    expect(again.phoneNumberId).toBe(number.phoneNumberId)
    expect(await refusalOf(t.platform.tenancy.getTenant({ id: company.id }))).toMatchObject({
      code: 'not_found',
    })
  })

  test('X2: the platform still reads what was done there, its deletion included', async () => {
    const company = await t.company()
    await t.platform.tenancy.deleteTenant({ id: company.id })
    const { entries } = await t.platform.tenancy.listAuditEntries({
      tenantId: company.id,
      page: undefined,
      action: '',
      entityId: '',
    })
    expect(entries.map(({ action }) => action)).toEqual([
      'company.deleted',
      'user.created',
      'company.created',
    ])
  })

  test('a person who works elsewhere too stays, with his password', async () => {
    const [going, staying] = [await t.company(), await t.company()]
    await t.platform.tenancy.createUser({
      tenantId: staying.id,
      email: going.email,
      name: 'Ana',
      role: 'agent',
      password: '',
      language: '',
      timeZone: '',
    })
    await t.platform.tenancy.deleteTenant({ id: going.id })
    const gateway = t.asService('gateway')
    const { identity } = await eventually(() =>
      gateway.auth.login({
        email: going.email,
        password: going.password,
        tenantId: '',
        ip: '',
        userAgent: '',
      }),
    )
    expect(identity?.tenantId).toBe(staying.id)
  })
})
