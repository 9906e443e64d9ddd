/** `bun packages/db/bin/provision.ts`: roles, schemas and rights of the database in DATABASE_ADMIN_URL. */
import { provisionDatabase } from '../src/provision.ts'
import { readProvisionConfig } from './config.ts'
import { run } from './run.ts'

await run(async () => {
  await provisionDatabase(readProvisionConfig())
  console.log('database provisioned')
})
