import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { services } from '@palomar/contracts'
import { repositoryRoot } from '../servers/index.ts'

/**
 * What `palomar <role>` runs, by the role's name: every service, the simulator, and the operator's commands. The
 * dashboard is a role too, built by its own tools.
 */
export const roles: Readonly<Record<string, string>> = {
  ...Object.fromEntries(services.map((service) => [service, `services/${service}/src/main.ts`])),
  simulator: 'simulator/src/main.ts',
  'provision-database': 'packages/db/bin/provision.ts',
  'provision-nats': 'packages/bus/bin/provision.ts',
  migrate: 'packages/db/bin/migrate.ts',
  dead: 'packages/bus/bin/dead.ts',
  secrets: 'tools/chart/secrets.ts',
}

/** Services whose migrations travel with the bundles. */
export const migratedServices = (): string[] =>
  services.filter((service) => existsSync(join(repositoryRoot, 'services', service, 'drizzle')))
