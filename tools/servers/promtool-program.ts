import { join } from 'node:path'
import { takeFromDebian } from './debian-program.ts'
import { StartFailure } from './failure.ts'
import { buildWithGo } from './go-install.ts'
import { findProgram } from './programs.ts'
import { installOnce } from './tools-folder.ts'

/** Of the module, whose 0.313 is Prometheus 3.13. */
const version = '0.313.5'

/** Prometheus' checker of rules: from PATH, else Debian's, else built with Go (minutes); once. */
export async function promtoolProgram(): Promise<string> {
  const found = findProgram('promtool')
  if (found) return found
  const home = await installOnce(`promtool-${version}`, async (draft) => {
    if (takeFromDebian('prometheus', 'promtool', draft)) return
    const module = 'github.com/prometheus/prometheus'
    if (await buildWithGo(`${module}@v${version}`, `${module}/cmd/promtool`, draft)) return
    throw new StartFailure('promtool is not on PATH, and neither apt nor Go could bring it')
  })
  return join(home, 'promtool')
}
