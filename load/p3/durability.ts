import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'nats'
import type { Product } from './product.ts'

/** As the running servers say it: a figure of a product that does not sync is worth nothing. */
export async function durability({ demo, sql }: Product): Promise<Record<string, string>> {
  const shown = async (name: string) =>
    (await sql<{ value: string }[]>`select current_setting(${name}) as value`)[0]?.value ?? ''
  const nc = await connect({
    servers: demo.settings.stores.nats.url,
    user: 'operator',
    pass: demo.settings.secrets.nats.operator ?? '',
  })
  const nats = nc.info?.version ?? ''
  await nc.close()
  return {
    nats,
    nats_sync: natsSync(demo.settings.options.folder),
    postgres: await shown('server_version'),
    postgres_fsync: await shown('fsync'),
    postgres_synchronous_commit: await shown('synchronous_commit'),
  }
}

/** The line of the configuration that this run's server was started with. */
function natsSync(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const file = files.find((name) => /nats[^/]*\.conf$/.test(name))
  const text = file ? readFileSync(join(folder, file), 'utf8') : ''
  return /sync_interval:?\s*"?\w+"?/.exec(text)?.[0] ?? 'unknown'
}
