import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  date,
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
import type { MetaError, Pricing } from '../domain/attempt.ts'

export const dispatcher = pgSchema('dispatcher')

const at = (name: string) => timestamp(name, { withTimezone: true })
const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })

const messageColumns = {
  tenantId: uuid('tenant_id').notNull(),
  id: uuid('id').notNull(),
  numberId: uuid('number_id').notNull(),
  /** 0–63, by the number's hash: who owns the lane (domain/partition.ts). */
  partition: smallint('partition').notNull(),
  /** Rank of domain/lane-class.ts: 0 authentication, 1 reply, 2 utility, 3 marketing. */
  laneClass: smallint('lane_class').notNull(),
  recipientKey: text('recipient_key').notNull(),
  recipientTo: text('recipient_to').notNull(),
  recipientUserId: text('recipient_user_id').notNull(),
  type: text('type').notNull(),
  /** The Cloud API body without recipient and echo, as text: it is sent, not searched. */
  content: text('content').notNull(),
  contextWamid: text('context_wamid').notNull(),
  callbackData: text('callback_data').notNull(),
  createdBy: text('created_by').notNull(),
  /** W3C trace context of the request that accepted it: the call to Graph continues its trace. */
  traceparent: text('traceparent').notNull(),
  acceptedAt: at('accepted_at').notNull(),
  /** Not before this time; moves with retries. */
  dueAt: at('due_at').notNull(),
  /** False while due far ahead: such rows stay out of the lane's index until their hour comes. */
  inLane: boolean('in_lane').notNull(),
  /** The fold of domain/message.ts. */
  state: text('state').notNull(),
  /** + 1 in each statement that changes what others see of the row. */
  version: bigint('version', { mode: 'bigint' }).notNull(),
  /** The highest attempt; its rows are under attempts_day. */
  attemptN: integer('attempt_n').notNull(),
  /** The next attempt's `tries`: 1 + those that failed. */
  tries: smallint('tries').notNull(),
  /** 1 for a synchronous send: Graph's answer is the caller's and final. */
  triesMax: smallint('tries_max').notNull(),
  /** The UTC day of the first attempt: all attempts of a message lie in that day's partition. */
  attemptsDay: date('attempts_day', { mode: 'string' }),
  /** The core NATS subject that waits for the answer of a synchronous send. */
  replyTo: text('reply_to').notNull(),
  /** Our own decision: cancelled, expired or failed (with failure_code); null while attempts decide. */
  ending: text('ending'),
  endingAt: at('ending_at'),
  endingCode: text('ending_code'),
  sentAt: at('sent_at'),
  deliveredAt: at('delivered_at'),
  readAt: at('read_at'),
  failedAt: at('failed_at'),
  error: jsonb('error').$type<MetaError>(),
  failureCode: text('failure_code'),
  pricing: jsonb('pricing').$type<Pricing>(),
  waId: text('wa_id'),
  /** When the row may move to the archive; null while it may still be sent. */
  leavesAt: at('leaves_at'),
}

/** Live rows only: terminal + 7 days, then the archive. */
export const messages = dispatcher.table('messages', messageColumns, (t) => [
  primaryKey({ columns: [t.tenantId, t.id] }),
  // Claims (one lane, by class and due time) and the finder of lanes with work read the same index.
  index('messages_lane')
    .on(t.partition, t.tenantId, t.numberId, t.laneClass, t.dueAt, t.id)
    .where(sql`state = 'queued' and in_lane`),
  index('messages_scheduled').on(t.dueAt).where(sql`state = 'queued' and not in_lane`),
  index('messages_leaves').on(t.leavesAt).where(sql`leaves_at is not null`),
])

/** What has left the ledger, by day of leaving; days are dropped whole. */
export const messagesArchive = dispatcher.table(
  'messages_archive',
  { ...messageColumns, archivedDay: date('archived_day', { mode: 'string' }).notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.archivedDay, t.id] })],
)

/** One row per call to Graph, recorded before the call. By the day of the message's first attempt; kept 40 days. */
export const attempts = dispatcher.table(
  'attempts',
  {
    tenantId: uuid('tenant_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    messageId: uuid('message_id').notNull(),
    n: integer('n').notNull(),
    tries: smallint('tries').notNull(),
    numberId: uuid('number_id').notNull(),
    partition: smallint('partition').notNull(),
    /** The lease epoch under which it was begun. */
    epoch: bigint('epoch', { mode: 'bigint' }).notNull(),
    laneClass: smallint('lane_class').notNull(),
    /** The strongest fact known, domain/attempt.ts. */
    state: text('state').notNull(),
    wamid: text('wamid'),
    waId: text('wa_id'),
    held: boolean('held').notNull(),
    startedAt: at('started_at').notNull(),
    settledAt: at('settled_at'),
    acceptedAt: at('accepted_at'),
    sentAt: at('sent_at'),
    deliveredAt: at('delivered_at'),
    readAt: at('read_at'),
    failedAt: at('failed_at'),
    error: jsonb('error').$type<MetaError>(),
    verdict: text('verdict'),
    pricing: jsonb('pricing').$type<Pricing>(),
    pricingFrom: text('pricing_from'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.day, t.messageId, t.n] }),
    // What a new owner counts, and what the in-doubt sweep reads, oldest first.
    index('attempts_open').on(t.partition, t.startedAt).where(sql`state in ('sending', 'in_doubt')`),
  ],
)

/** Which message a wamid is; without a message, a hidden stub that keeps the statuses that came before it. */
export const messageWamids = dispatcher.table(
  'message_wamids',
  {
    tenantId: uuid('tenant_id').notNull(),
    numberId: uuid('number_id').notNull(),
    wamid: text('wamid').notNull(),
    messageId: uuid('message_id'),
    attemptN: integer('attempt_n'),
    /** Statuses kept until a message has this wamid: an array of facts. */
    stub: jsonb('stub').$type<unknown[]>(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.numberId, t.wamid] }),
    index('message_wamids_created').on(t.createdAt),
  ],
)

/** Answers by Idempotency-Key, for 24 h. Not partitioned by time: the key must be unique over all of it. */
export const idempotency = dispatcher.table(
  'idempotency',
  {
    tenantId: uuid('tenant_id').notNull(),
    key: text('key').notNull(),
    bodyHash: bytes('body_hash').notNull(),
    /** The AcceptMessagesResponse on the wire. */
    answer: bytes('answer').notNull(),
    expiresAt: at('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.key] }), index('idempotency_expires').on(t.expiresAt)],
)

/** Who owns the lanes of a partition, by the database's clock. No tenant. */
export const leases = dispatcher.table('leases', {
  partition: smallint('partition').primaryKey(),
  owner: text('owner'),
  epoch: bigint('epoch', { mode: 'bigint' }).notNull(),
  expiresAt: at('expires_at').notNull(),
  /** What a graceful owner leaves to the next: the last second's send times and the open count. */
  handover: jsonb('handover').$type<{ sentAtMs: Record<string, number[]>; open: number }>(),
})

/** Processes that want lanes; each takes its even share. No tenant. */
export const owners = dispatcher.table('owners', {
  owner: text('owner').primaryKey(),
  seenAt: at('seen_at').notNull(),
})

/** What the owner of a lane must not forget: why it rests, and how far its budget is spent. */
export const lanes = dispatcher.table(
  'lanes',
  {
    tenantId: uuid('tenant_id').notNull(),
    numberId: uuid('number_id').notNull(),
    /** Theoretical arrival time of the lane's GCRA. */
    gcraAt: at('gcra_at'),
    holdReason: text('hold_reason'),
    /** The rest ends at the first of: this time, a newer token, a newer version of the number. */
    holdUntil: at('hold_until'),
    holdTokenVersion: bigint('hold_token_version', { mode: 'bigint' }),
    holdNumberVersion: bigint('hold_number_version', { mode: 'bigint' }),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.numberId] })],
)

/** Until when free text may go to a recipient; folds by the later end. Fed by inbox. */
export const windows = dispatcher.table(
  'windows',
  {
    tenantId: uuid('tenant_id').notNull(),
    numberId: uuid('number_id').notNull(),
    recipientKey: text('recipient_key').notNull(),
    expiresAt: at('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.numberId, t.recipientKey] }),
    index('windows_expires').on(t.expiresAt),
  ],
)

/** Contacts as inbox tells them, folded by version. */
export const contacts = dispatcher.table(
  'contacts',
  {
    tenantId: uuid('tenant_id').notNull(),
    contactId: uuid('contact_id').notNull(),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    mergedInto: uuid('merged_into'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.contactId] })],
)

/** Which recipient keys are one contact: the key set of each contact's highest version. */
export const recipientAliases = dispatcher.table(
  'recipient_aliases',
  {
    tenantId: uuid('tenant_id').notNull(),
    recipientKey: text('recipient_key').notNull(),
    contactId: uuid('contact_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.recipientKey, t.contactId] }),
    index('recipient_aliases_contact').on(t.tenantId, t.contactId),
  ],
)

/** tenancy's numbers, folded by version. */
export const numbers = dispatcher.table(
  'numbers',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid('id').notNull(),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    phoneNumberId: text('phone_number_id').notNull(),
    /** Meta's id of the WABA. */
    wabaId: text('waba_id').notNull(),
    portfolioId: uuid('portfolio_id'),
    metaPortfolioId: text('meta_portfolio_id').notNull(),
    displayPhoneNumber: text('display_phone_number').notNull(),
    /** active, paused, deleted */
    state: text('state').notNull(),
    throughputPerSecond: integer('throughput_per_second').notNull(),
    /** Messages accepted per UTC day; 0 for none. */
    dailyQuota: bigint('daily_quota', { mode: 'bigint' }).notNull(),
    graphVersion: text('graph_version').notNull(),
    tokenVersion: bigint('token_version', { mode: 'bigint' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
)

/** tenancy's companies, folded by version. */
export const tenants = dispatcher.table(
  'tenants',
  {
    tenantId: uuid('tenant_id').primaryKey(),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    /** active, suspended, deleted */
    state: text('state').notNull(),
  },
  () => [],
)

/** Messages accepted per number and UTC day; counted with the rows, in their statement, for numbers with a quota. */
export const numberUsage = dispatcher.table(
  'number_usage',
  {
    tenantId: uuid('tenant_id').notNull(),
    numberId: uuid('number_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    accepted: bigint('accepted', { mode: 'bigint' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.numberId, t.day] })],
)
