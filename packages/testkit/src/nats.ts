import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { natsConfig, operatorUser, provision } from '@palomar/bus'
import { durables, type Service, services } from '@palomar/contracts'
import { type Server, startNats } from '../../../tools/servers/index.ts'
import { silentLogger } from './silent-logger.ts'
import { stack } from './stack.ts'

/** A NATS server of one test file: streams have fixed names, so files that share one would steal from each other. */
export interface TestNats {
  url: string
  port: number
  stop(): Promise<void>
  /** Dies at once, as the process would. What it acknowledged is on disk. */
  kill(): Promise<void>
  /** Starts again on the same port with the same data. */
  restart(): Promise<void>
  /** Says nothing any more until thawed, with its connections open. */
  freeze(): void
  thaw(): void
}

export interface TestBus extends TestNats {
  /** What a service signs in with; its user may do only what its own may do in production. */
  login(user: Service | typeof operatorUser): { servers: string; user: string; pass: string }
}

type Config = (place: { port: number; storeDir: string }) => string

/** A server with one user for everyone and no streams, synced as in production. Ready in some 30 ms. */
export async function testNats(config: Config = (place) => natsConfig(place)): Promise<TestNats> {
  const folder = mkdtempSync(join(stack().folder(), 'nats-'))
  let server: Server = await startNats({ folder, config })
  const { url, port } = server
  return {
    url,
    port,
    stop: () => server.stop(),
    async kill() {
      server.child?.kill('SIGKILL')
      await server.child?.exited
    },
    freeze: () => server.child?.kill('SIGSTOP'),
    thaw: () => server.child?.kill('SIGCONT'),
    async restart() {
      await server.stop()
      server = await startNats({ folder, config, port })
    },
  }
}

const passwordOf = (user: string) => `test-${user}`

export interface TestBusOptions {
  /** After which what was in the hands of somebody who died comes again; the contracts say 30 s. */
  ackWaitMs?: number
}

/** A server with each service's user, and every stream, durable and bucket of the contracts. */
export async function testBus({ ackWaitMs }: TestBusOptions = {}): Promise<TestBus> {
  const users = [operatorUser, ...services].map((name) => ({ name, pass: passwordOf(name) }))
  const nats = await testNats((place) => natsConfig({ ...place, users }))
  const login = (user: string) => ({ servers: nats.url, user, pass: passwordOf(user) })
  const specs = Object.values(durables).map((spec) => (ackWaitMs ? { ...spec, ackWaitMs } : spec))
  await provision({ ...login(operatorUser), logger: silentLogger, durables: specs })
  return { ...nats, login }
}
