import { createLifecycle, createLogger } from '@palomar/runtime'
import { inboxConfig } from './config.ts'
import { start, stopBudgetMs } from './service.ts'

const config = inboxConfig()
const logger = createLogger({ service: 'inbox', level: config.LOG_LEVEL })
const lifecycle = createLifecycle({ logger, budgetMs: stopBudgetMs })
await lifecycle.run(() => start(config, { logger, lifecycle }))
