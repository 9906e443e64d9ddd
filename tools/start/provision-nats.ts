import { provision } from '@palomar/bus'
import { AppError } from '@palomar/errors'
import { StartFailure } from '../servers/index.ts'
import { bundleCommand } from './bundle-command.ts'
import { type DataStores, natsOperator } from './data-stores.ts'
import { quiet } from './quiet-logger.ts'
import type { Secrets } from './secrets.ts'

/** Streams, durables and buckets, before anything is published. Safe to repeat. */
export async function provisionNats(stores: DataStores, secrets: Secrets, bundles?: string): Promise<void> {
  const login = natsOperator(stores, secrets)
  if (bundles) {
    const loginVars = login ? { NATS_USER: login.user, NATS_PASSWORD: login.pass } : {}
    await bundleCommand(bundles, 'provision-nats', { NATS_URL: stores.nats.url, ...loginVars })
    return
  }
  try {
    await provision({ servers: stores.nats.url, ...(login ?? {}), logger: quiet, connectTimeoutMs: 5000 })
  } catch (error) {
    const said = (error instanceof AppError ? error.internal : undefined) ?? (error as Error).message
    throw new StartFailure(`NATS could not be set up: ${said.replace(/\n- /g, ' ').split('\n')[0]}`)
  }
}
