/**
 * The schema `tenancy`. Every table but the ones in {@link tablesWithoutTenant} has `tenant_id` first in its keys and
 * stands under the forced policy of CONTRACTS 8. Secrets are kept as hashes (what only has to be recognised) or
 * sealed (what has to be read again), never in clear.
 */
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'

export const tenancy = pgSchema('tenancy')

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const createdAt = () => instant('created_at').notNull().defaultNow()
const updatedAt = () => instant('updated_at').notNull().defaultNow()
/** Counts the changes of a row: the row's id and its version name a fact (CONTRACTS 3). */
const version = () => bigint('version', { mode: 'bigint' }).notNull().default(sql`1`)

/** Companies, and the platform itself, whose members are the platform admins. A deleted one stays as a tombstone. */
export const tenants = tenancy.table('tenants', {
  tenantId: uuid('tenant_id').primaryKey(),
  name: text('name').notNull(),
  state: text('state', { enum: ['active', 'suspended', 'deleted'] })
    .notNull()
    .default('active'),
  /** True for the one tenant of domain/platform. */
  isPlatform: boolean('is_platform').notNull().default(false),
  language: text('language').notNull(),
  timeZone: text('time_zone').notNull(),
  country: text('country').notNull(),
  version: version(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})

/** A tenant's data key, sealed by the master keyring. Deleting the row is what makes the tenant's secrets unreadable. */
export const tenantKeys = tenancy.table('tenant_keys', {
  tenantId: uuid('tenant_id')
    .primaryKey()
    .references(() => tenants.tenantId),
  sealedKey: bytes('sealed_key').notNull(),
  createdAt: createdAt(),
})

/** A person, whatever companies he works for: what proves who he is, and nothing a company may say about him. */
export const users = tenancy.table(
  'users',
  {
    id: uuid('id').primaryKey(),
    email: text('email').notNull(),
    /** argon2id. */
    passwordHash: text('password_hash').notNull(),
    /**
     * The company whose admin chose the password; null when the person or a platform admin did. While it is set
     * the password must not open another company: see domain/passwords.
     */
    passwordByTenant: uuid('password_by_tenant'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [uniqueIndex('users_email_key').on(table.email)],
)

/** A person in a company: role, state and how the company calls him. */
export const memberships = tenancy.table(
  'memberships',
  {
    tenantId: uuid('tenant_id')
      .notNull()
      .references(() => tenants.tenantId),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id),
    role: text('role', {
      enum: ['platform_admin', 'tenant_admin', 'supervisor', 'agent', 'viewer'],
    }).notNull(),
    state: text('state', { enum: ['active', 'deactivated'] })
      .notNull()
      .default('active'),
    name: text('name').notNull(),
    language: text('language').notNull(),
    timeZone: text('time_zone').notNull(),
    lastLoginAt: instant('last_login_at'),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    primaryKey({ name: 'memberships_pkey', columns: [table.tenantId, table.userId] }),
    index('memberships_user').on(table.userId),
  ],
)

/** A family of refresh tokens: one login in one company. Access tokens name it and die with it. */
export const sessions = tenancy.table(
  'sessions',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid('id').notNull(),
    userId: uuid('user_id').notNull(),
    ip: text('ip').notNull(),
    userAgent: text('user_agent').notNull(),
    createdAt: createdAt(),
    /** The family's end, however often it is refreshed. */
    expiresAt: instant('expires_at').notNull(),
    endedAt: instant('ended_at'),
    endedBecause: text('ended_because', {
      enum: ['logout', 'reuse', 'deactivated', 'password'],
    }),
  },
  (table) => [
    primaryKey({ name: 'sessions_pkey', columns: [table.tenantId, table.id] }),
    index('sessions_user').on(table.tenantId, table.userId),
    foreignKey({
      name: 'sessions_membership_fk',
      columns: [table.tenantId, table.userId],
      foreignColumns: [memberships.tenantId, memberships.userId],
    }).onDelete('cascade'),
  ],
)

/** Every token of a family, so that a used one is known again when it comes back. */
export const refreshTokens = tenancy.table(
  'refresh_tokens',
  {
    tenantId: uuid('tenant_id').notNull(),
    hash: bytes('hash').notNull(),
    sessionId: uuid('session_id').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [
    primaryKey({ name: 'refresh_tokens_pkey', columns: [table.tenantId, table.hash] }),
    index('refresh_tokens_hash').on(table.hash),
    index('refresh_tokens_session').on(table.tenantId, table.sessionId),
    foreignKey({
      name: 'refresh_tokens_session_fk',
      columns: [table.tenantId, table.sessionId],
      foreignColumns: [sessions.tenantId, sessions.id],
    }).onDelete('cascade'),
  ],
)

export const apiKeys = tenancy.table(
  'api_keys',
  {
    tenantId: uuid('tenant_id')
      .notNull()
      .references(() => tenants.tenantId),
    id: uuid('id').notNull(),
    hash: bytes('hash').notNull(),
    prefix: text('prefix').notNull(),
    name: text('name').notNull(),
    scopes: text('scopes').array().notNull(),
    /** 0: the default. */
    ratePerSecond: integer('rate_per_second').notNull().default(0),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    expiresAt: instant('expires_at'),
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [
    primaryKey({ name: 'api_keys_pkey', columns: [table.tenantId, table.id] }),
    index('api_keys_hash').on(table.hash),
  ],
)

/** Meta apps whose webhooks we take. They belong to the platform; a number has a set of them. */
export const apps = tenancy.table(
  'apps',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    slug: text('slug').notNull(),
    metaAppId: text('meta_app_id').notNull(),
    /** Sealed by the master keyring, as all three; aad = app id. */
    sealedSecret: bytes('sealed_secret').notNull(),
    /** Verifies too, until the next rotation retires it. */
    sealedPreviousSecret: bytes('sealed_previous_secret'),
    sealedVerifyToken: bytes('sealed_verify_token').notNull(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex('apps_slug_key').on(table.slug),
    uniqueIndex('apps_meta_app_id_key').on(table.metaAppId),
  ],
)

/** One row: its lock makes the writers of the APP_SECRETS snapshot take turns, its number orders what they write. */
export const appSnapshot = tenancy.table('app_snapshot', {
  only: boolean('only').primaryKey().default(true),
  revision: bigint('revision', { mode: 'bigint' }).notNull().default(sql`0`),
})

/** Meta business portfolios; null while Meta's id is not known. */
export const portfolios = tenancy.table(
  'portfolios',
  {
    tenantId: uuid('tenant_id')
      .notNull()
      .references(() => tenants.tenantId),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    metaBusinessId: text('meta_business_id'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'portfolios_pkey', columns: [table.tenantId, table.id] }),
    uniqueIndex('portfolios_meta_business_id_key').on(table.tenantId, table.metaBusinessId),
  ],
)

/** WhatsApp Business Accounts. */
export const wabas = tenancy.table(
  'wabas',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid('id').notNull(),
    portfolioId: uuid('portfolio_id').notNull(),
    name: text('name').notNull(),
    metaWabaId: text('meta_waba_id').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'wabas_pkey', columns: [table.tenantId, table.id] }),
    uniqueIndex('wabas_meta_waba_id_key').on(table.tenantId, table.metaWabaId),
    foreignKey({
      name: 'wabas_portfolio_fk',
      columns: [table.tenantId, table.portfolioId],
      foreignColumns: [portfolios.tenantId, portfolios.id],
    }),
  ],
)

/** Business phone numbers. A deleted one stays as a tombstone without its token, for what still names it. */
export const numbers = tenancy.table(
  'numbers',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid('id').notNull(),
    wabaId: uuid('waba_id').notNull(),
    name: text('name').notNull(),
    phoneNumberId: text('phone_number_id').notNull(),
    displayPhoneNumber: text('display_phone_number').notNull(),
    verifiedName: text('verified_name').notNull().default(''),
    state: text('state', { enum: ['active', 'paused', 'deleted'] })
      .notNull()
      .default('active'),
    /** Meta's access token under the tenant's data key, aad = the number's uuid; null once deleted. */
    sealedToken: bytes('sealed_token'),
    tokenVersion: bigint('token_version', { mode: 'bigint' }).notNull().default(sql`1`),
    tokenRotatedAt: instant('token_rotated_at').notNull().defaultNow(),
    throughputPerSecond: integer('throughput_per_second').notNull(),
    /** Messages per UTC day; 0 for no quota. */
    dailyQuota: bigint('daily_quota', { mode: 'bigint' }).notNull().default(sql`0`),
    qualityRating: text('quality_rating').notNull().default(''),
    messagingTier: text('messaging_tier').notNull().default(''),
    /** When Meta said these two: what it said before comes late and changes nothing. */
    standingAt: instant('standing_at'),
    graphVersion: text('graph_version').notNull().default(''),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    primaryKey({ name: 'numbers_pkey', columns: [table.tenantId, table.id] }),
    uniqueIndex('numbers_phone_number_id_key')
      .on(table.tenantId, table.phoneNumberId)
      .where(sql`state <> 'deleted'`),
    index('numbers_waba').on(table.tenantId, table.wabaId),
    foreignKey({
      name: 'numbers_waba_fk',
      columns: [table.tenantId, table.wabaId],
      foreignColumns: [wabas.tenantId, wabas.id],
    }),
  ],
)

export const numberApps = tenancy.table(
  'number_apps',
  {
    tenantId: uuid('tenant_id').notNull(),
    numberId: uuid('number_id').notNull(),
    appId: uuid('app_id')
      .notNull()
      .references(() => apps.id),
  },
  (table) => [
    primaryKey({ name: 'number_apps_pkey', columns: [table.tenantId, table.numberId, table.appId] }),
    index('number_apps_app').on(table.appId),
    foreignKey({
      name: 'number_apps_number_fk',
      columns: [table.tenantId, table.numberId],
      foreignColumns: [numbers.tenantId, numbers.id],
    }).onDelete('cascade'),
  ],
)

/**
 * Meta's ids that one company at most may have, over the whole platform, and whose they are: webhooks are routed by
 * them. A table without tenant, because a key that spans tenants cannot start with one.
 */
export const metaIds = tenancy.table(
  'meta_ids',
  {
    kind: text('kind', { enum: ['phone_number', 'waba'] }).notNull(),
    metaId: text('meta_id').notNull(),
    tenantId: uuid('tenant_id')
      .notNull()
      .references(() => tenants.tenantId),
    /** The number or WABA. */
    rowId: uuid('row_id').notNull(),
  },
  (table) => [
    primaryKey({ name: 'meta_ids_pkey', columns: [table.kind, table.metaId] }),
    index('meta_ids_tenant').on(table.tenantId),
  ],
)

/** Who did what (X2), written in the transaction of the change. Never text of messages, never a secret. */
export const auditEntries = tenancy.table(
  'audit_entries',
  {
    tenantId: uuid('tenant_id')
      .notNull()
      .references(() => tenants.tenantId),
    id: uuid('id').notNull(),
    /** usr_…, key_…, or the name of a service. */
    actorId: text('actor_id').notNull(),
    action: text('action').notNull(),
    entity: text('entity').notNull(),
    entityId: text('entity_id').notNull(),
    metadata: jsonb('metadata').$type<Record<string, unknown>>().notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: 'audit_entries_pkey', columns: [table.tenantId, table.id] }),
    index('audit_entries_action').on(table.tenantId, table.action, table.id),
    index('audit_entries_entity').on(table.tenantId, table.entityId, table.id),
  ],
)

/** Password attempts per account, known or not, within a window (CONTRACTS 37). The account is hashed. */
export const loginAttempts = tenancy.table(
  'login_attempts',
  {
    accountHash: bytes('account_hash').primaryKey(),
    attempts: integer('attempts').notNull(),
    windowEndsAt: instant('window_ends_at').notNull(),
  },
  (table) => [index('login_attempts_window').on(table.windowEndsAt)],
)

/**
 * What was last taken over from the environment, by the name of the variable and what it was for, as a salted hash: a value
 * counts as new when it differs from this, not when somebody has changed the row it went into.
 */
export const environmentValues = tenancy.table('environment_values', {
  name: text('name').primaryKey(),
  salt: bytes('salt').notNull(),
  hash: bytes('hash').notNull(),
  takenAt: instant('taken_at').notNull().defaultNow(),
})

/** Tables that no tenant owns and that stand under no policy: CONTRACTS 9's one list, read by the policy test. */
export const tablesWithoutTenant = [
  'users',
  'apps',
  'app_snapshot',
  'login_attempts',
  'meta_ids',
  'environment_values',
  'outbox',
] as const
