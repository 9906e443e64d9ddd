import { sql } from 'drizzle-orm'
import { bigint, index, integer, pgSchema, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

export const media = pgSchema('media')

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const tenantId = () => uuid('tenant_id').notNull()

/** A file that a customer sent (inbound) or the company uploaded (outbound), and how far its bytes have come. */
export const files = media.table(
  'files',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    direction: text('direction').notNull(),
    /** pending, stored, failed, deleted */
    state: text('state').notNull(),
    /** image, video, audio, document, sticker */
    kind: text('kind').notNull(),
    mimeType: text('mime_type').notNull(),
    /** Of what is stored. */
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull().default(0),
    sha256: text('sha256').notNull().default(''),
    filename: text('filename').notNull().default(''),
    failureCode: text('failure_code').notNull().default(''),
    messageId: uuid('message_id'),
    numberId: uuid('number_id'),
    /** Inbound: Meta's id, good for some days. */
    metaMediaId: text('meta_media_id').notNull().default(''),
    /** What was announced: hex digest, bytes; empty and 0 for nothing. */
    announcedSha256: text('announced_sha256').notNull().default(''),
    announcedBytes: bigint('announced_bytes', { mode: 'number' }).notNull().default(0),
    /** Where the bytes are; empty when there are none. */
    blobKey: text('blob_key').notNull().default(''),
    createdBy: text('created_by').notNull().default(''),
    createdAt: instant('created_at').notNull().defaultNow(),
    storedAt: instant('stored_at'),
    /** Pending: given up then. */
    giveUpAt: instant('give_up_at'),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    /** There is work to do from then on; whoever works on it moves it ahead, so that a dead worker's comes due again. */
    dueAt: instant('due_at'),
    /** Who works on it; his result counts only while it is his. */
    lease: uuid('lease'),
    tries: integer('tries').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('files_due').on(t.dueAt).where(sql`due_at is not null`),
  ],
)

/** Meta's id of a stored file for one number: each uploads its own, once per 30 days. */
export const metaUploads = media.table(
  'meta_uploads',
  {
    tenantId: tenantId(),
    mediaId: uuid('media_id').notNull(),
    numberId: uuid('number_id').notNull(),
    metaMediaId: text('meta_media_id').notNull().default(''),
    expiresAt: instant('expires_at'),
    /** A no of Meta's that is final for this file and number. */
    refusalCode: text('refusal_code').notNull().default(''),
    detail: text('detail').notNull().default(''),
    lease: uuid('lease'),
    leasedUntil: instant('leased_until'),
    /** In a row that failed; and when the next may begin. */
    tries: integer('tries').notNull().default(0),
    retryAt: instant('retry_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.mediaId, t.numberId] })],
)

/** Tenancy's numbers, by version. */
export const numbers = media.table(
  'numbers',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    version: bigint('version', { mode: 'bigint' }).notNull(),
    phoneNumberId: text('phone_number_id').notNull(),
    graphVersion: text('graph_version').notNull().default(''),
    tokenVersion: bigint('token_version', { mode: 'bigint' }).notNull(),
    state: text('state').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
)

export const tenantTables = ['media.files', 'media.meta_uploads', 'media.numbers'] as const
/** Tables of the schema that belong to no tenant. */
export const tablesWithoutTenant = ['outbox'] as const
