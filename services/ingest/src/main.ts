import { createLifecycle, createLogger } from '@palomar/runtime'
import { ingestConfig } from './config.ts'
import { start, stopBudgetMs } from './service.ts'

const config = ingestConfig()
const logger = createLogger({ service: 'ingest', level: config.LOG_LEVEL })
const lifecycle = createLifecycle({ logger, budgetMs: stopBudgetMs })
await lifecycle.run(() => start(config, { logger, lifecycle }))
