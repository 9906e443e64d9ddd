import { join } from 'node:path'
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

/** Processes that start together; the next wave begins when all of them are ready. */
export interface Wave {
  specs: ProcessSpec[]
  /** What must have been made by then. */
  needs?: 'dashboard'
}

/** tenancy issues what the others sign in with; the gateway needs them all; the dashboard needs the gateway. */
export function processSpecs(settings: Settings): Wave[] {
  const { options } = settings
  const waves: Wave[] = [
    { specs: [service('tenancy', settings)] },
    { specs: [service('ingest', settings), service('inbox', settings), service('dispatcher', settings)] },
    { specs: [service('gateway', settings), ...(options.simulator ? [simulator(settings)] : [])] },
  ]
  if (options.dashboard) waves.push({ specs: [dashboard(settings)], needs: 'dashboard' })
  return waves
}

export async function prepareDashboard(options: StartOptions, time: Timings): Promise<void> {
  if (options.dashboard) await time.step('dashboard build', buildDashboard)
}

const logs = ({ options }: Settings) => join(options.folder, 'logs')

function service(name: ServiceName, settings: Settings): ProcessSpec {
  return {
    name,
    main: `services/${name}/src/main.ts`,
    env: serviceEnvironment(name, settings),
    readyUrl: `http://127.0.0.1:${settings.adminPorts[name]}/readyz`,
    logFolder: logs(settings),
  }
}

function simulator(settings: Settings): ProcessSpec {
  return {
    name: 'simulator',
    main: 'simulator/src/main.ts',
    env: simulatorEnvironment(settings),
    readyUrl: `${simulatorUrl(settings)}/`,
    logFolder: logs(settings),
  }
}

function dashboard(settings: Settings): ProcessSpec {
  return {
    name: 'dashboard',
    main: 'dashboard/build/index.js',
    env: dashboardEnvironment(settings),
    readyUrl: `${dashboardUrl(settings)}/login`,
    logFolder: logs(settings),
  }
}
