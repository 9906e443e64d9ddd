import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { environment } from './config.ts'

export const repositoryRoot = resolve(import.meta.dir, '../..')

/** Where installed servers are kept between starts; several runs share it. */
export function toolsFolder(): string {
  return environment().toolsFolder ?? join(repositoryRoot, '.palomar/tools')
}

/**
 * The folder `name`, filled once. It appears whole or not at all: filled beside, then renamed, so that a crash
 * leaves nothing half done and two runs at once do no harm (the second one's copy is thrown away).
 */
export async function installOnce(
  name: string,
  fill: (folder: string) => Promise<void>,
  inFolder = toolsFolder(),
): Promise<string> {
  const target = join(inFolder, name)
  if (existsSync(target)) return target
  mkdirSync(inFolder, { recursive: true })
  const draft = mkdtempSync(join(inFolder, `.${name}-`))
  chmodSync(draft, 0o755)
  try {
    await fill(draft)
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(target)) throw error
  }
  return target
}
