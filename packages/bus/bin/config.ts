import { loadConfig, vars } from '@palomar/runtime'
import { z } from 'zod'

const operatorVars = {
  NATS_URL: vars.text().describe('NATS server or servers, comma-separated'),
  NATS_USER: vars.text().optional().describe("the operator's user; none on a server without users"),
  NATS_PASSWORD: vars.text().optional().describe('its password'),
}

export const provisionVars = z.object({
  ...operatorVars,
  NATS_REPLICAS: vars.int(1, 5).default(1).describe('copies of each stream; 3 in a cluster'),
  NATS_MONITOR_URL: vars
    .url('http:', 'https:')
    .optional()
    .describe('HTTP monitoring port, when the account may not ask the server whether it syncs'),
  NATS_ALLOW_UNSYNCED: vars
    .flag()
    .default(false)
    .describe('goes on with a server that may lose what it acknowledged; never in production'),
})
export const deadVars = z.object(operatorVars)

export const readProvisionConfig = () => loadConfig(provisionVars)
export const readDeadConfig = () => loadConfig(deadVars)
