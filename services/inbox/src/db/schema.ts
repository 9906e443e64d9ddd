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
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'

export const inbox = pgSchema('inbox')

/** Text that cursors and searches compare byte by byte: the same order on every server, and an index under a policy. */
const ordered = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' })
/** Milliseconds, as a Date has: cursors compare what clients were given. */
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const tenantId = () => uuid('tenant_id').notNull()

/** A person. Never found by name: identities lead here. */
export const contacts = inbox.table(
  'contacts',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    name: text('name').notNull().default(''),
    /** Lower case without accents, for searching by prefix. */
    nameFolded: ordered('name_folded').notNull().default(''),
    /** Meta's time of the name that holds: the latest wins. */
    nameAt: instant('name_at'),
    phone: text('phone').notNull().default(''),
    waId: text('wa_id').notNull().default(''),
    waIdAt: instant('wa_id_at'),
    mergedInto: uuid('merged_into'),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('contacts_by_name').on(t.tenantId, t.nameFolded, t.id).where(sql`merged_into is null`),
  ],
)

/**
 * What a person is known by. `p:` and `b:` keys (recipient keys) find the contact; `w:` (the wa_id as Meta wrote it) and
 * `u:` (username in a portfolio) only describe it, because both can pass to somebody else.
 */
export const identities = inbox.table(
  'identities',
  {
    tenantId: tenantId(),
    key: ordered('key').notNull(),
    contactId: uuid('contact_id').notNull(),
    /** phone, bsuid, wa_id, username */
    kind: text('kind').notNull(),
    value: text('value').notNull(),
    portfolioId: text('portfolio_id').notNull().default(''),
    /** Meta's time of the last message that claimed it. */
    seenAt: instant('seen_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.key] }),
    index('identities_by_contact').on(t.tenantId, t.contactId),
  ],
)

/** What one number and one person (or group) say to each other. */
export const conversations = inbox.table(
  'conversations',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    numberId: uuid('number_id').notNull(),
    /** `c:<contact>`, `g:<group>`, or `m:<own id>` once merged into another. */
    peer: text('peer').notNull(),
    contactId: uuid('contact_id'),
    groupId: text('group_id').notNull().default(''),
    /** open, pending, closed */
    status: text('status').notNull().default('open'),
    /** When the status was last decided; a customer's later message reopens. */
    statusAt: instant('status_at').notNull(),
    assigneeId: uuid('assignee_id'),
    teamId: uuid('team_id'),
    unreadCount: integer('unread_count').notNull().default(0),
    lastMessageId: uuid('last_message_id'),
    lastMessageAt: instant('last_message_at').notNull(),
    lastMessageKey: ordered('last_message_key').notNull().default(''),
    lastMessagePreview: text('last_message_preview').notNull().default(''),
    lastMessageDirection: text('last_message_direction').notNull().default(''),
    windowExpiresAt: instant('window_expires_at'),
    mergedInto: uuid('merged_into'),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => {
    const live = sql`merged_into is null`
    return [
      primaryKey({ columns: [t.tenantId, t.id] }),
      uniqueIndex('conversations_by_peer').on(t.tenantId, t.numberId, t.peer),
      index('conversations_by_contact').on(t.tenantId, t.contactId, t.lastMessageAt, t.id),
      index('conversations_by_time').on(t.tenantId, t.lastMessageAt, t.id).where(live),
      index('conversations_by_status').on(t.tenantId, t.status, t.lastMessageAt, t.id).where(live),
      index('conversations_by_number').on(t.tenantId, t.numberId, t.lastMessageAt, t.id).where(live),
      index('conversations_by_assignee')
        .on(t.tenantId, t.assigneeId, t.lastMessageAt, t.id)
        .where(sql`merged_into is null and assignee_id is not null`),
      index('conversations_unread')
        .on(t.tenantId, t.lastMessageAt, t.id)
        .where(sql`merged_into is null and unread_count > 0`),
    ]
  },
)

/**
 * Every message: customers' own, and the permanent copy of ours. A row without conversation is a state that arrived
 * before its message: nobody sees it.
 */
export const messages = inbox.table(
  'messages',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    conversationId: uuid('conversation_id'),
    contactId: uuid('contact_id'),
    numberId: uuid('number_id').notNull(),
    direction: text('direction').notNull(),
    type: text('type').notNull().default(''),
    /** Meta's object of an inbound message, the whole body of one of ours: JSON as it came. */
    content: text('content').notNull().default('{}'),
    wamid: text('wamid').notNull().default(''),
    /** Of accepted attempts before the last, with spaces between; empty for nearly every row. */
    earlierWamids: text('earlier_wamids').notNull().default(''),
    contextWamid: text('context_wamid').notNull().default(''),
    groupId: text('group_id').notNull().default(''),
    referral: text('referral').notNull().default(''),
    recipient: text('recipient').notNull().default(''),
    createdBy: text('created_by').notNull().default(''),
    /** Its place in the timeline: Meta's time, or when ours was accepted or due; then the key (wamid, or our id). */
    at: instant('at'),
    sortKey: ordered('sort_key').notNull().default(''),
    scheduledAt: instant('scheduled_at'),
    /** When the ledger accepted it, where that is not its place in the timeline; else null. */
    acceptedAt: instant('accepted_at'),
    /** History's entry without content, which may be filled once. */
    placeholder: boolean('placeholder').notNull().default(false),
    /** What is shown: the ledger's word, or a later one that only reached us. */
    state: text('state').notNull(),
    /** Time of the fact that made this version; null while only stored. */
    stateAt: instant('state_at'),
    ledgerVersion: bigint('ledger_version', { mode: 'bigint' }).notNull().default(sql`0`),
    ledgerRank: smallint('ledger_rank').notNull().default(0),
    sentAt: instant('sent_at'),
    deliveredAt: instant('delivered_at'),
    readAt: instant('read_at'),
    failedAt: instant('failed_at'),
    error: jsonb('error'),
    pricing: jsonb('pricing'),
    failureCode: text('failure_code').notNull().default(''),
    /** Statuses by wamid that the ledger could not place, folded; null for nearly every row. */
    fold: jsonb('fold'),
    foldState: text('fold_state').notNull().default(''),
    foldRank: smallint('fold_rank').notNull().default(0),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    storedAt: instant('stored_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('messages_by_conversation')
      .on(t.tenantId, t.conversationId, t.at, t.sortKey)
      .where(sql`conversation_id is not null`),
    index('messages_by_time').on(t.tenantId, t.at, t.sortKey).where(sql`conversation_id is not null`),
    index('messages_by_number')
      .on(t.tenantId, t.numberId, t.at, t.sortKey)
      .where(sql`conversation_id is not null`),
  ],
)

/**
 * Whose message a wamid is. Both sides upsert the same row: a status that comes before its message leaves a stub here,
 * which the message folds in when it is given the wamid (CONTRACTS 21).
 */
export const messageWamids = inbox.table(
  'message_wamids',
  {
    tenantId: tenantId(),
    numberId: uuid('number_id').notNull(),
    wamid: ordered('wamid').notNull(),
    messageId: uuid('message_id'),
    /** Statuses by event id, as they came. */
    stub: jsonb('stub'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.numberId, t.wamid] })],
)

/** Each status that inbox itself applied, once, whoever of a group it speaks of. */
export const receipts = inbox.table(
  'receipts',
  {
    tenantId: tenantId(),
    numberId: uuid('number_id').notNull(),
    wamid: ordered('wamid').notNull(),
    participant: text('participant').notNull().default(''),
    status: text('status').notNull(),
    at: instant('at').notNull(),
    errorCode: integer('error_code').notNull().default(0),
  },
  (t) => [
    primaryKey({
      name: 'receipts_pk',
      columns: [t.tenantId, t.numberId, t.wamid, t.participant, t.status, t.at, t.errorCode],
    }),
  ],
)

/**
 * What became of a file, by version: apart from the state of the message that carries it, and there before it if it was
 * told first. The message names it, by derivation or in its content.
 */
export const media = inbox.table(
  'media',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    /** 0: its message is here, and nobody has said anything yet. */
    version: bigint('version', { mode: 'bigint' }).notNull(),
    /** pending, stored, failed, deleted */
    state: text('state').notNull(),
    /** The customer's message that brought it. */
    messageId: uuid('message_id'),
    mimeType: text('mime_type').notNull().default(''),
    sizeBytes: bigint('size_bytes', { mode: 'bigint' }).notNull().default(sql`0`),
    filename: text('filename').notNull().default(''),
    failureCode: text('failure_code').notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
)

/** wa_id or user id ↔ conversation, per number. */
export const sessions = inbox.table(
  'sessions',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    numberId: uuid('number_id').notNull(),
    contactId: uuid('contact_id').notNull(),
    conversationId: uuid('conversation_id').notNull(),
    waId: text('wa_id').notNull().default(''),
    userId: text('user_id').notNull().default(''),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('sessions_by_contact').on(t.tenantId, t.numberId, t.contactId),
    index('sessions_by_conversation').on(t.tenantId, t.conversationId),
    index('sessions_by_time').on(t.tenantId, t.updatedAt, t.id),
    index('sessions_by_number').on(t.tenantId, t.numberId, t.updatedAt, t.id),
  ],
)

/** What inbox needs to know of tenancy's numbers, by version. */
export const numbers = inbox.table(
  'numbers',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    phoneNumberId: text('phone_number_id').notNull(),
    portfolioId: text('portfolio_id').notNull(),
    state: text('state').notNull(),
    /** E.164, for words. */
    phone: text('phone').notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
)

/** What inbox needs to know of companies, by version. */
export const companies = inbox.table('companies', {
  tenantId: tenantId().primaryKey(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  language: text('language').notNull(),
})

/**
 * What people should know of. Who has read it stands in the row: those who share one are a handful, and a row that says
 * everything of itself needs no join and leaves nothing behind when it goes.
 */
export const notifications = inbox.table(
  'notifications',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    /** `u:<user>`, or `p:<permission>`: everybody who has it. */
    audience: ordered('audience').notNull(),
    /** error, warning, info, success */
    type: text('type').notNull(),
    code: text('code').notNull(),
    relatedType: text('related_type').notNull().default(''),
    relatedId: text('related_id').notNull().default(''),
    params: jsonb('params').notNull(),
    createdAt: instant('created_at').notNull(),
    readBy: uuid('read_by').array().notNull().default(sql`'{}'`),
    deletedBy: uuid('deleted_by').array().notNull().default(sql`'{}'`),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('notifications_by_audience').on(t.tenantId, t.audience, t.createdAt, t.id),
  ],
)

/** Facts that people were told of, by day, for 35 days: nothing is said twice (CONTRACTS 3). Ids only. */
export const seen = inbox.table(
  'seen',
  { day: date('day').notNull(), eventId: uuid('event_id').notNull() },
  (t) => [primaryKey({ columns: [t.day, t.eventId] })],
)

/** Tables of the schema that belong to no tenant. */
export const tablesWithoutTenant = ['outbox', 'seen'] as const
/** All others: each has the tenant policy. */
export const tenantTables = [
  'contacts',
  'identities',
  'conversations',
  'messages',
  'message_wamids',
  'receipts',
  'media',
  'sessions',
  'numbers',
  'companies',
  'notifications',
] as const
