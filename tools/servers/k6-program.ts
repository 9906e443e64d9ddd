import { join } from 'node:path'
import { StartFailure } from './failure.ts'
import { installWithGo } from './go-install.ts'
import { findProgram } from './programs.ts'
import { installOnce } from './tools-folder.ts'

const version = '1.8.1'

/** k6 from PATH, else built with Go once (minutes). */
export async function k6Program(): Promise<string> {
  const found = findProgram('k6')
  if (found) return found
  const home = await installOnce(`k6-${version}`, async (draft) => {
    if (await installWithGo(`go.k6.io/k6@v${version}`, draft)) return
    throw new StartFailure('k6 is not on PATH, and Go could not build it')
  })
  return join(home, 'k6')
}
