import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dir, '..')

/**
 * Installs the workspace by its frozen lockfile when that has changed since the last time. Runs before anything else
 * may be imported, so this file has no dependency. Says one line and ends the process when it cannot.
 */
export function installDependencies(): void {
  const stamp = join(root, 'node_modules/.palomar-installed')
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'bun.lock')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error('Installing dependencies …')
  const done = spawnSync(process.execPath, ['install', '--frozen-lockfile'], { cwd: root, encoding: 'utf8' })
  if (done.status !== 0) {
    const lines = `${done.stdout}${done.stderr}`.trim().split('\n')
    const said = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)
    console.error(`dependencies could not be installed: ${said || `bun install ended with ${done.status}`}`)
    process.exit(1)
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}
