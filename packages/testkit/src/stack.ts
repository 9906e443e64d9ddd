import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, startRedis, watchdog } from '../../../tools/servers/index.ts'
import { givenServers } from './config.ts'

/** Real servers, one set per run; each is started when first asked for. */
export interface Stack {
  /** The superuser's URL: for provisioning, never for the code under test. */
  databaseUrl(): Promise<string>
  redisUrl(): Promise<string>
  /** A folder that is gone after the run. */
  folder(): string
  /** Names what this run makes in servers it may share with others. */
  run: string
}

/** Test files may each get fresh globals; the process, and the servers it started, stay. */
const key = Symbol.for('palomar.testkit.stack')

export function stack(): Stack {
  const owner = process as typeof process & { [key]?: Stack }
  owner[key] ??= makeStack()
  return owner[key]
}

function makeStack(): Stack {
  const given = givenServers()
  const folder = once(makeFolder)
  return {
    folder,
    run: given.run ?? `${process.pid}`,
    databaseUrl: once(async () => {
      if (given.databaseUrl) return given.databaseUrl
      return (await startPostgres({ folder: folder(), password: 'test', durable: false })).url
    }),
    redisUrl: once(async () => given.redisUrl ?? (await startRedis({ folder: folder() })).url),
  }
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'palomar-test-'))
  // Postgres may run as another user, who must be able to walk in.
  chmodSync(folder, 0o711)
  watchdog().removeAtEnd(folder)
  return folder
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
