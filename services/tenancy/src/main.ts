import { createLifecycle, createLogger } from '@palomar/runtime'
import { tenancyConfig } from './config.ts'
import { start, stopBudgetMs } from './service.ts'

const config = tenancyConfig()
const logger = createLogger({ service: 'tenancy', level: config.LOG_LEVEL })
const lifecycle = createLifecycle({ logger, budgetMs: stopBudgetMs })
await lifecycle.run(() => start(config, { logger, lifecycle }))
