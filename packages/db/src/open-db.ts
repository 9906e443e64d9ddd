import { appError } from '@palomar/errors'
import { withSpan } from '@palomar/runtime'
import postgres from 'postgres'
import { type Orm, ormOf } from './orm.ts'
import { type Committed, collectorOf, flushCollected, forget } from './outbox/collect.ts'
import { isTimeout, isUnavailable, unwrapped } from './postgres-errors.ts'
import type { DbLogger, Sql, Tx } from './types.ts'

export interface DbOptions {
  url: string
  /** Connections of this process; Σ over replicas must fit the server. */
  max: number
  /** Also the schema. */
  service: string
  logger: DbLogger
  applicationName?: string
  /** Transactions waiting for a connection; beyond it new ones are refused, so that a slow server fills no memory. */
  maxWaiting?: number
}

export interface TxOptions {
  isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readOnly?: boolean
}

export interface Db {
  readonly service: string
  /** Single statements outside a transaction: no tenant is set, so tenant-owned tables look empty. */
  readonly sql: Sql
  /** drizzle over the pool, for tables without tenant. Inside a transaction use {@link ormOf}. */
  orm<S extends Record<string, unknown>>(schema: S): Orm<S>
  /** A transaction that sees and writes one tenant's rows. Commits when `fn` resolves. */
  forTenant<T>(tenant: string, fn: (tx: Tx) => Promise<T>, options?: TxOptions): Promise<T>
  /** The same for exactly the tenants of a batch. */
  forTenants<T>(tenants: Iterable<string>, fn: (tx: Tx) => Promise<T>, options?: TxOptions): Promise<T>
  /** A transaction for tables without tenant. */
  system<T>(fn: (tx: Tx) => Promise<T>, options?: TxOptions): Promise<T>
  /** Hears of every outbox row right after the commit that made it. The relay's hook. */
  onCommitted(listener: (rows: Committed[]) => void): () => void
  /** Resolves when Postgres answers. For readiness. */
  ping(): Promise<void>
  /** Lets running statements end within 5 s. */
  close(): Promise<void>
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const closeTimeoutS = 5

export function openDb(options: DbOptions): Db {
  const sql = connect(options)
  const listeners = new Set<(rows: Committed[]) => void>()

  const openMax = options.max + (options.maxWaiting ?? 1_000)
  const attributes = { 'db.system': 'postgresql', 'db.namespace': options.service }
  let open = 0

  async function transact<T>(tenants: string[] | null, fn: (tx: Tx) => Promise<T>, txOptions: TxOptions) {
    if (open >= openMax)
      throw appError('unavailable', { internal: `${open} transactions are open or waiting` })
    open++
    try {
      return await withSpan('transaction', attributes, () => run(tenants, fn, txOptions), { kind: 'client' })
    } finally {
      open--
    }
  }

  async function run<T>(tenants: string[] | null, fn: (tx: Tx) => Promise<T>, txOptions: TxOptions) {
    let flushed: ReturnType<typeof flushCollected> | undefined
    let handle: Tx | undefined
    try {
      const result = await sql.begin(beginOptions(txOptions), async (raw) => {
        const tx = raw as Tx
        handle = tx
        collectorOf(tx, options.service)
        // Not awaited: it travels in one packet with the first statement of fn. Should it fail, so does the
        // transaction.
        if (tenants) tx`select set_config('app.tenant_ids', ${tenants.join(',')}, true)`.execute()
        const value = await fn(tx)
        flushed = flushCollected(tx)
        return { value }
      })
      // A commit after a refused statement rolls back and says nothing of it.
      await flushed?.written
      const rows = flushed?.rows ?? []
      if (rows.length > 0) for (const listener of listeners) listener(rows)
      return (result as { value: T }).value
    } catch (err) {
      throw translate(err)
    } finally {
      if (handle) forget(handle)
    }
  }

  return {
    service: options.service,
    sql,
    orm: (schema) => ormOf(sql, schema),
    forTenant: async (tenant, fn, txOptions = {}) => transact([checkUuid(tenant)], fn, txOptions),
    forTenants: async (tenants, fn, txOptions = {}) =>
      transact([...new Set([...tenants].map(checkUuid))], fn, txOptions),
    system: (fn, txOptions = {}) => transact(null, fn, txOptions),
    onCommitted(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async ping() {
      try {
        await sql`select 1`
      } catch (err) {
        throw translate(err)
      }
    },
    close: () => sql.end({ timeout: closeTimeoutS }),
  }
}

export function connect(
  options: Pick<DbOptions, 'url' | 'max' | 'service' | 'logger' | 'applicationName'>,
): Sql {
  return postgres(options.url, {
    max: options.max,
    idle_timeout: 60,
    // Connections are renewed so that a fail-over or a rebalanced pooler is noticed.
    max_lifetime: 1800,
    connect_timeout: 5,
    // The library waits up to 20 s before it tries a server again that came back at once.
    backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 1),
    connection: { application_name: options.applicationName ?? `palomar-${options.service}` },
    onnotice: (notice) => options.logger.debug('postgres notice', { notice: notice.message }),
    types: {
      bigint: postgres.BigInt,
      json: {
        to: 114,
        from: [114, 3802],
        // Text is taken as JSON already written: what arrives as content_json is stored without a second
        // encoding, and drizzle (which encodes by itself) shares the pool.
        serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
        parse: (value: string) => JSON.parse(value),
      } as never,
    },
  })
}

function beginOptions({ isolation, readOnly }: TxOptions): string {
  return [isolation && `isolation level ${isolation}`, readOnly && 'read only'].filter(Boolean).join(' ')
}

/** The list travels as text joined by commas; only uuids may be in it. */
function checkUuid(tenant: string): string {
  if (!uuidPattern.test(tenant))
    throw appError('internal', { internal: 'a tenant must be given as its uuid' })
  return tenant
}

/** Postgres being away is `unavailable` everywhere; other errors keep their SQLSTATE for who decides on them. */
export function translate(err: unknown): unknown {
  const cause = unwrapped(err)
  if (isUnavailable(cause)) return appError('unavailable', { internal: 'Postgres is away', cause })
  if (isTimeout(cause)) return appError('deadline_exceeded', { internal: 'statement timed out', cause })
  return cause
}
