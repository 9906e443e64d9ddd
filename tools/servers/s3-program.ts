import { join } from 'node:path'
import { environment } from './config.ts'
import { installWithGo } from './go-install.ts'
import { findPrograms, isAtLeast, versionOf } from './programs.ts'
import { installOnce } from './tools-folder.ts'

const version = '1.8.0'
const versionMin = [1, 8]

/** versitygw from PATH if new enough, else built with Go. Undefined where neither is to be had. */
export async function s3Program(): Promise<string | undefined> {
  if (!environment().ignoreSystemServers) {
    const found = findPrograms('versitygw').find((path) => isAtLeast(versionOf(path) ?? [0], versionMin))
    if (found) return found
  }
  const home = await installOnce(`versitygw-${version}`, async (draft) => {
    const module = `github.com/versity/versitygw/cmd/versitygw@v${version}`
    if (!(await installWithGo(module, draft))) throw new Error('no Go that can build versitygw')
  }).catch(() => undefined)
  return home && join(home, 'versitygw')
}
