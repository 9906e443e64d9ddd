import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from './child.ts'
import { askPort, freePort } from './port.ts'
import { redisProgram } from './redis-program.ts'
import type { Server } from './server.ts'
import { untilReady } from './until.ts'

/** A Redis of our own on loopback that keeps nothing: it only ever holds what may be lost. */
export async function startRedis(options: { folder: string; port?: number }): Promise<Server> {
  const program = await redisProgram()
  mkdirSync(options.folder, { recursive: true })
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (await freePort())
    const child = startChild({
      name: 'Redis',
      command: program,
      args: [
        '--port',
        `${port}`,
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        '--dir',
        options.folder,
      ],
      cwd: options.folder,
      logFile: join(options.folder, 'logs/redis.log'),
    })
    try {
      await untilReady(
        child,
        async () => (await askPort('127.0.0.1', port, 'PING\r\n'))?.startsWith('+PONG') === true,
      )
      return {
        url: `redis://127.0.0.1:${port}`,
        port,
        child,
        stop: async () => void (await child.stop()),
        says: 'Redis, in memory only',
      }
    } catch (error) {
      if (options.port !== undefined || tries >= 5 || !/Address already in use/i.test(child.tail(20)))
        throw error
    }
  }
}
