import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from './child.ts'
import { natsProgram } from './nats-program.ts'
import { askPort, freePort } from './port.ts'
import type { Server } from './server.ts'
import { untilReady } from './until.ts'

export interface NatsOptions {
  folder: string
  /** The whole server configuration, given where it must listen and store. */
  config(place: { port: number; storeDir: string }): string
  /** Keeps this port: for a server that is stopped and started again under its clients. */
  port?: number
}

const portTries = 5

/** A NATS server of our own on loopback, with JetStream. */
export async function startNats(options: NatsOptions): Promise<Server> {
  const program = await natsProgram()
  const storeDir = join(options.folder, 'nats')
  mkdirSync(storeDir, { recursive: true, mode: 0o700 })
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (await freePort())
    const file = join(options.folder, 'nats-server.conf')
    // It holds the users' passwords.
    writeFileSync(file, options.config({ port, storeDir }), { mode: 0o600 })
    const child = startChild({
      name: 'NATS',
      command: program,
      args: ['-c', file],
      cwd: options.folder,
      logFile: join(options.folder, 'logs/nats.log'),
    })
    try {
      let info: string | undefined
      await untilReady(child, async () => {
        info = await askPort('127.0.0.1', port, undefined)
        return info?.startsWith('INFO ') === true
      })
      const version = /"version":"([^"]+)"/.exec(info ?? '')?.[1] ?? ''
      return {
        url: `nats://127.0.0.1:${port}`,
        port,
        child,
        stop: async () => void (await child.stop()),
        says: `NATS ${version}, data in ${storeDir}`,
      }
    } catch (error) {
      if (options.port !== undefined || tries >= portTries || !/address already in use/i.test(child.tail(20)))
        throw error
    }
  }
}
