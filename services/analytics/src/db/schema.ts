import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'

export const analytics = pgSchema('analytics')

/** Compared byte by byte, the same on every server. */
const ordered = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' })
/** Milliseconds, as a Date has. */
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const tenantId = () => uuid('tenant_id').notNull()
const count = (name: string) => bigint(name, { mode: 'bigint' }).notNull().default(sql`0`)

/** What is known of one message: the fold of everything that was told of it. No text, no phone numbers. */
export const facts = analytics.table(
  'facts',
  {
    tenantId: tenantId(),
    messageId: uuid('message_id').notNull(),
    numberId: uuid('number_id').notNull(),
    conversationId: uuid('conversation_id'),
    /** inbound, outbound */
    direction: text('direction').notNull(),
    type: text('type').notNull().default(''),
    createdBy: text('created_by').notNull().default(''),
    /** Earliest time known of it: what retention goes by. */
    at: instant('at').notNull(),
    /** Of MessageStored: when a customer sent it, or we accepted it. Null until that came. */
    storedAt: instant('stored_at'),
    /** Of the highest MessageUpdated, as is all that follows; 0 until one came. */
    version: bigint('version', { mode: 'bigint' }).notNull().default(sql`0`),
    state: text('state').notNull().default(''),
    acceptedAt: instant('accepted_at'),
    sentAt: instant('sent_at'),
    deliveredAt: instant('delivered_at'),
    readAt: instant('read_at'),
    failedAt: instant('failed_at'),
    errorCode: integer('error_code').notNull().default(0),
    failureCode: text('failure_code').notNull().default(''),
    pricingCategory: text('pricing_category').notNull().default(''),
    pricingModel: text('pricing_model').notNull().default(''),
    billable: boolean('billable'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.messageId] }), index('facts_by_time').using('brin', t.at)],
)

/**
 * Sums of facts by number and time. Twice: by quarters of an hour (the finest step at which the hours of all zones
 * begin), and by hours, which most zones can do with and which are a quarter of the rows.
 */
export const rollups = analytics.table(
  'rollups',
  {
    tenantId: tenantId(),
    /** Minutes: 15 or 60. */
    grain: smallint('grain').notNull(),
    at: instant('at').notNull(),
    numberId: uuid('number_id').notNull(),
    received: count('received'),
    accepted: count('accepted'),
    sent: count('sent'),
    delivered: count('delivered'),
    read: count('read'),
    failed: count('failed'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.grain, t.at, t.numberId] }),
    index('rollups_by_number').on(t.tenantId, t.numberId, t.grain, t.at),
  ],
)

/** The same for failures, by their code. */
export const failures = analytics.table(
  'failures',
  {
    tenantId: tenantId(),
    grain: smallint('grain').notNull(),
    at: instant('at').notNull(),
    numberId: uuid('number_id').notNull(),
    /** Meta's number, or 0 with Palomar's own code. */
    errorCode: integer('error_code').notNull(),
    failureCode: ordered('failure_code').notNull(),
    count: count('count'),
  },
  (t) => [
    primaryKey({
      name: 'failures_pk',
      columns: [t.tenantId, t.grain, t.at, t.numberId, t.errorCode, t.failureCode],
    }),
    index('failures_by_number').on(t.tenantId, t.numberId, t.grain, t.at),
  ],
)

/** The newest happenings of each company that people want to hear of; older ones are dropped. */
export const recentEvents = analytics.table(
  'recent_events',
  {
    tenantId: tenantId(),
    /** Of evt_…, from the fact. */
    id: uuid('id').notNull(),
    at: instant('at').notNull(),
    /** message_failed, number_changed, rule_fired, webhook_endpoint_changed */
    kind: text('kind').notNull(),
    numberId: uuid('number_id'),
    messageId: uuid('message_id'),
    conversationId: uuid('conversation_id'),
    /** Of what has states (num_…, whe_…): shown only where its state differs from that of the version before. */
    subject: text('subject').notNull().default(''),
    version: bigint('version', { mode: 'bigint' }).notNull().default(sql`0`),
    state: text('state').notNull().default(''),
    shown: boolean('shown').notNull().default(true),
    detail: jsonb('detail').notNull().default({}),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('recent_events_by_time').on(t.tenantId, t.at, t.id),
    index('recent_events_by_number').on(t.tenantId, t.numberId, t.at, t.id).where(sql`shown`),
    index('recent_events_by_subject').on(t.tenantId, t.subject, t.version),
  ],
)

/** Tenancy's numbers, highest version. */
export const numbers = analytics.table(
  'numbers',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    state: text('state').notNull(),
    displayPhoneNumber: text('display_phone_number').notNull().default(''),
    verifiedName: text('verified_name').notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
)

/** How far a rebuild has come. Without tenant: one may be of every company. */
export const rebuilds = analytics.table('rebuilds', {
  /** Range and company. */
  key: ordered('key').primaryKey(),
  /** Of a range without end: when it was first asked for. */
  until: instant('until').notNull(),
  cursor: text('cursor').notNull().default(''),
  events: count('events'),
  done: boolean('done').notNull().default(false),
  /** Whoever runs it has it until then. */
  heldUntil: instant('held_until').notNull(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})

export const tenantTables = ['facts', 'rollups', 'failures', 'recent_events', 'numbers'] as const
export const tablesWithoutTenant = ['rebuilds'] as const
