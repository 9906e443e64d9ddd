export { type GatewayConfig, gatewayConfig } from './config.ts'
export { type Overrides, type Service, start } from './service.ts'
