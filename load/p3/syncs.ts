import { services } from '@palomar/contracts'
import type { Product } from './product.ts'

/** What was written to disk for the messages, as NATS's publishers and Postgres count it. */
export interface Syncs {
  /** By stream: messages that JetStream acknowledged, each one sync, over all services. */
  natsPublishes: Record<string, number>
  /** Transactions of the whole database, those that only read among them. */
  transactions: number
  /** Times that Postgres synced its log; commits that wait together share one. */
  walSyncs: number
}

export async function countSyncs({ demo, sql }: Product): Promise<Syncs> {
  // Backends report what they counted within a second of resting.
  await Bun.sleep(1_500)
  const natsPublishes: Record<string, number> = {}
  for (const service of services) {
    const text = await (await fetch(`http://127.0.0.1:${demo.settings.adminPorts[service]}/metrics`)).text()
    for (const [, stream = '', count] of text.matchAll(
      /^bus_publishes_total\{[^}]*stream="([^"]+)"[^}]*\} (\d+)/gm,
    )) {
      natsPublishes[stream] = (natsPublishes[stream] ?? 0) + Number(count)
    }
  }
  const [version] = await sql<{ n: number }[]>`select current_setting('server_version_num')::int as n`
  // Version 18 moved the count.
  const [wal] =
    (version?.n ?? 0) >= 180_000
      ? await sql<{ n: number }[]>`
          select coalesce(sum(fsyncs), 0)::int as n from pg_stat_io where object = 'wal'`
      : await sql<{ n: number }[]>`select wal_sync::int as n from pg_stat_wal`
  const [database] = await sql<{ n: number }[]>`
    select xact_commit::int as n from pg_stat_database where datname = current_database()`
  return { natsPublishes, transactions: database?.n ?? 0, walSyncs: wal?.n ?? 0 }
}

export function perEvent(before: Syncs, after: Syncs, events: number): Record<string, number> {
  const figures: Record<string, number> = {}
  let publishes = 0
  for (const [stream, count] of Object.entries(after.natsPublishes)) {
    const by = count - (before.natsPublishes[stream] ?? 0)
    publishes += by
    if (by > 0) figures[`nats_publishes_to_${stream.toLowerCase()}_per_event`] = by / events
  }
  return {
    nats_publishes_of_all_services_per_event: publishes / events,
    ...figures,
    postgres_wal_syncs_of_all_services_per_event: (after.walSyncs - before.walSyncs) / events,
    postgres_transactions_reads_included_per_event: (after.transactions - before.transactions) / events,
  }
}
