import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Fixture, startTenancy } from './fixture.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

let t: Fixture
beforeAll(async () => {
  t = await startTenancy()
})
afterAll(() => t?.stop())

/** Every row of every table of the schema, as a dump has it: bytea as hex, and decoded as text. */
async function dump(): Promise<{ text: string; tables: string[] }> {
  const tables = await t.admin.sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'tenancy' and table_type = 'BASE TABLE' order by 1`
  let text = ''
  for (const { name } of tables) {
    const rows = await t.admin.sql<Record<string, unknown>[]>`select * from ${t.admin.sql(`tenancy.${name}`)}`
    for (const row of rows) {
      for (const [column, value] of Object.entries(row)) {
        text += `\n${name}.${column}: `
        text += value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : Bun.inspect(value)
      }
    }
  }
  return { text, tables: tables.map(({ name }) => name) }
}

test('T11: X1: no token, secret, password or key stands in any table in clear', async () => {
  const company = await t.company()
  const password = 'PLANTED-password'
  const { id } = await company.admin.tenancy.createUser({
    tenantId: '',
    email: 'planted@company.test',
    name: 'P',
    role: 'agent',
    password,
    language: '',
    timeZone: '',
  })
  await company.admin.tenancy.updateUser({ id, tenantId: '', password: 'PLANTED-password-2' })
  const app = await t.platform.numbers.createApp({
    name: 'A',
    slug: 'planted',
    metaAppId: '700000000000009',
    appSecret: 'PLANTED-app-secret',
    verifyToken: 'PLANTED-verify-token',
  })
  await t.platform.numbers.rotateAppSecret({ id: app.id, appSecret: 'PLANTED-app-secret-2' })
  const number = await t.number(company, { accessToken: 'PLANTED-access-token' })
  await company.admin.numbers.updateNumber({
    id: number.id,
    tenantId: '',
    accessToken: 'PLANTED-access-token-2',
  })
  const { secret } = await company.admin.tenancy.createApiKey({
    tenantId: '',
    name: 'K',
    scopes: ['messages:read'],
    expiresAt: undefined,
    ratePerSecond: 0,
  })
  const gateway = t.asService('gateway')
  const session = await gateway.auth.login({
    email: 'planted@company.test',
    password: 'PLANTED-password-2',
    tenantId: '',
    ip: '192.0.2.7',
    userAgent: 'test',
  })
  const next = await gateway.auth.refresh({ refreshToken: session.refreshToken })
  await gateway.auth.refresh({ refreshToken: session.refreshToken }).catch(() => undefined)
  const dispatcher = t.asService('dispatcher')
  const { keys } = await t.asService('inbox').tenancy.getDataKeys({ tenantIds: [company.id] })
  const credentials = await dispatcher.numbers.getNumberCredentials({
    tenantId: company.id,
    numberId: number.id,
  })

  const { text, tables } = await dump()
  // The dump is a dump: it has what may stand in clear, and rows of every table that keeps secrets.
  expect(text).toContain('planted@company.test')
  for (const table of [
    'users',
    'sessions',
    'refresh_tokens',
    'api_keys',
    'apps',
    'numbers',
    'tenant_keys',
    'audit_entries',
  ]) {
    expect(tables).toContain(table)
    expect(text).toContain(`\n${table}.`)
  }
  expect(credentials.accessToken).toBe('PLANTED-access-token-2')
  const dataKey = Buffer.from(keys[company.id] ?? [])
  expect(dataKey).toHaveLength(32)
  for (const clear of [
    'PLANTED',
    secret,
    session.refreshToken,
    next.refreshToken,
    session.accessToken,
    dataKey.toString('latin1'),
  ]) {
    expect(text.includes(clear)).toBe(false)
    expect(text.includes(Buffer.from(clear, 'latin1').toString('hex'))).toBe(false)
    expect(text.includes(Buffer.from(clear, 'latin1').toString('base64'))).toBe(false)
  }
})

test('U6: every password in the table is argon2id of at least 19 MiB', async () => {
  const rows = await t.admin.sql<{ hash: string }[]>`select password_hash as hash from tenancy.users`
  expect(rows.length).toBeGreaterThan(2)
  for (const { hash } of rows) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})
