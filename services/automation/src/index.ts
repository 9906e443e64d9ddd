export { type Config, configSchema } from './config.ts'
export { type Overrides, type Service, start } from './service.ts'
