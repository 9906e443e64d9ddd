import { type Service, services } from '@palomar/contracts'
import { freePort, isPortFree, StartFailure } from '../servers/index.ts'
import type { StartOptions } from './options.ts'

/** Ports of services are free ones, and the same for the whole run, so that a restarted one is found again. */
export async function takePorts(options: StartOptions) {
  const chosen = async (name: 'gateway' | 'dashboard' | 'simulator', isOn: boolean) => {
    const port = options.ports[name]
    if (port === 0) return freePort()
    if (isOn && !(await isPortFree(port))) {
      throw new StartFailure(
        `port ${port} for the ${name} is in use: stop what uses it, or choose another with --${name}-port`,
      )
    }
    return port
  }
  const gatewayPort = await chosen('gateway', true)
  const dashboardPort = await chosen('dashboard', options.dashboard)
  const simulatorPort = await chosen('simulator', options.simulator)
  const free = async () => {
    const ports = await Promise.all(services.map(async (name) => [name, await freePort()] as const))
    return Object.fromEntries(ports) as Record<Service, number>
  }
  return { gatewayPort, dashboardPort, simulatorPort, grpcPorts: await free(), adminPorts: await free() }
}
