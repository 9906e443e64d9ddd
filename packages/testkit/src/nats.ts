import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { type Server, startNats } from '../../../tools/servers/index.ts'
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
}

type Config = (place: { port: number; storeDir: string }) => string

/** Synced before it acknowledges, as in production. */
const plainConfig: Config = ({ port, storeDir }) => `
listen: 127.0.0.1:${port}
max_payload: 8MB
jetstream { store_dir: "${storeDir}", sync_interval: always, max_file_store: 64GB, max_memory_store: 1GB }
`

/** Ready in some 30 ms. */
export async function testNats(config: Config = plainConfig): Promise<TestNats> {
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
    async restart() {
      await server.stop()
      server = await startNats({ folder, config, port })
    },
  }
}
