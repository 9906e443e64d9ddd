import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Tx } from '@palomar/db'
import {
  assertFinders,
  assertMigrationsReversible,
  assertPolicies,
  assertRole,
  explain,
} from '@palomar/db/testing'
import { testDatabase } from '@palomar/testkit'
import { failuresOf, type OverviewQuery, sumsOf, totalOf } from '../src/db/overview.ts'
import { recentPage } from '../src/db/recent-events.ts'
import { tablesWithoutTenant, tenantTables } from '../src/db/schema.ts'
import { stepsOf } from '../src/domain/steps.ts'
import { at, type World, world } from './world.ts'

let w: World
const tenants = ['01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b']
const [tenant = ''] = tenants
const uuid = (n: number) => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

beforeAll(async () => {
  w = await world()
  await fill()
}, 60_000)
afterAll(() => w.close())

/** Enough rows that a plan without the index would be dearer: two companies, 10 numbers, 60 days of hours. */
async function fill(): Promise<void> {
  const { sql } = w.admin
  for (const id of tenants) {
    await sql`
      insert into rollups (tenant_id, grain, at, number_id, received, accepted)
      select ${id}, grain, ${at(0)}::timestamptz + g * interval '1 hour',
        ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, g % 7, n
      from (values (15), (60)) as v (grain), generate_series(0, 60 * 24) g, generate_series(1, 10) n`
    await sql`
      insert into failures (tenant_id, grain, at, number_id, error_code, failure_code, count)
      select tenant_id, grain, at, number_id, 131026, '', 1 from rollups where tenant_id = ${id} and accepted < 4`
    await sql`
      insert into recent_events (tenant_id, id, at, kind, number_id)
      select ${id}, gen_random_uuid(), ${at(0)}::timestamptz + g * interval '1 minute', 'message_failed',
        ('01900000-0000-7000-8000-' || lpad(to_hex(g % 11), 12, '0'))::uuid
      from generate_series(1, 5000) g`
    await sql`
      insert into numbers (tenant_id, id, version, state)
      select ${id}, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'active'
      from generate_series(1, 5) n`
  }
  for (const table of tenantTables) await sql`analyze ${sql(table)}`
}

test('CONTRACTS 8: every table has the forced policy, or is named as without tenant', async () => {
  await assertPolicies(w.db, tablesWithoutTenant)
})

test('CONTRACTS 9: nothing in this schema looks across tenants', async () => {
  await assertFinders(w.db, [])
})

test('CONTRACTS 10: the service connects as a plain role that owns nothing', async () => {
  await assertRole(w.db.sql)
})

test('O11: the migrations can be taken back', async () => {
  const database = await testDatabase()
  const folder = join(import.meta.dir, '../drizzle')
  await assertMigrationsReversible({ url: database.migratorUrl, folder, schema: 'analytics' })
  await database.drop()
})

const day = { from: at(86_400 * 3), to: at(86_400 * 4) }
const query: OverviewQuery = { tenantId: tenant, numberId: undefined, grain: 60, range: day }
const ofNumber = { ...query, numberId: uuid(3) }
const starts = stepsOf(day, 'hour', 'UTC')
const everyStep = { everyStep: true }

const reads: [string, string, (tx: Tx) => unknown][] = [
  [
    'the figures of a day',
    'rollups_tenant_id_grain_at_number_id_pk',
    (tx) => sumsOf(tx, query, starts, everyStep),
  ],
  ['the period before', 'rollups_tenant_id_grain_at_number_id_pk', (tx) => totalOf(tx, query)],
  ['the figures of a number', 'rollups_by_number', (tx) => sumsOf(tx, ofNumber, starts, everyStep)],
  ['failures', 'failures_pk', (tx) => failuresOf(tx, query)],
]

test.each(reads)('CONTRACTS 10: %s are read from %s, in their range alone', async (_, index, read) => {
  const plan = await explain(w.db, tenant, read)
  expect(plan.indexes).toContain(index)
  expect(plan.seqScans).toEqual([])
  const scan = find(plan.root, index)
  expect(scan?.['Index Cond']).toContain('tenant_id =')
  expect(String(scan?.['Index Cond'])).toContain('at >=')
})

const after = { at: at(40_000), id: uuid(9) }
const lists: [string, string, (tx: Tx) => unknown][] = [
  ['all events', 'recent_events_by_time', (tx) => recentPage(tx, tenant, undefined, after, 50)],
  ['events of a number', 'recent_events_by_number', (tx) => recentPage(tx, tenant, uuid(3), after, 50)],
]

test.each(lists)(
  'CONTRACTS 10: the list of %s walks %s in its order, at any depth, under the runtime role',
  async (_, index, list) => {
    const plan = await explain(w.db, tenant, list)
    expect(plan.indexes).toContain(index)
    expect(plan.seqScans).toEqual([])
    expect(plan.sorts).toBe(false)
    const scan = find(plan.root, index)
    expect(scan?.['Index Cond']).toContain('tenant_id =')
    expect(String(scan?.['Index Cond'])).toMatch(/</)
  },
)

test('CONTRACTS 8: every statement names its tenant itself', async () => {
  const [events, [total]] = await w.db.forTenants(tenants, async (tx) => [
    [...(await recentPage(tx, tenant, undefined, undefined, 200))],
    [...(await totalOf(tx, query))],
  ])
  expect(new Set(events.map((row) => row.tenantId))).toEqual(new Set([tenant]))
  expect(total?.accepted).toBe(24 * 55)
})

function find(node: { [key: string]: unknown }, index: string): { [key: string]: unknown } | undefined {
  if (node['Index Name'] === index) return node
  return ((node.Plans as { [key: string]: unknown }[] | undefined) ?? [])
    .map((one) => find(one, index))
    .find(Boolean)
}
