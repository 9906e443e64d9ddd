/**
 * `bun packages/db/bin/migrate.ts <service>… [--down <steps>]`: migrations of these services (all by default), as
 * palomar_migrator of DATABASE_MIGRATOR_URL.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { migrate, migrateDown } from '../src/migrate.ts'
import { databaseServices } from '../src/provision.ts'
import { readMigrateConfig } from './config.ts'
import { run } from './run.ts'

await run(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { down: { type: 'string' } } })
  const { url, servicesFolder } = readMigrateConfig()
  const chosen = positionals.length > 0 ? positionals : [...databaseServices]
  for (const schema of chosen) {
    const folder = join(servicesFolder, schema, 'drizzle')
    if (!existsSync(join(folder, 'meta/_journal.json'))) {
      console.log(`${schema}: no migrations`)
      continue
    }
    const names =
      values.down === undefined
        ? await migrate({ url, folder, schema })
        : await migrateDown({ url, folder, schema, steps: Number(values.down) })
    console.log(`${schema}: ${names.length === 0 ? 'up to date' : names.join(', ')}`)
  }
})
