import { createLifecycle, createLogger } from '@palomar/runtime'
import { mediaConfig } from './config.ts'
import { start, stopBudgetMs } from './service.ts'

const config = mediaConfig()
const logger = createLogger({ service: 'media', level: config.LOG_LEVEL })
const lifecycle = createLifecycle({ logger, budgetMs: stopBudgetMs })
await lifecycle.run(() => start(config, { logger, lifecycle }))
