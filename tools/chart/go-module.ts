import { spawnSync } from 'node:child_process'
import { StartFailure } from '../servers/failure.ts'
import { findProgram } from '../servers/programs.ts'

/** The folder of a Go module's source at a pinned version; Go checks it against its checksum database. */
export function goModule(module: string, version: string): string {
  const go = findProgram('go', ['/usr/local/go/bin'])
  if (!go) throw new StartFailure(`Go is not on PATH to fetch ${module}`)
  const done = spawnSync(go, ['mod', 'download', '-json', `${module}@${version}`], { encoding: 'utf8' })
  const said = JSON.parse(done.stdout || '{}') as { Dir?: string; Error?: string }
  if (!said.Dir)
    throw new StartFailure(`${module} ${version} could not be fetched: ${said.Error ?? done.stderr}`)
  return said.Dir
}
