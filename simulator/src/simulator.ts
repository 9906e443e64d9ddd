import { type Control, createControl } from './control/control.ts'
import { routeControl } from './control/route.ts'
import { playScenario, scenarioSchema } from './control/scenario.ts'
import { graphError } from './graph/answer.ts'
import { mediaBytes } from './graph/media.ts'
import { routeGraph } from './graph/route.ts'
import phonePage from './phone/phone.html'
import type { Settings } from './settings.ts'
import { Simulation } from './simulation.ts'
import { realClock, VirtualClock } from './world/clock.ts'
import { seedWorld } from './world/seed.ts'
import { keepWorld, restoreWorld } from './world/state-file.ts'
import { World } from './world/world.ts'

export interface SimulatorOptions {
  /** Loopback by default: it has no login, and its control surface is for everyone who reaches it. */
  host?: string
  /** 0, the default, takes a free one. */
  port?: number
  /** Where the default app's webhooks go; the others' go to its path with their slug. */
  webhookUrl?: string
  appSecret?: string
  verifyToken?: string
  accessToken?: string
  /** Of the demo number and its account, when they are to be others. */
  phoneNumberId?: string
  wabaId?: string
  seed?: number
  /** Unix ms at which a virtual clock stands; it goes on by `control.advance` alone. Without it the clock is real. */
  virtualClockFrom?: number
  stateFile?: string
  settings?: Partial<Settings>
  /** Further numbers for load tests. */
  extraNumbers?: number
  /** Messages per second of each of them. */
  extraThroughput?: number
}

export interface Simulator {
  url: string
  port: number
  control: Control
  /** Plays a scenario in the world's time; throws when a step of it is wrong. */
  play(scenario: unknown): void
  stop(): Promise<void>
}

const keepEveryMs = 2_000
/** The feed is quiet for longer than Bun's default of ten seconds, and a hanging answer is so on purpose. */
const idleTimeoutSeconds = 120

/** Starts a Cloud API. */
export function startSimulator(options: SimulatorOptions = {}): Simulator {
  const world = new World(
    seedWorld({
      webhookUrl: options.webhookUrl ?? '',
      appSecret: options.appSecret ?? 'simulator-app-secret',
      verifyToken: options.verifyToken ?? 'simulator-verify-token',
      accessToken: options.accessToken ?? 'simulator-access-token',
      ...(options.phoneNumberId ? { phoneNumberId: options.phoneNumberId } : {}),
      ...(options.wabaId ? { wabaId: options.wabaId } : {}),
      extraNumbers: options.extraNumbers ?? 0,
      ...(options.extraThroughput ? { extraThroughput: options.extraThroughput } : {}),
    }),
    options.virtualClockFrom === undefined ? realClock : new VirtualClock(options.virtualClockFrom),
  )
  const { stateFile } = options
  if (stateFile) restoreWorld(world, stateFile)
  const simulation = new Simulation(world, options.seed ?? 1, options.settings)
  const control = createControl(simulation)
  const keeper = stateFile ? setInterval(() => keepWorld(world, stateFile), keepEveryMs) : undefined
  const server = Bun.serve({
    hostname: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    idleTimeout: idleTimeoutSeconds,
    development: false,
    routes: { '/': phonePage },
    async fetch(request) {
      const url = new URL(request.url)
      if (url.pathname.startsWith('/control/')) {
        const answer = await routeControl(simulation, control, request, url)
        return answer ?? Response.json({ error: 'no such path' }, { status: 404 })
      }
      if (url.pathname === '/media/') return mediaBytes({ simulation, request, url })
      const answer = await routeGraph(simulation, request, url)
      return (
        answer ?? graphError({ code: 2500, title: `Unknown path components: ${url.pathname}`, status: 400 })
      )
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port ?? 0,
    control,
    play: (scenario) =>
      playScenario(
        { simulation, control, origin: `http://127.0.0.1:${server.port}` },
        scenarioSchema.parse(scenario),
      ),
    async stop() {
      clearInterval(keeper)
      if (stateFile) keepWorld(world, stateFile)
      simulation.stop()
      await server.stop(true)
    },
  }
}
