/** `bun packages/bus/bin/provision.ts`: streams, durables and buckets of the NATS in NATS_URL, as the contracts say. */
import { AppError } from '@palomar/errors'
import { ConfigError, createLogger } from '@palomar/runtime'
import { provision } from '../src/index.ts'
import { readProvisionConfig } from './config.ts'

try {
  const config = readProvisionConfig()
  const { created, changed, unknown } = await provision({
    servers: config.NATS_URL,
    user: config.NATS_USER,
    pass: config.NATS_PASSWORD,
    replicas: config.NATS_REPLICAS,
    monitorUrl: config.NATS_MONITOR_URL,
    allowUnsynced: config.NATS_ALLOW_UNSYNCED,
    logger: createLogger({ service: 'provision', write: (line) => void process.stderr.write(line) }),
  })
  for (const name of created) console.log(`created ${name}`)
  for (const name of changed) console.log(`changed ${name}`)
  for (const name of unknown) console.log(`unknown ${name}: delete it, or its stream never shrinks`)
  console.log('NATS provisioned')
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof AppError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
