import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot, StartFailure } from '../servers/index.ts'

const folder = join(repositoryRoot, 'dashboard')
const build = join(folder, 'build')
/** Kept inside the build, so that a build that was thrown away is not believed. */
const stamp = join(build, '.source-hash')
/** What the build makes or what no build reads. */
const notSource = new Set(['build', 'node_modules', '.svelte-kit', 'paraglide', 'test-results'])

/** Builds the dashboard when its source has changed since the last build. */
export async function buildDashboard(): Promise<void> {
  const wanted = sourceHash()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(join(build, 'index.js')))
    return
  const child = spawn(process.execPath, ['run', 'build'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const hear = (bytes: Buffer) => {
    said += bytes
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('close', resolve)
  })
  if (code !== 0) {
    const lines = said.trim().split('\n')
    throw new StartFailure(
      `the dashboard could not be built: ${lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)}`,
    )
  }
  writeFileSync(stamp, wanted)
}

/** Of every source file's path and content, and of the versions it is built with. */
function sourceHash(): string {
  const hash = createHash('sha256').update(readFileSync(join(repositoryRoot, 'bun.lock')))
  const walk = (at: string): void => {
    for (const name of readdirSync(at).sort()) {
      const path = join(at, name)
      if (notSource.has(name)) continue
      if (statSync(path).isDirectory()) walk(path)
      else hash.update(path.slice(folder.length)).update('\0').update(readFileSync(path)).update('\0')
    }
  }
  walk(folder)
  return hash.digest('hex')
}
