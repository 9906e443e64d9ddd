import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { idFromUuid, newId, rolePermissions } from '@palomar/contracts'
import { openDb } from '@palomar/db'
import type { KnownCaller } from '@palomar/rpc'
import { eventually, silentLogger, startService, testDatabase } from '@palomar/testkit'
import { tenancyConfig } from '../src/config.ts'
import { platformTenantId } from '../src/domain/platform.ts'
import { type Service, start } from '../src/service.ts'
import {
  adminEmail,
  adminPassword,
  type Clients,
  clientsAt,
  type Fixture,
  refusalOf,
  startTenancy,
} from './fixture.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

let t: Fixture
let gateway: Clients
beforeAll(async () => {
  t = await startTenancy()
  gateway = t.asService('gateway')
})
afterAll(() => t?.stop())

const login = (email: string, password: string) =>
  gateway.auth.login({ email, password, tenantId: '', ip: '', userAgent: '' })
const again = (change: Record<string, string>) =>
  start(tenancyConfig({ ...t.env, ...change }), { logger: silentLogger })
const open: Clients[] = []
afterAll(() => {
  for (const clients of open) clients.close()
})
/** Of another process or replica than the fixture's. */
function at(port: number, caller: KnownCaller): Clients {
  const clients = clientsAt(port, t.signing, caller)
  open.push(clients)
  return clients
}
const platformAdmin: KnownCaller = {
  kind: 'tenant',
  tenantId: platformTenantId,
  actorId: newId('user'),
  role: 'platform_admin',
  permissions: new Set(rolePermissions.platform_admin),
}

const admins = () => t.admin.sql`select 1 from tenancy.memberships where role = 'platform_admin'`

describe('starting', () => {
  test('replicas that start together on an empty database make one platform and one admin', async () => {
    const empty = await testDatabase('tenancy')
    try {
      const together = [1, 2, 3].map(() => again({ DATABASE_URL: empty.urlFor('tenancy') }))
      const replicas = await Promise.all(together)
      await Promise.all(replicas.map((replica) => replica.stop()))
      const db = openDb({ url: empty.adminUrl, max: 1, service: 'tenancy', logger: silentLogger })
      expect(await db.sql`select 1 from tenancy.memberships where role = 'platform_admin'`).toHaveLength(1)
      expect(await db.sql`select 1 from tenancy.tenants where is_platform`).toHaveLength(1)
      expect(await db.sql`select 1 from tenancy.audit_entries`).toHaveLength(1)
      await db.close()
    } finally {
      await empty.drop()
    }
  })

  test('while a platform admin exists the environment changes nobody’s password and adds nobody', async () => {
    const replica = await again({ SEED_ADMIN_PASSWORD: 'another password' })
    await replica.stop()
    const other = await again({ SEED_ADMIN_EMAIL: 'other@palomar.test' })
    await other.stop()
    expect(await admins()).toHaveLength(1)
    expect(await refusalOf(login(adminEmail, 'another password'))).toMatchObject({ code: 'unauthenticated' })
    expect((await login(adminEmail, adminPassword)).identity?.role).toBe('platform_admin')
  })

  test('an address whose password somebody else chose becomes platform admin with the environment’s only', async () => {
    const fresh = await startTenancy({ SEED_ADMIN_EMAIL: '', SEED_ADMIN_PASSWORD: '' })
    try {
      expect(await fresh.admin.sql`select 1 from tenancy.memberships`).toHaveLength(0)
      const company = await fresh.company()
      const seeded = await start(
        tenancyConfig({ ...fresh.env, SEED_ADMIN_EMAIL: company.email, SEED_ADMIN_PASSWORD: adminPassword }),
        { logger: silentLogger },
      )
      await seeded.stop()
      const as = fresh.asService('gateway')
      const signIn = (password: string) =>
        as.auth.login({ email: company.email, password, tenantId: '', ip: '', userAgent: '' })
      expect(await refusalOf(signIn(company.password))).toMatchObject({ code: 'unauthenticated' })
      expect((await signIn(adminPassword)).memberships.map(({ role }) => role).sort()).toEqual([
        'platform_admin',
        'tenant_admin',
      ])
    } finally {
      await fresh.stop()
    }
  })

  test('X1: a new master key seals everything anew at the next start; then the old one may go', async () => {
    const company = await t.company()
    const number = await t.number(company, { accessToken: 'EAAG-before-rotation' })
    const fresh = `m2:${randomBytes(32).toString('base64')}`
    const old = t.env.MASTER_KEYS ?? ''
    const sealedBefore = await t.admin.sql`select sealed_key from tenancy.tenant_keys order by tenant_id`
    const rotating = await again({ MASTER_KEYS: `${fresh},${old}` })
    const ask = async (replica: Service) => {
      const dispatcher = at(replica.ports.grpc, { kind: 'service', service: 'dispatcher' })
      const wanted = { tenantId: company.id, numberId: number.id }
      return (await dispatcher.numbers.getNumberCredentials(wanted)).accessToken
    }
    expect(await ask(rotating)).toBe('EAAG-before-rotation')
    await rotating.stop()
    const without = await again({ MASTER_KEYS: fresh })
    expect(await ask(without)).toBe('EAAG-before-rotation')
    const { apps } = await at(without.ports.grpc, platformAdmin).numbers.listApps({ page: undefined })
    expect(apps[0]?.verifyToken).toBe('the-default-verify-token-in-clear')
    await without.stop()
    const sealedAfter = await t.admin.sql`select sealed_key from tenancy.tenant_keys order by tenant_id`
    expect(sealedAfter).toHaveLength(sealedBefore.length)
    // Back to the fixture's own key for whoever comes next.
    await (await again({ MASTER_KEYS: `${old},${fresh}` })).stop()
    expect(await ask(t.service)).toBe('EAAG-before-rotation')
  })

  test('a superuser’s connection is refused at start: policies would not hold', async () => {
    const refused = await again({ DATABASE_URL: t.database.adminUrl }).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    expect(refused).toContain('superuser')
  })
})

describe('running', () => {
  test('O2: probes and metrics answer on the admin port', async () => {
    const get = (path: string) => fetch(`http://127.0.0.1:${t.service.ports.admin}${path}`)
    expect((await get('/livez')).status).toBe(200)
    expect(await (await get('/readyz')).json()).toMatchObject({ ready: true, checks: { postgres: true } })
    await login(adminEmail, adminPassword)
    await refusalOf(login(adminEmail, 'not it'))
    const text = await (await get('/metrics')).text()
    expect(text).toMatch(/tenancy_logins_total\{result="ok",service="tenancy"\} [1-9]/)
    expect(text).toMatch(/tenancy_logins_total\{result="refused",service="tenancy"\} [1-9]/)
    expect(text).toContain('tenancy_app_snapshot_written{service="tenancy"} 1')
  })

  test('a key’s last use is written, at the latest when the process stops', async () => {
    const replica = await again({})
    const company = await t.company()
    const { secret, apiKey } = await company.admin.tenancy.createApiKey({
      tenantId: '',
      name: 'K',
      scopes: ['messages:read'],
      expiresAt: undefined,
      ratePerSecond: 0,
    })
    const { auth } = at(replica.ports.grpc, platformAdmin)
    await auth.issueToken({ apiKey: secret, audience: 'inbox' })
    const list = async () =>
      (await company.admin.tenancy.listApiKeys({ tenantId: '', page: undefined })).apiKeys[0]
    await replica.stop()
    expect((await list())?.id).toBe(apiKey?.id ?? '')
    expect((await list())?.lastUsedAt).toBeInstanceOf(Date)
  })

  test('CONTRACTS 10: its connection is a plain role that owns nothing', async () => {
    const rows = await t.admin.sql<{ user: string; superuser: boolean; bypass: boolean }[]>`
      select distinct a.usename as user, r.rolsuper as superuser, r.rolbypassrls as bypass
      from pg_stat_activity a join pg_roles r on r.rolname = a.usename
      where a.datname = current_database() and a.application_name = 'palomar-tenancy' and a.usename <> current_user`
    expect([...rows]).toEqual([{ user: 'palomar_tenancy', superuser: false, bypass: false }])
  })
})

describe('as a process', () => {
  test('it says when it is ready, answers, and ends cleanly on SIGTERM; no secret is in its log', async () => {
    const child = await startService('tenancy', { ...t.env, LOG_LEVEL: 'info' })
    expect(child.ready.service).toBe('tenancy')
    expect(child.ready.grpc_port).toBeNumber()
    expect((await fetch(`http://127.0.0.1:${child.ready.admin_port}/readyz`)).status).toBe(200)
    expect(await child.stop()).toBe(0)
    expect(child.log().at(-1)).toMatchObject({ msg: 'stopped', clean: true })
    const text = JSON.stringify(child.log())
    for (const secret of [t.env.MASTER_KEYS, t.env.SIGNING_KEY_SEED, adminPassword, 'test-palomar_tenancy']) {
      expect(text).not.toContain(secret ?? 'missing')
    }
  })

  test('R1: killed with changes under way, it left whole changes only, and their events come from the next', async () => {
    const child = await startService('tenancy', { ...t.env, LOG_LEVEL: 'info' })
    const { all: told } = await t.events()
    const { tenancy } = at(Number(child.ready.grpc_port), platformAdmin)
    const request = {
      language: '',
      timeZone: '',
      country: '',
      adminEmail: '',
      adminName: '',
      adminPassword: '',
    }
    const calls = Array.from({ length: 40 }, (_, n) =>
      tenancy.createTenant({ ...request, name: `Killed ${n}` }).then(
        ({ id }) => id,
        () => undefined,
      ),
    )
    await Promise.race(calls)
    await child.kill()
    const answered = (await Promise.all(calls)).filter((id) => id !== undefined)
    expect(answered.length).toBeGreaterThan(0)
    const rows = await t.admin.sql<{ id: string; keys: bigint; audits: bigint }[]>`
      select tenant_id as id,
        (select count(*) from tenancy.tenant_keys k where k.tenant_id = t.tenant_id) as keys,
        (select count(*) from tenancy.audit_entries a where a.tenant_id = t.tenant_id) as audits
      from tenancy.tenants t where name like 'Killed %'`
    for (const row of rows) expect(row).toEqual({ id: row.id, keys: 1n, audits: 1n })
    const committed = rows.map(({ id }) => idFromUuid('tenant', id) as string)
    for (const id of answered) expect(committed).toContain(id)
    await eventually(
      () => {
        const heard = told.map(({ header }) => header?.tenantId)
        for (const id of committed) expect(heard).toContain(id)
      },
      { timeoutMs: 20_000 },
    )
  }, 30_000)

  test('a configuration that is not valid is said in one message, and it does not start', async () => {
    const refused = await startService('tenancy', { ...t.env, MASTER_KEYS: 'nonsense', NATS_URL: '' }).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    expect(refused).toContain('MASTER_KEYS')
    expect(refused).toContain('NATS_URL: is required')
  })
})
