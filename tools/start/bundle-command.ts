import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { StartFailure } from '../servers/index.ts'

/** Runs an operator's command out of bundles, as an image's job does; fails with the last line it said. */
export async function bundleCommand(
  bundles: string,
  role: string,
  env: Record<string, string>,
): Promise<void> {
  const child = spawn(process.execPath, [join(bundles, 'palomar.js'), role], {
    cwd: bundles,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (bytes) => {
    said += bytes
  })
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('close', resolve)
  })
  if (code !== 0) throw new StartFailure(`${role} ended with ${code}: ${said.trim().split('\n').at(-1)}`)
}
