/** CONTRACTS 10: each list and look-up goes by its index under the runtime role, however many rows others have. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { newId, type Uuid, uuidOf } from '@palomar/contracts'
import { type Db, openDb, ormOf, type Tx } from '@palomar/db'
import { silentLogger, type TestDatabase, testDatabase } from '@palomar/testkit'
import { apiKeyRows, keyHolder } from '../src/db/api-keys.ts'
import { auditRows } from '../src/db/audit.ts'
import { member, members } from '../src/db/memberships.ts'
import { ownerOfMetaId } from '../src/db/meta-ids.ts'
import { numberRow, numberRows } from '../src/db/numbers.ts'
import { portfolioRows, wabaRows } from '../src/db/portfolios.ts'
import * as schema from '../src/db/schema.ts'
import type { Scope } from '../src/db/scope.ts'
import { lockFamilyOf, sessionHolder } from '../src/db/sessions.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

let database: TestDatabase
let db: Db
let admin: Db
const [tenant, one] = [uuidOf(newId('tenant')), uuidOf(newId('number'))]
const rowsPerTenant = 1_500
const others = 20

beforeAll(async () => {
  database = await testDatabase('tenancy')
  const open = (url: string) => openDb({ url, max: 2, service: 'tenancy', logger: silentLogger })
  db = open(database.urlFor('tenancy'))
  admin = open(database.adminUrl)
  await admin.sql.unsafe(fill(tenant))
}, 60_000)
afterAll(async () => {
  await Promise.all([db?.close(), admin?.close()])
  await database?.drop()
})

/** One tenant to ask for, and twenty others as large as he is. */
function fill(mine: Uuid): string {
  return `
    create temp table t as select '${mine}'::uuid as id, 0 as n
      union all select gen_random_uuid(), n from generate_series(1, ${others}) n;
    create temp table r as select t.id as tenant_id, gen_random_uuid() as id, t.n * 10000 + i as k
      from t, generate_series(1, ${rowsPerTenant}) i;
    insert into tenancy.tenants (tenant_id, name, language, time_zone, country)
      select id, 'Company ' || n, 'es', 'UTC', '' from t
      union all select gen_random_uuid(), 'Company', 'es', 'UTC', '' from generate_series(1, 3000);
    insert into tenancy.users (id, email, password_hash) select id, k || '@plan.test', 'x' from r;
    insert into tenancy.memberships (tenant_id, user_id, role, name, language, time_zone)
      select tenant_id, id, 'agent', 'n', 'es', 'UTC' from r;
    insert into tenancy.sessions (tenant_id, id, user_id, ip, user_agent, expires_at)
      select tenant_id, id, id, '', '', now() + interval '1 day' from r;
    insert into tenancy.refresh_tokens (tenant_id, hash, session_id, expires_at)
      select tenant_id, decode(md5(k::text), 'hex'), id, now() + interval '1 day' from r;
    insert into tenancy.api_keys (tenant_id, id, hash, prefix, name, scopes, created_by)
      select tenant_id, id, decode(md5(k::text), 'hex'), 'plk_', 'n', '{}', '' from r;
    insert into tenancy.audit_entries (tenant_id, id, actor_id, action, entity, entity_id, metadata)
      select tenant_id, id, '', 'action' || k % 3, 'e', 'entity' || k, '{}' from r;
    insert into tenancy.portfolios (tenant_id, id, name, meta_business_id) select tenant_id, id, 'n', k::text from r;
    insert into tenancy.wabas (tenant_id, id, portfolio_id, name, meta_waba_id) select tenant_id, id, id, 'n', k::text from r;
    insert into tenancy.numbers (tenant_id, id, waba_id, name, phone_number_id, display_phone_number, throughput_per_second)
      select tenant_id, id, id, 'n', k::text, '', 80 from r;
    insert into tenancy.apps (id, name, slug, meta_app_id, sealed_secret, sealed_verify_token)
      select tenant_id, 'n', 'a' || k, k::text, '', '' from r where id = (select id from r limit 1);
    insert into tenancy.number_apps (tenant_id, number_id, app_id) select r.tenant_id, r.id, a.id from r, tenancy.apps a;
    insert into tenancy.meta_ids (kind, meta_id, tenant_id, row_id) select 'phone_number', k::text, tenant_id, id from r;
    analyze;`
}

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Plan Rows': number
  Plans?: PlanNode[]
}

/** Runs the very code, and explains each statement it sent. */
async function plansOf(run: (scope: Scope) => Promise<unknown>): Promise<PlanNode[]> {
  return db.forTenant(tenant, async (tx) => {
    const sent: { text: string; values: unknown[] }[] = []
    const unsafe = (text: string, values: unknown[] = [], options?: object) => {
      sent.push({ text, values })
      return tx.unsafe(text, values as never[], options)
    }
    // Tagged templates are turned into text by hand: their values here are all plain.
    const tagged = (strings: TemplateStringsArray, ...values: unknown[]) =>
      unsafe(
        strings.reduce((text, part, at) => `${text}$${at}${part}`),
        values,
      )
    const spy = new Proxy(tagged as Tx, {
      get: (_, name) => (name === 'unsafe' ? unsafe : Reflect.get(tx, name)),
    })
    await run({ tenantId: tenant, tx: spy, orm: ormOf(spy, schema) })
    expect(sent.length).toBeGreaterThan(0)
    const plans: PlanNode[] = []
    for (const { text, values } of sent) {
      const rows = await tx.unsafe<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
        `explain (format json) ${text}`,
        values as never[],
      )
      const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
      if (plan) plans.push(plan)
    }
    return plans.flatMap(flatten)
  })
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)]
const page = { limit: 20, after: undefined }
// Half way: the rows' ids are random.
const later = { limit: 20, after: '80000000-0000-4000-8000-000000000000' as Uuid }
const hash = new Uint8Array(16)

/** Few rows, whatever the load: reading them from end to end is right. */
const small = new Set(['apps'])

const cases: Record<string, [run: (scope: Scope) => Promise<unknown>, index: string]> = {
  ListUsers: [(scope) => members(scope, page), 'memberships_pkey'],
  'ListUsers, a later page': [(scope) => members(scope, later), 'memberships_pkey'],
  GetUser: [(scope) => member(scope, one), 'memberships_'],
  ListApiKeys: [(scope) => apiKeyRows(scope, page), 'api_keys_pkey'],
  ListAuditEntries: [(scope) => auditRows(scope, { action: '', entityId: '' }, page), 'audit_entries_pkey'],
  'ListAuditEntries, a later page': [
    (scope) => auditRows(scope, { action: '', entityId: '' }, later),
    'audit_entries_pkey',
  ],
  'ListAuditEntries by action': [
    (scope) => auditRows(scope, { action: 'action1', entityId: '' }, page),
    'audit_entries_action',
  ],
  'ListAuditEntries by entity': [
    (scope) => auditRows(scope, { action: '', entityId: 'entity7' }, page),
    'audit_entries_entity',
  ],
  ListPortfolios: [(scope) => portfolioRows(scope, page), 'portfolios_pkey'],
  ListWabas: [(scope) => wabaRows(scope, page), 'wabas_pkey'],
  ListNumbers: [(scope) => numberRows(scope, '', page), 'numbers_pkey'],
  'ListNumbers by state': [(scope) => numberRows(scope, 'active', page), 'numbers_pkey'],
  GetNumber: [(scope) => numberRow(scope, one), 'numbers_pkey'],
  'ExchangeCredential of a session': [(scope) => sessionHolder(scope, one, one), 'sessions_'],
  'ExchangeCredential of a key': [(scope) => keyHolder(scope, one), 'api_keys_pkey'],
  Refresh: [(scope) => lockFamilyOf(scope, hash), 'refresh_tokens_'],
  ResolveRoute: [(scope) => ownerOfMetaId(scope.tx, 'phone_number', '7'), 'meta_ids_pkey'],
}

describe('CONTRACTS 10: by index, and nothing sorted but the page', () => {
  for (const [name, [run, index]] of Object.entries(cases)) {
    test(name, async () => {
      const nodes = await plansOf(run)
      expect(nodes.flatMap((node) => node['Index Name'] ?? []).some((used) => used.startsWith(index))).toBe(
        true,
      )
      const read = nodes
        .filter((node) => node['Node Type'] === 'Seq Scan')
        .map((node) => node['Relation Name'] ?? '')
      expect(read.filter((table) => !small.has(table))).toEqual([])
      // A page may be put in order; what it was taken from may not.
      const sorts = nodes.filter((node) => node['Node Type'] === 'Sort')
      for (const { 'Plan Rows': rows } of sorts) expect(rows).toBeLessThanOrEqual(page.limit + 1)
    })
  }
})

describe('CONTRACTS 10: finders by index', () => {
  const finders = {
    find_api_key: ["decode('00', 'hex')", 'api_keys_hash'],
    find_refresh_token: ["decode('00', 'hex')", 'refresh_tokens_hash'],
    find_memberships: [`'${one}'`, 'memberships_user'],
  } as const
  for (const [name, [argument, index]] of Object.entries(finders)) {
    test(name, async () => {
      // The body, planned as its owner sees the tables.
      const [row] = await admin.sql<{ body: string }[]>`
        select p.prosrc as body from pg_proc p where p.oid = ${`tenancy.${name}`}::regproc`
      const body = row?.body.replace(/\b(key_hash|token_hash|person)\b/, argument)
      const plan = await admin.sql.unsafe<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
        `explain (format json) ${body}`,
      )
      const nodes = flatten(plan[0]?.['QUERY PLAN'][0]?.Plan as PlanNode)
      expect(nodes.flatMap((node) => node['Index Name'] ?? [])).toEqual([index])
    })
  }

  test('find_companies walks the companies in order and stops at its limit', async () => {
    const [row] = await admin.sql<{ body: string }[]>`
      select p.prosrc as body from pg_proc p where p.oid = 'tenancy.find_companies'::regproc`
    const body = row?.body
      .replace('coalesce(after,', 'coalesce(null,')
      .replaceAll(/\bpart\b/g, "'company'")
      .replace('limit count', 'limit 10')
    const plan = await admin.sql.unsafe<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
      `explain (format json) ${body}`,
    )
    const nodes = flatten(plan[0]?.['QUERY PLAN'][0]?.Plan as PlanNode)
    expect(nodes.map((node) => node['Node Type'])).toEqual(['Limit', 'Index Scan'])
  })
})
