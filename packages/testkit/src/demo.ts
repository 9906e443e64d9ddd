import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Demo, DemoHooks } from '../../../tools/start/demo.ts'
import type { StartOptions } from '../../../tools/start/options.ts'
import { stack } from './stack.ts'

/**
 * A whole Palomar as `bin/start` runs it, on free ports and a folder of its own, with servers of its own: tests may
 * kill any part of it. Takes seconds; share it among the tests of a file, and stop it.
 */
export async function testDemo(options: Partial<StartOptions> = {}, hooks: DemoHooks = {}): Promise<Demo> {
  // Loaded when needed: most tests need none of it.
  const { startDemo } = await import('../../../tools/start/demo.ts')
  return startDemo(
    {
      folder: mkdtempSync(join(stack().folder(), 'demo-')),
      ports: { gateway: 0, dashboard: 0, simulator: 0 },
      demo: true,
      simulator: true,
      dashboard: false,
      json: false,
      verbose: false,
      ...options,
    },
    hooks,
  )
}
