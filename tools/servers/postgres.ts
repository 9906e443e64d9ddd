import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Child, inheritedEnvironment, startChild } from './child.ts'
import { StartFailure } from './failure.ts'
import { freePort } from './port.ts'
import { type PostgresPrograms, postgresPrograms } from './postgres-programs.ts'
import { isAtLeast } from './programs.ts'
import type { Server } from './server.ts'
import { postgresUser, privateFolder, reachableFolder, type User } from './unprivileged.ts'
import { untilReady } from './until.ts'
import { watchdog } from './watchdog.ts'

export interface PostgresOptions {
  /** Its data and log live under here; data found there is kept. */
  folder: string
  /** Of the superuser `postgres`. Applies when the data is made. */
  password: string
  /** False gives up durability for speed: for tests that throw the data away. */
  durable?: boolean
}

/** Tries that lose the race for a port before we give up. */
const portTries = 5

/** A Postgres of our own on loopback; its URL is the superuser's, for provisioning only. */
export async function startPostgres(options: PostgresOptions): Promise<Server> {
  const user = postgresUser()
  const home = reachableFolder(options.folder, user)
  const data = join(home, 'postgres')
  if (options.durable === false && home !== options.folder) watchdog().removeAtEnd(home)
  const programs = await postgresPrograms(user, data)
  if (!existsSync(join(data, 'PG_VERSION'))) initialise(programs, data, options, user)
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    const child = run(programs, data, port, options, user)
    try {
      await untilReady(child, () => isReady(data, child.pid), 60_000)
      return {
        url: `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`,
        port,
        child,
        stop: async () => void (await child.stop(20_000)),
        says: `Postgres ${programs.version.join('.')}, data in ${data}`,
      }
    } catch (error) {
      if (tries >= portTries || !/Address already in use/.test(child.tail(20))) throw error
    }
  }
}

function initialise(
  programs: PostgresPrograms,
  data: string,
  options: PostgresOptions,
  user: User | undefined,
): void {
  // What is left of an initdb that was killed has no PG_VERSION yet, or initdb would not be here.
  rmSync(data, { recursive: true, force: true })
  privateFolder(data, user)
  const passwordFile = join(data, '..', `.password-${process.pid}`)
  writeFileSync(passwordFile, options.password, { mode: 0o600 })
  if (user) chownSync(passwordFile, user.uid, user.gid)
  try {
    const args = [
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
    ]
    // Search lower-cases names with accents: the plain C locale would leave them as they are.
    if (isAtLeast(programs.version, [17]))
      args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C')
    else args.push('--locale=C.UTF-8')
    if (options.durable === false) args.push('--no-sync')
    const done = spawnSync(programs.initdb, args, {
      encoding: 'utf8',
      cwd: '/',
      env: inheritedEnvironment(),
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    })
    if (done.status !== 0) {
      rmSync(data, { recursive: true, force: true })
      const said =
        `${done.stderr ?? ''}`.trim().split('\n').at(-1) || done.error?.message || `exit ${done.status}`
      throw new StartFailure(`initdb could not make ${data}: ${said}`)
    }
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

function run(
  programs: PostgresPrograms,
  data: string,
  port: number,
  options: PostgresOptions,
  user: User | undefined,
): Child {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '128MB',
    fsync: options.durable === false ? 'off' : 'on',
    full_page_writes: options.durable === false ? 'off' : 'on',
    log_min_messages: 'warning',
  }
  return startChild({
    name: 'Postgres',
    command: programs.postgres,
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: '/',
    user,
    logFile: join(options.folder, 'logs/postgres.log'),
    // Fast shutdown: SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
  })
}

/** What pg_ctl looks at: the eighth line of postmaster.pid, written by this very process. */
function isReady(data: string, pid: number): boolean {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return false
  const lines = readFileSync(file, 'utf8').split('\n')
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}
