import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { finderSql, type Tx } from '@palomar/db'
import {
  assertFinders,
  assertMigrationsReversible,
  assertPolicies,
  assertRole,
  explain,
} from '@palomar/db/testing'
import { testDatabase } from '@palomar/testkit'
import { contactsByName, contactsByPhone } from '../src/db/contacts.ts'
import { type ConversationFilter, conversationsPage } from '../src/db/conversations.ts'
import { finderFunctions } from '../src/db/finder-functions.ts'
import { historyPage } from '../src/db/history.ts'
import { type MessageFilter, messagesPage } from '../src/db/messages.ts'
import { tablesWithoutTenant, tenantTables } from '../src/db/schema.ts'
import { sessionsPage } from '../src/db/sessions.ts'
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

/** Enough rows that a plan without the index would be dearer: two companies, 3,000 conversations, 30,000 messages. */
async function fill(): Promise<void> {
  const { sql } = w.admin
  for (const [n, id] of tenants.entries()) {
    const base = n * 100_000
    await sql`
      insert into contacts (tenant_id, id, name, name_folded, phone, wa_id, version)
      select ${id}, ('01900000-0000-7000-8000-' || lpad(to_hex(${base}::int + g), 12, '0'))::uuid, 'Name ' || g, 'name ' || g,
        '+57300' || g, '57300' || g, 1
      from generate_series(1, 1500) g`
    await sql`
      insert into identities (tenant_id, key, contact_id, kind, value, seen_at)
      select tenant_id, 'w:' || wa_id, id, 'wa_id', wa_id, now() from contacts where tenant_id = ${id}`
    await sql`
      insert into conversations (tenant_id, id, number_id, peer, contact_id, status, status_at, assignee_id, unread_count,
        last_message_at, version)
      select tenant_id, id, ('01900000-0000-7000-8000-' || lpad(to_hex(g % 7), 12, '0'))::uuid, 'c:' || id, id,
        (array['open', 'open', 'open', 'pending', 'closed'])[1 + g % 5], now(),
        case when g % 3 = 0 then ('01900000-0000-7000-8000-' || lpad(to_hex(g % 11), 12, '0'))::uuid end, g % 20 / 19,
        ${at(0)}::timestamptz + g * interval '1 minute', 1
      from (select *, row_number() over (order by id)::int as g from contacts where tenant_id = ${id}) c`
    await sql`
      insert into messages (tenant_id, id, conversation_id, contact_id, number_id, direction, state, at, sort_key, version)
      select c.tenant_id, gen_random_uuid(), c.id, c.contact_id, c.number_id, 'inbound', 'received',
        ${at(0)}::timestamptz + g * interval '1 second', 'wamid.' || g || c.id, 1
      from conversations c, generate_series(1, 10) g where c.tenant_id = ${id}`
    await sql`
      insert into message_wamids (tenant_id, number_id, wamid, message_id)
      select tenant_id, number_id, sort_key, id from messages where tenant_id = ${id}`
    await sql`
      insert into numbers (tenant_id, id, version, phone_number_id, portfolio_id, state)
      select tenant_id, id, 1, phone, 'pfl_1', 'active' from contacts where tenant_id = ${id}`
    await sql`
      insert into sessions (tenant_id, id, number_id, contact_id, conversation_id, updated_at)
      select tenant_id, id, number_id, contact_id, id, last_message_at from conversations where tenant_id = ${id}`
  }
  for (const table of tenantTables) await sql`analyze ${sql(table)}`
}

test('CONTRACTS 8: every table has the forced policy, or is named as without tenant', async () => {
  await assertPolicies(w.db, tablesWithoutTenant)
})

test('CONTRACTS 9: what looks across tenants is exactly the finders listed, as the migration has them', async () => {
  await assertFinders(w.db, finderFunctions)
  const written = await Bun.file(join(import.meta.dir, '../drizzle/0002_next_tenant.sql')).text()
  for (const finder of finderFunctions) expect(written).toContain(finderSql(finder))
})

test('CONTRACTS 10: the service connects as a plain role that owns nothing', async () => {
  await assertRole(w.db.sql)
})

test('O11: the migrations can be taken back', async () => {
  const database = await testDatabase()
  const folder = join(import.meta.dir, '../drizzle')
  await assertMigrationsReversible({ url: database.migratorUrl, folder, schema: 'inbox' })
  await database.drop()
})

const noFilter: ConversationFilter = {
  status: '',
  numberId: undefined,
  assigneeId: undefined,
  contactId: undefined,
  unreadOnly: false,
}
const noMessageFilter: MessageFilter = {
  conversationId: undefined,
  numberId: undefined,
  direction: '',
  state: '',
}
const after = { at: at(40_000), key: uuid(9) }

const lists: [string, string, (tx: Tx) => unknown][] = [
  ['all conversations', 'conversations_by_time', (tx) => conversationsPage(tx, tenant, noFilter, after, 50)],
  [
    'by status',
    'conversations_by_status',
    (tx) => conversationsPage(tx, tenant, { ...noFilter, status: 'closed' }, after, 50),
  ],
  [
    'by number',
    'conversations_by_number',
    (tx) => conversationsPage(tx, tenant, { ...noFilter, numberId: uuid(3) }, after, 50),
  ],
  [
    'by assignee',
    'conversations_by_assignee',
    (tx) => conversationsPage(tx, tenant, { ...noFilter, assigneeId: uuid(3) }, after, 50),
  ],
  [
    'by contact',
    'conversations_by_contact',
    (tx) => conversationsPage(tx, tenant, { ...noFilter, contactId: uuid(3) }, after, 50),
  ],
  [
    'unread',
    'conversations_unread',
    (tx) => conversationsPage(tx, tenant, { ...noFilter, unreadOnly: true }, after, 50),
  ],
  [
    'messages of a conversation',
    'messages_by_conversation',
    (tx) =>
      messagesPage(
        tx,
        tenant,
        { ...noMessageFilter, conversationId: uuid(3) },
        { ...after, key: 'wamid.5' },
        50,
      ),
  ],
  [
    'all messages',
    'messages_by_time',
    (tx) => messagesPage(tx, tenant, noMessageFilter, { at: at(5), key: 'wamid.5' }, 50),
  ],
  [
    'messages of a number',
    'messages_by_number',
    (tx) =>
      messagesPage(tx, tenant, { ...noMessageFilter, numberId: uuid(3) }, { at: at(5), key: 'wamid.5' }, 50),
  ],
  [
    'history',
    'messages_by_time',
    (tx) => historyPage(tx, tenant, { from: at(0), to: at(900_000) }, { at: at(5), key: 'wamid.5' }, 500),
  ],
  [
    'contacts',
    'contacts_by_name',
    (tx) => contactsByName(tx, tenant, '', { name: 'name 5', id: uuid(1) }, 50),
  ],
  ['contacts by name', 'contacts_by_name', (tx) => contactsByName(tx, tenant, 'name 1', undefined, 50)],
  [
    'contacts by phone',
    'identities_tenant_id_key_pk',
    (tx) => contactsByPhone(tx, tenant, '573001', undefined, 50),
  ],
  ['sessions', 'sessions_by_time', (tx) => sessionsPage(tx, tenant, undefined, after, 50)],
  ['sessions of a number', 'sessions_by_number', (tx) => sessionsPage(tx, tenant, uuid(3), after, 50)],
]

test.each(lists)(
  'CONTRACTS 10: the list of %s walks %s in its order, at any depth, under the runtime role',
  async (_, index, query) => {
    const plan = await explain(w.db, tenant, query)
    expect(plan.indexes).toContain(index)
    expect(plan.seqScans).toEqual([])
    const scan = find(plan.root, index)
    // The cursor is where the scan begins, not a filter that reads everything before it.
    expect(scan?.['Index Cond']).toContain('tenant_id =')
    expect(String(scan?.['Index Cond'])).toMatch(/[<>]/)
    expect(plan.sorts).toBe(false)
  },
)

function find(node: { [key: string]: unknown }, index: string): { [key: string]: unknown } | undefined {
  if (node['Index Name'] === index) return node
  return ((node.Plans as { [key: string]: unknown }[] | undefined) ?? [])
    .map((one) => find(one, index))
    .find(Boolean)
}

test('CONTRACTS 8: every statement of the lists names its tenant itself', async () => {
  const rows = await w.db.forTenants(tenants, async (tx) => [
    ...(await conversationsPage(tx, tenant, noFilter, undefined, 200)),
  ])
  expect(new Set(rows.map((row) => row.tenantId))).toEqual(new Set([tenant]))
})
