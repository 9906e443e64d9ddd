import { createLifecycle, createLogger } from '@palomar/runtime'
import { analyticsConfig } from './config.ts'
import { start, stopBudgetMs } from './service.ts'

const config = analyticsConfig()
const logger = createLogger({ service: 'analytics', level: config.LOG_LEVEL })
const lifecycle = createLifecycle({ logger, budgetMs: stopBudgetMs })
await lifecycle.run(() => start(config, { logger, lifecycle }))
