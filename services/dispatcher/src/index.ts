export { type Config, configSchema } from './config.ts'
export { type Overrides, type RunningDispatcher, start } from './service.ts'
