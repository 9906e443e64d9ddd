/** Palomar's processes; also the names of their NATS users, Postgres roles and token audiences. */
export const services = [
  'gateway',
  'tenancy',
  'ingest',
  'inbox',
  'dispatcher',
  'media',
  'analytics',
  'automation',
] as const
export type Service = (typeof services)[number]

export interface StreamSpec {
  name: string
  subjects: string[]
  retention: 'interest' | 'workqueue' | 'limits'
  storage: 'file' | 'memory'
  maxBytes: number
  discard: 'new' | 'old'
  /** Seconds; 0 keeps until acknowledged. */
  maxAgeS: number
  /** Who may publish to it. */
  publishers: readonly Service[]
}

const MiB = 1024 * 1024
const GiB = 1024 * MiB

const area = (name: string, subject: string, publishers: readonly Service[]): StreamSpec => ({
  name,
  subjects: [subject],
  retention: 'interest',
  storage: 'file',
  // `discard: new` turns a full stream into a refused publish (503 at the edge), never into a lost fact.
  maxBytes: 4 * GiB,
  discard: 'new',
  maxAgeS: 0,
  publishers,
})

/** Every stream; provisioned with the durables before the first publish. */
export const streams: readonly StreamSpec[] = [
  area('WEBHOOKS', 'webhooks.v1', ['gateway']),
  area('INGEST', 'ingest.v1', ['ingest']),
  area('INBOX', 'inbox.v1', ['inbox']),
  area('DISPATCH', 'dispatch.v1', ['dispatcher']),
  area('TENANCY', 'tenancy.v1', ['tenancy']),
  area('MEDIA', 'media.v1', ['media']),
  area('AUTOMATION', 'automation.v1', ['automation']),
  // Little, and only while a company subscribes to Meta's bytes.
  { ...area('BYTES', 'bytes.v1', ['ingest']), maxBytes: 1 * GiB },
  {
    name: 'RETRY',
    // retry.<durable>.<delay>: one subject per durable and delay, so that the head is always next due.
    subjects: ['retry.*.*'],
    retention: 'workqueue',
    storage: 'file',
    maxBytes: 1 * GiB,
    discard: 'new',
    maxAgeS: 0,
    publishers: services,
  },
  {
    name: 'DEAD',
    subjects: ['dead.*'],
    retention: 'limits',
    storage: 'file',
    maxBytes: 1 * GiB,
    discard: 'new',
    maxAgeS: 0,
    publishers: services,
  },
  {
    name: 'LIVE',
    subjects: ['live.v1'],
    retention: 'limits',
    storage: 'memory',
    maxBytes: 256 * MiB,
    discard: 'old',
    maxAgeS: 600,
    publishers: ['tenancy', 'ingest', 'inbox', 'dispatcher', 'automation'],
  },
]

export interface DurableSpec {
  /** Static name, `<service>-<stream>[-<job>]`. */
  name: string
  stream: string
  service: Service
  /** Batches handed out and not yet answered. */
  maxAckPending: number
  ackWaitMs: number
}

const durable = (service: Service, stream: string, job = ''): DurableSpec => ({
  name: `${service}-${stream.toLowerCase()}${job && `-${job}`}`,
  stream,
  service,
  maxAckPending: 64,
  ackWaitMs: 30_000,
})

/** Every durable consumer. Interest retention keeps a message until all of its stream's durables have it. */
export const durables = {
  tenancyAutomation: durable('tenancy', 'AUTOMATION'),
  ingestWebhooks: durable('ingest', 'WEBHOOKS'),
  ingestArchive: durable('ingest', 'WEBHOOKS', 'archive'),
  ingestTenancy: durable('ingest', 'TENANCY'),
  inboxIngest: durable('inbox', 'INGEST'),
  inboxDispatch: durable('inbox', 'DISPATCH'),
  inboxTenancy: durable('inbox', 'TENANCY'),
  inboxMedia: durable('inbox', 'MEDIA'),
  inboxAutomation: durable('inbox', 'AUTOMATION'),
  dispatcherIngest: durable('dispatcher', 'INGEST'),
  dispatcherInbox: durable('dispatcher', 'INBOX'),
  dispatcherTenancy: durable('dispatcher', 'TENANCY'),
  mediaInbox: durable('media', 'INBOX'),
  mediaTenancy: durable('media', 'TENANCY'),
  analyticsInbox: durable('analytics', 'INBOX'),
  analyticsTenancy: durable('analytics', 'TENANCY'),
  analyticsAutomation: durable('analytics', 'AUTOMATION'),
  automationInbox: durable('automation', 'INBOX'),
  automationTenancy: durable('automation', 'TENANCY'),
  automationBytes: durable('automation', 'BYTES'),
} as const

/**
 * Durables that the owner of their stream may hand its facts to again, past everyone else's: consumers that can be rebuilt
 * from his history. It is all that a service may write into the queue of another.
 */
export const rebuildable: readonly DurableSpec[] = [durables.analyticsInbox, durables.automationInbox]

/**
 * Durables whose progress another service may ask for: how far they have come and how much of it is kept aside, never
 * what it is (CONTRACTS 28, 29).
 */
export const watched: readonly { durable: DurableSpec; by: readonly Service[] }[] = [
  { durable: durables.ingestWebhooks, by: ['dispatcher'] },
  { durable: durables.inboxIngest, by: ['dispatcher'] },
]

/** Delays of single retries, in seconds; each is a subject token of RETRY. */
export const retryDelaysS = [10, 60, 300, 900] as const
/** After this many tries, or this long since the first, an event goes to DEAD. */
export const retryTriesMax = 8
export const retrySpanMaxMs = 3_600_000

/** Key-value buckets: who writes and who reads. */
export const buckets = {
  /** Sealed app secrets and verify tokens, with the marker that makes the snapshot complete. */
  appSecrets: { name: 'APP_SECRETS', writers: ['tenancy'], readers: ['gateway'] },
  /** Companies that subscribe to Meta's bytes: a key for each, ten_…. What was put stays; it costs only bytes. */
  byteSubscribers: { name: 'BYTE_SUBSCRIBERS', writers: ['automation'], readers: ['ingest'] },
  /** Public keys of caller tokens, as a JWK set under the key `jwks`. */
  callerKeys: { name: 'CALLER_KEYS', writers: ['tenancy'], readers: services },
} as const

/** Core NATS subjects: fire and forget, correct without them. */
export const coreSubjects = {
  /** A ledger accept wakes the lane's owner: `wake.<partition>`. */
  wake: { pattern: 'wake.*', of: (partition: number) => `wake.${partition}`, users: ['dispatcher'] },
  /** A healthy gateway beats every 5 s with its counts of answered webhooks. */
  beat: { pattern: 'beat.gateway', of: () => 'beat.gateway', users: ['gateway', 'dispatcher'] },
} as const

/**
 * Who may hear a stream's subject as it is published, beside those who have a durable on it. Best effort: for caches
 * that every replica must drop, never for effects.
 */
export const taps: Readonly<Record<string, readonly Service[]>> = { TENANCY: services }

/** Who may list dead letters and hand them back to their durables. */
export const deadLetterOperators: readonly Service[] = ['gateway']
