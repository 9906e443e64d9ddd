import { createLifecycle, createLogger } from '@palomar/runtime'
import { automationConfig } from './config.ts'
import { start, stopBudgetMs } from './service.ts'

const config = automationConfig()
const logger = createLogger({ service: 'automation', level: config.LOG_LEVEL })
const lifecycle = createLifecycle({ logger, budgetMs: stopBudgetMs })
await lifecycle.run(() => start(config, { logger, lifecycle }))
