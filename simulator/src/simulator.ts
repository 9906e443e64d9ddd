import { routeControl } from './control/route.ts'
import { graphError } from './graph/answer.ts'
import { routeGraph } from './graph/route.ts'
import { phonePage } from './phone/page.ts'
import { Simulation } from './simulation.ts'
import { seedWorld } from './world/seed.ts'
import { keepWorld, restoreWorld } from './world/state-file.ts'
import { World } from './world/world.ts'

export interface SimulatorOptions {
  port?: number
  webhookUrl?: string
  appSecret?: string
  verifyToken?: string
  accessToken?: string
  seed?: number
  stateFile?: string
  /** Further numbers for load tests. */
  extraNumbers?: number
}

export interface Simulator {
  url: string
  port: number
  simulation: Simulation
  stop(): Promise<void>
}

const keepEveryMs = 2_000

/** Starts a Cloud API on loopback. `port` 0 takes a free one. */
export function startSimulator(options: SimulatorOptions = {}): Simulator {
  const world = new World(
    seedWorld({
      webhookUrl: options.webhookUrl ?? '',
      appSecret: options.appSecret ?? 'simulator-app-secret',
      verifyToken: options.verifyToken ?? 'simulator-verify-token',
      accessToken: options.accessToken ?? 'simulator-access-token',
      extraNumbers: options.extraNumbers ?? 0,
    }),
  )
  const { stateFile } = options
  if (stateFile) restoreWorld(world, stateFile)
  const simulation = new Simulation(world, options.seed ?? 1)
  const keeper = stateFile ? setInterval(() => keepWorld(world, stateFile), keepEveryMs) : undefined
  const page = phonePage()
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: options.port ?? 0,
    // The feed is quiet for longer than Bun's default, a hanging answer on purpose.
    idleTimeout: 120,
    async fetch(request) {
      const url = new URL(request.url)
      if (url.pathname.startsWith('/control/')) {
        return (
          (await routeControl(simulation, request, url)) ??
          Response.json({ error: 'no such path' }, { status: 404 })
        )
      }
      return (
        page(request, url) ??
        (await routeGraph(simulation, request, url)) ??
        graphError({ code: 2500, title: `Unknown path components: ${url.pathname}` })
      )
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port ?? 0,
    simulation,
    stop: async () => {
      clearInterval(keeper)
      if (stateFile) keepWorld(world, stateFile)
      simulation.stop()
      await server.stop(true)
    },
  }
}
