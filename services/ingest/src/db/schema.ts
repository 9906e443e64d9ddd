/**
 * The schema `ingest`: raw changes as Meta sent them. `changes` and `change_identities` belong to tenants and stand
 * under the forced policy of CONTRACTS 8; what could not be given to a tenant lies in `unrouted`, sealed with the
 * platform's key and read by platform admins alone.
 */
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'

export const ingest = pgSchema('ingest')

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
/** Milliseconds, so that a cursor made from a Date compares equal. */
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })

/** What both tables keep of a change. `sealed` holds the bytes: of the change, or of a body that did not parse. */
const kept = {
  appId: text('app_id').notNull(),
  phoneNumberId: text('phone_number_id').notNull(),
  wabaId: text('waba_id').notNull(),
  entryId: text('entry_id').notNull(),
  entryTime: instant('entry_time'),
  field: text('field').notNull(),
  messages: integer('messages').notNull(),
  statuses: integer('statuses').notNull(),
  receivedAt: instant('received_at').notNull(),
  webhookAt: instant('webhook_at').notNull(),
  sealed: bytes('sealed').notNull(),
}

/** The archive: one row per change that belongs to a tenant, sealed with the tenant's data key. */
export const changes = ingest.table(
  'changes',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid('id').notNull(),
    /** Null for changes of an account. */
    numberId: uuid('number_id'),
    portfolioId: text('portfolio_id').notNull(),
    ...kept,
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('changes_by_time').on(table.tenantId, table.receivedAt, table.id),
    index('changes_by_number').on(table.tenantId, table.numberId, table.receivedAt, table.id),
    index('changes_by_field').on(table.tenantId, table.field, table.receivedAt, table.id),
  ],
)

/** Who a change speaks of, hashed with the tenant's data key: how an erasure finds what it must destroy. */
export const changeIdentities = ingest.table(
  'change_identities',
  {
    tenantId: uuid('tenant_id').notNull(),
    identity: bytes('identity').notNull(),
    changeId: uuid('change_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.identity, table.changeId] })],
)

/** Changes without a tenant: parked (unknown number), quarantined (another app's number), unparsed. */
export const unrouted = ingest.table(
  'unrouted',
  {
    id: uuid('id').primaryKey(),
    state: text('state', { enum: ['parked', 'quarantined', 'unparsed'] }).notNull(),
    reason: text('reason').notNull(),
    /** The bytes are a whole body that could not be parsed, and not one change. */
    isBody: boolean('is_body').notNull(),
    /** As in `change_identities`, in hex, under the platform's key. */
    identities: text('identities').array().notNull(),
    ...kept,
  },
  (table) => [
    index('unrouted_by_state').on(table.state, table.receivedAt, table.id),
    index('unrouted_by_number').on(table.phoneNumberId, table.wabaId, table.id),
  ],
)

/** How many changes were ever archived: counted with each new row, in its transaction. One row. */
export const totals = ingest.table('totals', {
  name: text('name').primaryKey(),
  total: bigint('total', { mode: 'bigint' }).notNull(),
})

/** Read and written without a tenant (CONTRACTS 9). */
export const tablesWithoutTenant = ['unrouted', 'totals'] as const
