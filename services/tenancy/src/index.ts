export { type Config, configSchema, tenancyConfig } from './config.ts'
export { type Overrides, type Service, start } from './service.ts'
