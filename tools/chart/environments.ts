import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Service } from '@palomar/contracts'
import { describeConfig, type Env, loadConfig } from '@palomar/runtime'
import { provisionVars as provisionNats } from '../../packages/bus/bin/config.ts'
import { migrateVars, provisionVars as provisionDatabase } from '../../packages/db/bin/config.ts'
import { configSchema as analytics } from '../../services/analytics/src/config.ts'
import { configSchema as automation } from '../../services/automation/src/config.ts'
import { configSchema as dispatcher } from '../../services/dispatcher/src/config.ts'
import { gatewayConfig as gateway } from '../../services/gateway/src/config.ts'
import { configSchema as inbox } from '../../services/inbox/src/config.ts'
import { configSchema as ingest } from '../../services/ingest/src/config.ts'
import { configSchema as media } from '../../services/media/src/config.ts'
import { configSchema as tenancy, tenancyConfig } from '../../services/tenancy/src/config.ts'
import { configSchema as simulator } from '../../simulator/src/config.ts'
import { repositoryRoot } from '../servers/tools-folder.ts'

/** What a role of the image reads from its environment. */
export interface RoleEnvironment {
  known: string[]
  required: string[]
  /** Throws what the role itself would refuse at its start. */
  load(env: Env): unknown
}

type Schema = Parameters<typeof loadConfig>[0]

const read = (
  schema: Schema,
  load: (env: Env) => unknown = (env) => loadConfig(schema, env),
): RoleEnvironment => {
  const rows = describeConfig(schema)
  return {
    known: rows.map(({ name }) => name),
    required: rows.filter(({ required }) => required).map(({ name }) => name),
    load,
  }
}

const services: Record<Service, RoleEnvironment> = {
  gateway: read(gateway),
  tenancy: read(tenancy, tenancyConfig),
  ingest: read(ingest),
  inbox: read(inbox),
  dispatcher: read(dispatcher),
  media: read(media),
  analytics: read(analytics),
  automation: read(automation),
}

/** The dashboard's are in SvelteKit's own form, which only its build can load. */
function dashboard(): RoleEnvironment {
  const text = readFileSync(join(repositoryRoot, 'dashboard/src/env.ts'), 'utf8')
  const names = [...text.matchAll(/^ {2}([A-Z_]+): \{/gm)].map(([, name = '']) => name)
  // adapter-node's own.
  return {
    known: [...names, 'HOST', 'PORT', 'SHUTDOWN_TIMEOUT', 'BODY_SIZE_LIMIT'],
    required: ['GATEWAY_URL', 'GATEWAY_PUBLIC_URL'],
    load: () => undefined,
  }
}

/** By role, as `palomar <role>` names them. */
export const environments: Readonly<Record<string, RoleEnvironment>> = {
  ...services,
  dashboard: dashboard(),
  simulator: read(simulator),
  migrate: read(migrateVars),
  'provision-database': read(provisionDatabase),
  'provision-nats': read(provisionNats),
}
