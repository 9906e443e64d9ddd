import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../servers/index.ts'

/** One run per data folder. Returns what gives the folder back; a lock whose owner is gone counts for nothing. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'run.pid')
  mkdirSync(folder, { recursive: true })
  for (let tries = 1; ; tries++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries > 3) {
        throw new StartFailure(`${folder} cannot be written: ${(error as Error).message}`)
      }
    }
    const owner = Number(existsSync(file) ? readFileSync(file, 'utf8') : 0)
    if (owner !== process.pid && isRunning(owner)) {
      throw new StartFailure(
        `Palomar already runs on ${folder} (process ${owner}): stop it, or choose another folder with --data`,
      )
    }
    rmSync(file, { force: true })
  }
}

/** Alive, and one of ours: the number may have gone to another program since. */
function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const commandLine = `/proc/${pid}/cmdline`
  return existsSync(commandLine) ? readFileSync(commandLine, 'utf8').includes('bun') : true
}
