import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { type Db, finderSql, openDb, type Tx } from '@palomar/db'
import {
  assertFinders,
  assertMigrationsReversible,
  assertPolicies,
  assertRole,
  explain,
} from '@palomar/db/testing'
import { silentLogger, type TestDatabase, testDatabase } from '@palomar/testkit'
import { answersIn } from '../src/db/answers.ts'
import { claimDeliveries, deliveriesPage } from '../src/db/deliveries.ts'
import { endpointsPage } from '../src/db/endpoints.ts'
import { finders } from '../src/db/finders.ts'
import { rulesPage } from '../src/db/rules.ts'
import { tablesWithoutTenant, tenantTables } from '../src/db/schema.ts'

const folder = join(import.meta.dir, '../drizzle')
const maintenance = { signature: 'automation.maintain_days(integer, integer)', service: 'automation' }
const tenants = [crypto.randomUUID(), crypto.randomUUID()]
const [tenant = ''] = tenants
const uuid = (n: number) => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

let database: TestDatabase
let db: Db
let admin: Db
beforeAll(async () => {
  database = await testDatabase('automation')
  db = openDb({ url: database.urlFor('automation'), max: 4, service: 'automation', logger: silentLogger })
  const adminUrl = `${database.adminUrl}?search_path=automation`
  admin = openDb({ url: adminUrl, max: 2, service: 'automation', logger: silentLogger })
  await fill()
}, 60_000)
afterAll(async () => {
  await db?.close()
  await admin?.close()
  await database?.drop()
})

/** Enough rows that a plan without the index would be dearer: two companies, 20 endpoints, 40,000 deliveries. */
async function fill(): Promise<void> {
  const { sql } = admin
  const id = (n: string) => sql.unsafe(`('01900000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`)
  for (const [n, of] of tenants.entries()) {
    await sql`
      insert into rules (tenant_id, id, name, enabled, number_ids, keywords, match, reply_text, cooldown_s, position,
        created_at, updated_at)
      select ${of}::uuid, ${id('g')}, 'rule', true, '{}', '{a}', 'exact', 'b', 0, g % 10, now(), now()
      from generate_series(1, 2000) g`
    await sql`
      insert into webhook_endpoints (tenant_id, id, url, description, event_types, number_ids, state, secret, created_at,
        updated_at)
      select ${of}::uuid, ${id('g')}, 'https://x.test', '', '{}', '{}', case when g = 20 then 'disabled' else 'enabled' end,
        'x', now() + g * interval '1 second', now()
      from generate_series(1, 2000) g`
    await sql`
      insert into webhook_deliveries (tenant_id, id, endpoint_id, event_type, message_id, body, state, due_at, created_at)
      select ${of}::uuid, ${id(`${n} * 1000000 + g`)}, ${id('g % 20 + 1')}, 'message.status', ${id('g / 3')}, '{}',
        case when g % 4 = 0 then 'pending' else 'delivered' end, now() + (g % 7 - 3) * interval '1 hour',
        now() + g * interval '1 second'
      from generate_series(1, 20000) g`
    await sql`
      insert into answers (tenant_id, rule_id, message_id, conversation_id, number_id, wa_id, user_id, reply_text,
        reply_message_id, state, due_at, fact_at, created_at)
      select ${of}::uuid, ${id('g % 20')}, ${id('g')}, ${id('g % 500')}, ${id('1')}, '', '', 'b', ${id('g')},
        case when g % 100 = 0 then 'pending' else 'accepted' end, now() - g * interval '1 second',
        now() - g * interval '1 second', now()
      from generate_series(1, 20000) g`
  }
  for (const table of tenantTables) await sql`analyze ${sql(table)}`
}

test('CONTRACTS 8: every table has the forced policy, or is named as without tenant', async () => {
  await assertPolicies(db, tablesWithoutTenant)
})

test('CONTRACTS 9: what runs with other rights is exactly the finders and the maintenance of days', async () => {
  await assertFinders(db, finders, [maintenance])
})

test('CONTRACTS 9: the migration holds the finders as the code lists them', async () => {
  const files = ['0000_automation.sql', '0001_refusals.sql']
  const written = (await Promise.all(files.map((name) => Bun.file(join(folder, name)).text()))).join('\n')
  for (const finder of finders) expect(written).toContain(finderSql(finder))
})

test('CONTRACTS 10: the service connects as a plain role that owns nothing', async () => {
  await assertRole(db.sql)
})

test('CONTRACTS 12: O11: the migrations can be taken back', async () => {
  const empty = await testDatabase()
  await assertMigrationsReversible({ url: empty.migratorUrl, folder, schema: 'automation' })
  await empty.drop()
})

test('CONTRACTS 3: days of seen facts are made ahead and dropped after 35, and no day is made twice', async () => {
  const days = async () => {
    const rows = await admin.sql<{ name: string }[]>`
      select relname as name from pg_class where relname like 'seen\_2%' and relkind = 'r' order by 1`
    return rows.map((row) => row.name)
  }
  const maintain = async (ahead: number, kept: number) => {
    const [row] = await db.sql<{ n: number }[]>`select automation.maintain_days(${ahead}, ${kept}) as n`
    return row?.n
  }
  const before = await days()
  expect(before.length).toBe(17)
  expect(await maintain(16, 35)).toBe(2)
  expect(await maintain(16, 35)).toBe(0)
  const old = new Date(Date.now() - 36 * 86_400_000).toISOString().slice(0, 10)
  const name = `seen_${old.replaceAll('-', '')}`
  await admin.sql.unsafe(
    `create table automation.${name} partition of automation.seen for values from ('${old}') to ('${old}'::date + 1);
     alter table automation.${name} owner to palomar_migrator`,
  )
  expect(await days()).toContain(name)
  expect(await maintain(16, 35)).toBe(1)
  expect(await days()).not.toContain(name)
})

const after = { at: new Date(Date.now() + 3_600_000), id: uuid(9) }
const lists: [string, string, (tx: Tx) => unknown][] = [
  ['rules', 'rules_by_position', (tx) => rulesPage(tx, tenant, { n: 5, id: uuid(9) }, 50)],
  [
    'endpoints',
    'webhook_endpoints_by_time',
    (tx) => endpointsPage(tx, tenant, { ...after, at: new Date(Date.now() + 600_000) }, 50),
  ],
  [
    'deliveries',
    'webhook_deliveries_by_time',
    (tx) => deliveriesPage(tx, tenant, { endpointId: uuid(3), state: '' }, after, 50),
  ],
  [
    'deliveries in a state',
    'webhook_deliveries_by_state',
    (tx) => deliveriesPage(tx, tenant, { endpointId: uuid(3), state: 'delivered' }, after, 50),
  ],
]

test.each(lists)(
  'CONTRACTS 10: the list of %s walks %s in its order, at any depth, under the runtime role',
  async (_, index, query) => {
    const plan = await explain(db, tenant, query)
    expect(plan.indexes).toContain(index)
    expect(plan.seqScans).toEqual([])
    const scan = find(plan.root, index)
    expect(scan?.['Index Cond']).toContain('tenant_id =')
    expect(String(scan?.['Index Cond'])).toMatch(/[<>]/)
    expect(plan.sorts).toBe(false)
  },
)

test('CONTRACTS 10: a claim reads what is due of its endpoint, and not the rest', async () => {
  const now = new Date()
  const plan = await explain(db, tenant, (tx) =>
    claimDeliveries(tx, tenant, uuid(3), { now, leaseUntil: now, max: 4 }),
  )
  expect(plan.indexes).toContain('webhook_deliveries_due')
  expect(plan.indexes).toContain('webhook_deliveries_of_message')
  expect(plan.seqScans).toEqual([])
})

test('CONTRACTS 10: what a conversation was answered is read by its index', async () => {
  const conversations = [{ tenantId: tenant, conversationId: uuid(7) }]
  const plan = await explain(db, tenant, (tx) => answersIn(tx, conversations, new Date(0)))
  expect(plan.indexes).toContain('answers_by_conversation')
  expect(plan.seqScans).toEqual([])
})

test('the finder names each endpoint with something due once, page by page, and none that is off', async () => {
  const found: string[] = []
  let place = ['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000']
  for (;;) {
    const rows = await db.sql<{ tenant_id: string; endpoint_id: string }[]>`
      select * from automation.endpoints_due(now(), ${place[0] ?? ''}::uuid, ${place[1] ?? ''}::uuid, 7)`
    found.push(...rows.map((row) => `${row.tenant_id}/${row.endpoint_id}`))
    const last = rows.at(-1)
    if (!last || rows.length < 7) break
    place = [last.tenant_id, last.endpoint_id]
  }
  const [expected] = await admin.sql<{ n: number }[]>`
    select count(*)::int as n from (
      select distinct d.tenant_id, d.endpoint_id from webhook_deliveries d
      join webhook_endpoints e on e.tenant_id = d.tenant_id and e.id = d.endpoint_id and e.state = 'enabled'
      where d.state = 'pending' and d.due_at <= now()) x`
  expect(found).toHaveLength(expected?.n ?? 0)
  expect(new Set(found).size).toBe(found.length)
  expect(found.length).toBeGreaterThan(5)
})

function find(node: { [key: string]: unknown }, index: string): { [key: string]: unknown } | undefined {
  if (node['Index Name'] === index) return node
  return ((node.Plans as { [key: string]: unknown }[] | undefined) ?? [])
    .map((one) => find(one, index))
    .find(Boolean)
}
