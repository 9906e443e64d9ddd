import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import postgres from 'postgres'

export interface MigrateOptions {
  /** As palomar_migrator. */
  url: string
  /** The service's `drizzle/` folder. */
  folder: string
  /** The service's schema. */
  schema: string
}

interface JournalEntry {
  tag: string
  when: number
}

/** A schema of its own, made by provisioning; drizzle's migrator would want the right to create schemas. */
const bookkeeping = 'migrations'

/** Applies what is missing, all in one transaction. Two at once wait for one another. Returns the names applied. */
export function migrate({ url, folder, schema }: MigrateOptions): Promise<string[]> {
  const files = readMigrationFiles({ migrationsFolder: folder })
  const missing = readJournal(folder).map((entry, at) => ({ ...entry, ...files[at] }))
  return locked(url, (sql) =>
    sql.begin(async (tx) => {
      const table = tx`${tx(bookkeeping)}.${tx(schema)}`
      await tx`create table if not exists ${table} (tag text primary key, hash text not null, applied_at timestamptz not null default now())`
      const done = new Set((await tx<{ tag: string }[]>`select tag from ${table}`).map((row) => row.tag))
      const applied: string[] = []
      for (const { tag, sql: statements = [], hash = '' } of missing) {
        if (done.has(tag)) continue
        for (const statement of statements) await tx.unsafe(statement)
        await tx`insert into ${table} (tag, hash) values (${tag}, ${hash})`
        applied.push(tag)
      }
      return applied
    }),
  ) as Promise<string[]>
}

/**
 * Takes back the last `steps` migrations (all of them by default), newest first, each by its `down/<tag>.sql`, in one
 * transaction. Returns the names taken back.
 */
export function migrateDown(options: MigrateOptions & { steps?: number }): Promise<string[]> {
  const { url, folder, schema } = options
  return locked(url, (sql) =>
    sql.begin(async (tx) => {
      const table = tx`${tx(bookkeeping)}.${tx(schema)}`
      const done = new Set((await tx<{ tag: string }[]>`select tag from ${table}`).map((row) => row.tag))
      const newestFirst = readJournal(folder)
        .map((entry) => entry.tag)
        .filter((tag) => done.has(tag))
        .reverse()
      const undone = newestFirst.slice(0, options.steps ?? newestFirst.length)
      for (const tag of undone) {
        for (const statement of statementsOf(join(folder, 'down', `${tag}.sql`))) await tx.unsafe(statement)
        await tx`delete from ${table} where tag = ${tag}`
      }
      return undone
    }),
  ) as Promise<string[]>
}

export function readJournal(folder: string): JournalEntry[] {
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: JournalEntry[]
  }
  return journal.entries
}

function statementsOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('--> statement-breakpoint')
}

async function locked<T>(url: string, run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  // One connection, so that the session's lock covers all that follows.
  const sql = postgres(url, {
    max: 1,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: 'palomar-migrate' },
  })
  try {
    await sql`select pg_advisory_lock(hashtext('palomar.migrate'))`
    return await run(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
