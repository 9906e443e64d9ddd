import { natsConfig } from '@palomar/bus'

/** The NATS configuration inside compose.yaml: everyone on loopback is the operator. */
export const composeNatsConfig = (): string =>
  natsConfig({ host: '0.0.0.0', port: 4222, monitorPort: 8222, storeDir: '/data', maxFileStore: '40GB' })
