import { join } from 'node:path'
import { repositoryRoot } from '../servers/index.ts'
import { buildDashboard } from './dashboard-build.ts'
import type { ProcessSpec } from './managed-process.ts'
import type { StartOptions } from './options.ts'
import {
  dashboardEnvironment,
  dashboardUrl,
  type ServiceName,
  type Settings,
  serviceEnvironment,
  simulatorEnvironment,
  simulatorUrl,
} from './settings.ts'
import type { Timings } from './timings.ts'

/** Waves that start one after the other: tenancy issues what the rest sign in with, the gateway needs them all. */
export function serviceWaves(settings: Settings): ProcessSpec[][] {
  return [
    [service('tenancy', settings)],
    [
      service('ingest', settings),
      service('inbox', settings),
      service('dispatcher', settings),
      service('media', settings),
      service('analytics', settings),
      service('automation', settings),
    ],
    [service('gateway', settings), ...(settings.options.simulator ? [simulator(settings)] : [])],
  ]
}

export async function prepareDashboard(options: StartOptions, time: Timings): Promise<void> {
  if (options.dashboard && !options.bundles) await time.step('dashboard build', buildDashboard)
}

/** A role's source in this clone, or its bundle (`bun run build`). */
function programOf(
  role: string,
  source: string,
  { options }: Settings,
): Pick<ProcessSpec, 'program' | 'cwd'> {
  const { bundles } = options
  return bundles
    ? { program: [join(bundles, 'palomar.js'), role], cwd: bundles }
    : { program: [join(repositoryRoot, source)], cwd: repositoryRoot }
}

const logs = ({ options }: Settings) => join(options.folder, 'logs')

function service(name: ServiceName, settings: Settings): ProcessSpec {
  return {
    name,
    ...programOf(name, `services/${name}/src/main.ts`, settings),
    env: serviceEnvironment(name, settings),
    readyUrl: `http://127.0.0.1:${settings.adminPorts[name]}/readyz`,
    logFolder: logs(settings),
  }
}

function simulator(settings: Settings): ProcessSpec {
  return {
    name: 'simulator',
    ...programOf('simulator', 'simulator/src/main.ts', settings),
    env: simulatorEnvironment(settings),
    readyUrl: `${simulatorUrl(settings)}/`,
    logFolder: logs(settings),
  }
}

/** Beside the demo data: neither needs the other. */
export function dashboard(settings: Settings): ProcessSpec {
  return {
    name: 'dashboard',
    ...programOf('dashboard', 'dashboard/build/index.js', settings),
    env: dashboardEnvironment(settings),
    readyUrl: `${dashboardUrl(settings)}/login`,
    logFolder: logs(settings),
  }
}
