import { createLifecycle, createLogger, loadConfig } from '@palomar/runtime'
import { configSchema } from './config.ts'
import { startSimulator } from './simulator.ts'

const config = loadConfig(configSchema)
const logger = createLogger({ service: 'simulator' })
const lifecycle = createLifecycle({ logger, budgetMs: 5_000 })

await lifecycle.run(async () => {
  const simulator = startSimulator({
    host: config.SIMULATOR_HOST,
    port: config.SIMULATOR_PORT,
    webhookUrl: config.SIMULATOR_WEBHOOK_URL ?? '',
    appSecret: config.SIMULATOR_APP_SECRET,
    verifyToken: config.SIMULATOR_VERIFY_TOKEN,
    accessToken: config.SIMULATOR_ACCESS_TOKEN,
    ...(config.SIMULATOR_PHONE_NUMBER_ID ? { phoneNumberId: config.SIMULATOR_PHONE_NUMBER_ID } : {}),
    ...(config.SIMULATOR_WABA_ID ? { wabaId: config.SIMULATOR_WABA_ID } : {}),
    seed: config.SIMULATOR_SEED,
    ...(config.SIMULATOR_VIRTUAL_CLOCK ? { virtualClockFrom: Date.UTC(2026, 0, 1) } : {}),
    ...(config.SIMULATOR_STATE_FILE ? { stateFile: config.SIMULATOR_STATE_FILE } : {}),
    settings: { latencyMs: config.SIMULATOR_LATENCY_MS },
    extraNumbers: config.SIMULATOR_EXTRA_NUMBERS,
    extraThroughput: config.SIMULATOR_EXTRA_THROUGHPUT,
  })
  lifecycle.onStop('simulator', simulator.stop)
  if (config.SIMULATOR_SCENARIO) simulator.play(await Bun.file(config.SIMULATOR_SCENARIO).json())
  logger.info('ready', { http_port: simulator.port })
})
