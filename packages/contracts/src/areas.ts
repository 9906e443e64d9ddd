import {
  EventBatch as AutomationBatch,
  type Event as AutomationEvent,
} from './gen/palomar/automation/v1/events.ts'
import { EventBatch as BytesBatch, type Event as BytesEvent } from './gen/palomar/bytes/v1/bytes.ts'
import {
  EventBatch as DispatchBatch,
  type Event as DispatchEvent,
} from './gen/palomar/dispatcher/v1/events.ts'
import type { EventHeader } from './gen/palomar/events/v1/header.ts'
import { EventBatch as InboxBatch, type Event as InboxEvent } from './gen/palomar/inbox/v1/events.ts'
import { EventBatch as IngestBatch, type Event as IngestEvent } from './gen/palomar/ingest/v1/events.ts'
import { type Frame, EventBatch as LiveBatch } from './gen/palomar/live/v1/live.ts'
import { EventBatch as MediaBatch, type Event as MediaEvent } from './gen/palomar/media/v1/events.ts'
import { EventBatch as TenancyBatch, type Event as TenancyEvent } from './gen/palomar/tenancy/v1/events.ts'
import { EventBatch as WebhookBatch, type WebhookBody } from './gen/palomar/webhooks/v1/webhooks.ts'

/** What a batch says beside its events. */
export interface BatchMeta {
  /** The WEBHOOKS time of the oldest body (INGEST) or status applied (DISPATCH) in the batch. */
  oldestWebhookAt?: Date
}

/** One area of events: its stream, its subject, and how a batch is written on the wire. */
export interface Area<E extends { header?: EventHeader | undefined }> {
  readonly stream: string
  readonly subject: string
  encode(events: readonly E[], meta?: BatchMeta): Uint8Array
  decode(bytes: Uint8Array): { events: E[]; meta: BatchMeta }
  /** The payload case, for logs and listings. */
  kindOf(event: E): string
}

interface BatchCodec<E> {
  encode(batch: { events: E[]; oldestWebhookAt?: Date | undefined }): { finish(): Uint8Array }
  decode(bytes: Uint8Array): { events: E[]; oldestWebhookAt?: Date | undefined }
}

function area<E extends { header?: EventHeader | undefined }>(
  stream: string,
  subject: string,
  codec: BatchCodec<E>,
  kindOf: (event: E) => string,
): Area<E> {
  return {
    stream,
    subject,
    kindOf,
    encode: (events, meta) =>
      codec.encode({ events: events as E[], oldestWebhookAt: meta?.oldestWebhookAt }).finish(),
    decode: (bytes) => {
      const batch = codec.decode(bytes)
      return {
        events: batch.events,
        meta: batch.oldestWebhookAt ? { oldestWebhookAt: batch.oldestWebhookAt } : {},
      }
    },
  }
}

const caseOf = (event: { payload?: { $case: string } | undefined }) => event.payload?.$case ?? 'unknown'

export const areas = {
  webhooks: area<WebhookBody>('WEBHOOKS', 'webhooks.v1', WebhookBatch, () => 'webhookBody'),
  ingest: area<IngestEvent>('INGEST', 'ingest.v1', IngestBatch, caseOf),
  inbox: area<InboxEvent>('INBOX', 'inbox.v1', InboxBatch, caseOf),
  dispatch: area<DispatchEvent>('DISPATCH', 'dispatch.v1', DispatchBatch, caseOf),
  tenancy: area<TenancyEvent>('TENANCY', 'tenancy.v1', TenancyBatch, caseOf),
  media: area<MediaEvent>('MEDIA', 'media.v1', MediaBatch, caseOf),
  bytes: area<BytesEvent>('BYTES', 'bytes.v1', BytesBatch, caseOf),
  automation: area<AutomationEvent>('AUTOMATION', 'automation.v1', AutomationBatch, caseOf),
  live: area<Frame>('LIVE', 'live.v1', LiveBatch, (frame) => frame.kind),
} as const

/** Limits of one batch on the wire; a larger event travels alone. */
export const batchEventsMax = 256
export const batchBytesMax = 512 * 1024
