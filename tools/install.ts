import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
  // Two runs at once in a fresh clone would write into one another's files: the second waits, then finds it done.
  const unlock = lock(join(root, '.palomar/install.lock'))
  const done = spawnSync(process.execPath, ['install', '--frozen-lockfile'], { cwd: root, encoding: 'utf8' })
  if (done.status !== 0) {
    const lines = `${done.stdout}${done.stderr}`.trim().split('\n')
    const said = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)
    console.error(`dependencies could not be installed: ${said || `bun install ended with ${done.status}`}`)
    process.exit(1)
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
  unlock()
}

/** A folder that one process at a time can make. A minute-old one belongs to nobody any more. */
function lock(folder: string): () => void {
  mkdirSync(dirname(folder), { recursive: true })
  for (const end = Date.now() + 60_000; ; Bun.sleepSync(100)) {
    try {
      mkdirSync(folder)
      break
    } catch {
      if (Date.now() > end) break
    }
  }
  const unlock = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', unlock)
  return unlock
}
