import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  date,
  index,
  integer,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'

export const automation = pgSchema('automation')

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
/** Milliseconds, as a Date has: cursors compare what clients were given. */
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const tenantId = () => uuid('tenant_id').notNull()

/** Keyword rules. The first that matches answers: by position, then by id. */
export const rules = automation.table(
  'rules',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    enabled: boolean('enabled').notNull(),
    numberIds: uuid('number_ids').array().notNull(),
    keywords: text('keywords').array().notNull(),
    match: text('match').notNull(),
    replyText: text('reply_text').notNull(),
    cooldownS: integer('cooldown_s').notNull(),
    position: integer('position').notNull(),
    /** Moves with each answer that the ledger accepted, in the transaction that records it. */
    firedCount: bigint('fired_count', { mode: 'bigint' }).notNull().default(sql`0`),
    lastFiredAt: instant('last_fired_at'),
    lastRefusalCode: text('last_refusal_code').notNull().default(''),
    lastRefusedAt: instant('last_refused_at'),
    version: bigint('version', { mode: 'bigint' }).notNull().default(sql`1`),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('rules_by_position').on(t.tenantId, t.position, t.id),
  ],
)

/** One row per rule and message that it matched: the intention to answer, and what became of it. */
export const answers = automation.table(
  'answers',
  {
    tenantId: tenantId(),
    ruleId: uuid('rule_id').notNull(),
    messageId: uuid('message_id').notNull(),
    conversationId: uuid('conversation_id').notNull(),
    numberId: uuid('number_id').notNull(),
    waId: text('wa_id').notNull(),
    userId: text('user_id').notNull(),
    /** As the rule said it then: a later edit changes no answer, and the idempotency key keeps its body. */
    replyText: text('reply_text').notNull(),
    /** Minted with the row: every try sends the same message. */
    replyMessageId: uuid('reply_message_id').notNull(),
    /** pending, accepted, refused, expired */
    state: text('state').notNull(),
    /** Why it was refused: a code of the error catalogue, or loop_protection. */
    refusalCode: text('refusal_code').notNull().default(''),
    tries: integer('tries').notNull().default(0),
    /** Not before this time; moved ahead while a try is under way, so that a death gives it back. */
    dueAt: instant('due_at').notNull(),
    /** Meta's time of the customer's message. */
    factAt: instant('fact_at').notNull(),
    createdAt: instant('created_at').notNull(),
    settledAt: instant('settled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.ruleId, t.messageId] }),
    index('answers_due').on(t.dueAt).where(sql`state = 'pending'`),
    index('answers_by_conversation').on(t.tenantId, t.conversationId, t.factAt),
    index('answers_by_age').on(t.createdAt),
  ],
)

/** Where a company wants to hear of its messages. */
export const webhookEndpoints = automation.table(
  'webhook_endpoints',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    url: text('url').notNull(),
    /** palomar (Standard Webhooks) or meta (Meta's own bytes, signed as Meta does) */
    format: text('format').notNull().default('palomar'),
    description: text('description').notNull(),
    eventTypes: text('event_types').array().notNull(),
    numberIds: uuid('number_ids').array().notNull(),
    /** enabled, disabled, failing */
    state: text('state').notNull(),
    reason: text('reason').notNull().default(''),
    /** Sealed with the tenant's data key. */
    secret: bytes('secret').notNull(),
    /** The one before the last rotation; signs too, until `previous_until`. */
    previousSecret: bytes('previous_secret'),
    previousUntil: instant('previous_until'),
    /** The first failure since the last success; null while it works. */
    failingSince: instant('failing_since'),
    lastSuccessAt: instant('last_success_at'),
    lastFailureAt: instant('last_failure_at'),
    version: bigint('version', { mode: 'bigint' }).notNull().default(sql`1`),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('webhook_endpoints_by_time').on(t.tenantId, t.createdAt, t.id),
  ],
)

/** What an endpoint is to hear: the queue of outbound webhooks, and what became of each. */
export const webhookDeliveries = automation.table(
  'webhook_deliveries',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    endpointId: uuid('endpoint_id').notNull(),
    /** The order in which they came to be. */
    seq: bigint('seq', { mode: 'bigint' }).generatedAlwaysAsIdentity(),
    eventType: text('event_type').notNull(),
    messageId: uuid('message_id'),
    /** The bytes that are signed and sent, the same for every try. */
    body: text('body').notNull(),
    /** pending, delivered, failed */
    state: text('state').notNull(),
    /** Requests begun; what a try records counts only while it is the last one. */
    tries: integer('tries').notNull().default(0),
    /** Failed tries since it was queued, or queued again by hand: its place in the schedule. */
    failures: integer('failures').notNull().default(0),
    /** Not before this time; moved ahead while a try is under way, so that a death gives it back. */
    dueAt: instant('due_at').notNull(),
    /** Messages in Meta's bytes that inbox has not reported as stored; none left, or null: nothing is waited for. */
    waitsFor: uuid('waits_for').array(),
    lastStatus: integer('last_status').notNull().default(0),
    lastError: text('last_error').notNull().default(''),
    lastDurationMs: integer('last_duration_ms').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    deliveredAt: instant('delivered_at'),
  },
  (t) => {
    const waiting = sql`state = 'pending'`
    return [
      primaryKey({ columns: [t.tenantId, t.id] }),
      index('webhook_deliveries_due').on(t.tenantId, t.endpointId, t.dueAt, t.seq).where(waiting),
      // Statuses of one message wait for each other on their first tries.
      index('webhook_deliveries_of_message').on(t.tenantId, t.endpointId, t.messageId, t.seq).where(waiting),
      index('webhook_deliveries_by_time').on(t.tenantId, t.endpointId, t.createdAt, t.id),
      index('webhook_deliveries_by_state').on(t.tenantId, t.endpointId, t.state, t.createdAt, t.id),
      index('webhook_deliveries_by_age').on(t.createdAt),
    ]
  },
)

/** Facts that were acted on, or looked at and left alone, by the day of the fact; days are dropped whole. */
export const seen = automation.table(
  'seen',
  {
    tenantId: tenantId(),
    day: date('day', { mode: 'string' }).notNull(),
    eventId: uuid('event_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.day, t.eventId] })],
)

/** Companies that are not active, by version: nothing of theirs is answered or sent. */
export const tenants = automation.table(
  'tenants',
  {
    tenantId: tenantId(),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    state: text('state').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId] })],
)

/** Tables of the schema that belong to no tenant. */
export const tablesWithoutTenant = ['outbox'] as const
/** All others: each has the tenant policy. */
export const tenantTables = [
  'rules',
  'answers',
  'webhook_endpoints',
  'webhook_deliveries',
  'seen',
  'tenants',
] as const
