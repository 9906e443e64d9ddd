import { createLifecycle, createLogger, loadConfig } from '@palomar/runtime'
import { configSchema } from './config.ts'
import { start } from './service.ts'

const config = loadConfig(configSchema)
const logger = createLogger({ service: 'dispatcher', level: config.LOG_LEVEL })
// Below Kubernetes' 30 s: the last results may take Graph's whole time-out, what is left then is in doubt.
const lifecycle = createLifecycle({ logger, budgetMs: 25_000 })

await lifecycle.run(async () => {
  const service = await start(config, { logger })
  lifecycle.onStop('service', service.stop)
  logger.info('ready', { grpc_port: service.ports.grpc, admin_port: service.ports.admin })
})
