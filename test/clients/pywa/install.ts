import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { installOnce } from '../../../tools/servers/tools-folder.ts'

const requirements = join(import.meta.dir, 'requirements.txt')

/** Where pywa and what it needs lie, each held to its hash; installed once. Throws with pip's words. */
export function installPywa(): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  return installOnce(`pywa-${hash}`, async (folder) => {
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check']
    const wanted = ['--only-binary=:all:', '--require-hashes', '-r', requirements, '--target', folder]
    const ran = spawnSync('python3', [...pip, ...wanted], { encoding: 'utf8', timeout: 180_000 })
    if (ran.status !== 0)
      throw new Error(`pywa could not be installed: ${ran.error?.message ?? ran.stderr.trim()}`)
  })
}
