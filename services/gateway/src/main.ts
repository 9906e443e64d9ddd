import { createLifecycle, createLogger, loadConfig } from '@palomar/runtime'
import { gatewayConfig } from './config.ts'
import { start, stopBudgetMs } from './service.ts'

const config = loadConfig(gatewayConfig)
const logger = createLogger({ service: 'gateway', level: config.LOG_LEVEL })
const lifecycle = createLifecycle({ logger, budgetMs: stopBudgetMs })
await lifecycle.run(() => start(config, { logger, lifecycle }))
