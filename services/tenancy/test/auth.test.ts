import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { authV1 } from '@palomar/contracts'
import { newId, parseId, uuidOf } from '@palomar/contracts'
import { openDb } from '@palomar/db'
import { silentLogger } from '@palomar/testkit'
import { countAttempt } from '../src/db/login-attempts.ts'
import { platformTenantId } from '../src/domain/platform.ts'
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
  t = await startTenancy({ LOGIN_ATTEMPTS_MAX: '3' })
  gateway = t.asService('gateway')
  company = await t.company()
})
afterAll(() => t?.stop())

const login = (email: string, password: string, tenantId = '') =>
  gateway.auth.login({ email, password, tenantId, ip: '192.0.2.1', userAgent: 'test' })
const signIn = () => login(company.email, company.password)
const exchange = (accessToken: string, tenantId = '') =>
  gateway.auth.exchangeCredential({
    credential: { $case: 'accessToken', value: accessToken },
    audiences: ['inbox'],
    tenantId,
  })

describe('signing in', () => {
  test('T1: the platform admin named by the environment signs in to the platform', async () => {
    const { identity, memberships } = await login(adminEmail.toUpperCase(), adminPassword)
    expect(identity).toMatchObject({ role: 'platform_admin', tenantId: platformTenantId, email: adminEmail })
    expect(memberships).toHaveLength(1)
  })

  test('T2: an admin of a company gets tokens of that company, with its role’s permissions', async () => {
    const { identity, accessToken, refreshToken } = await signIn()
    expect(identity).toMatchObject({ tenantId: company.id, role: 'tenant_admin', actorId: company.adminId })
    expect(identity?.permissions).not.toContain('companies:manage')
    expect(accessToken.split('.')).toHaveLength(3)
    expect(refreshToken).toStartWith('plr_')
  })

  test('U10: a wrong password, an unknown address and a person without a company are refused alike', async () => {
    const lonely = await t.admin.sql<{ hash: string }[]>`
      select password_hash as hash from tenancy.users where email = ${company.email}`
    await t.admin.sql`insert into tenancy.users (id, email, password_hash)
      values (${uuidOf(newId('user'))}, 'lonely@company.test', ${lonely[0]?.hash ?? ''})`
    const refusals = await Promise.all(
      [
        login(company.email, 'not his password'),
        login('nobody@company.test', company.password),
        login('lonely@company.test', company.password),
      ].map(refusalOf),
    )
    expect(refusals[0]).toMatchObject({ code: 'unauthenticated' })
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0] ?? refusal)
    await signIn()
  })

  test('U11: CONTRACTS 37: an account is closed after its attempts, also to the right password, known or not', async () => {
    const victim = await t.company()
    for (const email of [victim.email, 'made.up@company.test']) {
      for (let tries = 0; tries < 3; tries++) {
        expect(await refusalOf(login(email, 'a guess'))).toMatchObject({ code: 'unauthenticated' })
      }
      expect(await refusalOf(login(email, victim.password))).toMatchObject({
        code: 'rate_limited',
        until: expect.any(Date),
      })
    }
    // The window's end opens it again.
    await t.admin.sql`update tenancy.login_attempts set window_ends_at = now() - interval '1 second'`
    expect((await login(victim.email, victim.password)).identity?.tenantId).toBe(victim.id)
  })

  test('U11: CONTRACTS 37: guesses made at once are all counted', async () => {
    const victim = await t.company()
    const guesses = await Promise.allSettled(Array.from({ length: 12 }, () => login(victim.email, 'a guess')))
    const codes = guesses.map((guess) => guess.status === 'rejected' && guess.reason.code)
    expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(3)
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(9)
  })

  test('CONTRACTS 37: with Postgres away nobody signs in', async () => {
    const away = openDb({
      url: 'postgres://x:x@127.0.0.1:1/x',
      max: 1,
      service: 'tenancy',
      logger: silentLogger,
    })
    const counted = countAttempt(away, new Uint8Array(32), { attemptsMax: 3, windowMs: 1000 })
    expect(await refusalOf(counted)).toMatchObject({ code: 'unavailable' })
    await away.close()
  })

  test('T5: a person of several companies chooses one, and switches', async () => {
    const second = await t.company()
    await t.platform.tenancy.createUser({
      tenantId: second.id,
      email: company.email,
      name: 'Ana elsewhere',
      role: 'agent',
      password: '',
      language: '',
      timeZone: '',
    })
    const { password } = company
    const choice = await login(company.email, password)
    expect(choice.accessToken).toBe('')
    expect(choice.memberships.map(({ tenantId, role }) => [tenantId, role])).toEqual(
      expect.arrayContaining([
        [company.id, 'tenant_admin'],
        [second.id, 'agent'],
      ]),
    )
    const first = await login(company.email, password, company.id)
    expect(first.identity).toMatchObject({ tenantId: company.id, role: 'tenant_admin', name: 'Ana Admin' })
    const switched = await gateway.auth.switchTenant({ accessToken: first.accessToken, tenantId: second.id })
    expect(switched.identity).toMatchObject({ tenantId: second.id, role: 'agent', name: 'Ana elsewhere' })
    expect(switched.identity?.sessionId).not.toBe(first.identity?.sessionId ?? '')

    const third = await t.company()
    const refusals = await Promise.all(
      [third.id, newId('tenant'), 'nonsense', ''].map((tenantId) =>
        refusalOf(gateway.auth.switchTenant({ accessToken: first.accessToken, tenantId })),
      ),
    )
    expect(refusals[0]).toMatchObject({ code: 'forbidden' })
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0] ?? refusal)
  })

  test('T6: a suspended company’s people are told so, and come back with the session they had', async () => {
    const suspended = await t.company()
    const before = await login(suspended.email, suspended.password)
    await t.platform.tenancy.setTenantState({ id: suspended.id, state: 'suspended' })
    for (const call of [
      () => login(suspended.email, suspended.password),
      () => gateway.auth.refresh({ refreshToken: before.refreshToken }),
      () => exchange(before.accessToken),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'company_suspended' })
    }
    await t.platform.tenancy.setTenantState({ id: suspended.id, state: 'active' })
    const after = await gateway.auth.refresh({ refreshToken: before.refreshToken })
    expect(after.identity?.sessionId).toBe(before.identity?.sessionId ?? '')
  })
})

describe('sessions', () => {
  const own = () => login(company.email, company.password, company.id)

  test('U4: a refresh token works once and gives the next', async () => {
    const first = await own()
    const second = await gateway.auth.refresh({ refreshToken: first.refreshToken })
    expect(second.refreshToken).not.toBe(first.refreshToken)
    const third = await gateway.auth.refresh({ refreshToken: second.refreshToken })
    expect(third.identity?.sessionId).toBe(first.identity?.sessionId ?? '')
  })

  test('U4: a refresh token used again ends the family: the newest token and the access token too', async () => {
    const first = await own()
    const second = await gateway.auth.refresh({ refreshToken: first.refreshToken })
    await exchange(second.accessToken)
    const again = gateway.auth.refresh({ refreshToken: first.refreshToken })
    expect(await refusalOf(again)).toMatchObject({ code: 'refresh_reused' })
    expect(await refusalOf(gateway.auth.refresh({ refreshToken: second.refreshToken }))).toMatchObject({
      code: 'unauthenticated',
    })
    expect(await refusalOf(exchange(second.accessToken))).toMatchObject({ code: 'unauthenticated' })
  })

  test('U4: of many who use one refresh token at once, one gets a pair and the family ends', async () => {
    const { refreshToken } = await own()
    const calls = Array.from({ length: 6 }, () => gateway.auth.refresh({ refreshToken }))
    const outcomes = await Promise.allSettled(calls)
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    const pair = winners[0] as PromiseFulfilledResult<authV1.LoginResponse>
    expect(await refusalOf(exchange(pair.value.accessToken))).toMatchObject({ code: 'unauthenticated' })
  })

  test('U4: other sessions of the same person go on', async () => {
    const [stolen, other] = [await own(), await own()]
    await gateway.auth.refresh({ refreshToken: stolen.refreshToken })
    await gateway.auth.refresh({ refreshToken: stolen.refreshToken }).catch(() => undefined)
    expect((await exchange(other.accessToken)).identity?.actorId).toBe(company.adminId)
  })

  test('logging out ends the family, and again is no error', async () => {
    const { accessToken, refreshToken } = await own()
    await gateway.auth.logout({ refreshToken })
    await gateway.auth.logout({ refreshToken })
    await gateway.auth.logout({ refreshToken: 'plr_never-there' })
    expect(await refusalOf(exchange(accessToken))).toMatchObject({ code: 'unauthenticated' })
    expect(await refusalOf(gateway.auth.refresh({ refreshToken }))).toMatchObject({ code: 'unauthenticated' })
  })

  test('a family ends at its own time, however often it is refreshed', async () => {
    const first = await own()
    const session = parseId('session', first.identity?.sessionId ?? '')
    if (!session) throw new Error('no session')
    await t.admin
      .sql`update tenancy.sessions set expires_at = now() - interval '1 second' where id = ${uuidOf(session)}`
    expect(await refusalOf(gateway.auth.refresh({ refreshToken: first.refreshToken }))).toMatchObject({
      code: 'unauthenticated',
    })
    expect(await refusalOf(exchange(first.accessToken))).toMatchObject({ code: 'unauthenticated' })
  })

  test('X2: signing in and a reused token stand in the company’s audit log, with who and when', async () => {
    const { refreshToken } = await own()
    await gateway.auth.refresh({ refreshToken })
    await gateway.auth.refresh({ refreshToken }).catch(() => undefined)
    const { entries } = await company.admin.tenancy.listAuditEntries({
      tenantId: '',
      page: undefined,
      action: '',
      entityId: '',
    })
    expect(entries[0]).toMatchObject({ action: 'session.reuse_detected', actorId: company.adminId })
    expect(entries.find(({ action }) => action === 'session.opened')).toMatchObject({
      actorId: company.adminId,
      entity: 'session',
      at: expect.any(Date),
    })
  })
})

describe('what is one’s own', () => {
  test('U8: a person changes his name and language; the answer, the next exchange and the audit log say so', async () => {
    const mine = await t.company()
    const { accessToken } = await login(mine.email, mine.password)
    const identity = await gateway.auth.updateMe({
      accessToken,
      name: ' Ana María ',
      language: 'pt',
      timeZone: undefined,
      password: undefined,
      currentPassword: undefined,
    })
    expect(identity).toMatchObject({
      actorId: mine.adminId,
      name: 'Ana María',
      language: 'pt',
      role: 'tenant_admin',
    })
    expect((await exchange(accessToken)).identity).toMatchObject({ name: 'Ana María', language: 'pt' })
    const { entries } = await mine.admin.tenancy.listAuditEntries({
      tenantId: '',
      page: undefined,
      action: 'user.updated',
      entityId: mine.adminId,
    })
    expect(entries).toMatchObject([{ actorId: mine.adminId, metadataJson: '{"fields":["name","language"]}' }])
    const nobody = gateway.auth.updateMe({
      accessToken: 'x.y.z',
      name: 'Otro',
      language: undefined,
      timeZone: undefined,
      password: undefined,
      currentPassword: undefined,
    })
    expect(await refusalOf(nobody)).toMatchObject({ code: 'unauthenticated' })
  })

  test('U8: a new password needs the present one, ends every session, and guessing is limited as signing in is', async () => {
    const mine = await t.company()
    const { accessToken } = await login(mine.email, mine.password)
    const change = (password: string, currentPassword: string | undefined) =>
      gateway.auth.updateMe({
        accessToken,
        name: undefined,
        language: undefined,
        timeZone: undefined,
        password,
        currentPassword,
      })
    expect(await refusalOf(change('a new password', undefined))).toMatchObject({
      fields: [{ path: 'current_password', code: 'required' }],
    })
    expect(await refusalOf(change('short', mine.password))).toMatchObject({ fields: [{ path: 'password' }] })
    expect(await refusalOf(change('a new password', 'a guess of mine'))).toMatchObject({
      fields: [{ path: 'current_password', code: 'wrong' }],
    })
    await change('a new password', mine.password)
    expect(await refusalOf(exchange(accessToken))).toMatchObject({ code: 'unauthenticated' })
    expect(await refusalOf(login(mine.email, mine.password))).toMatchObject({ code: 'unauthenticated' })
    const again = await login(mine.email, 'a new password')
    const guess = () =>
      gateway.auth.updateMe({
        accessToken: again.accessToken,
        name: undefined,
        language: undefined,
        timeZone: undefined,
        password: 'another one',
        currentPassword: 'a guess',
      })
    for (const _ of [1, 2, 3]) expect((await refusalOf(guess())).code).toBe('validation_failed')
    expect((await refusalOf(guess())).code).toBe('rate_limited')
  })
})
