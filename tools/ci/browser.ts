import { existsSync } from 'node:fs'
import { findChromium } from '../chromium.ts'
import { command } from './command.ts'
import { counted, type Step } from './step.ts'

/** The browser tests, with a Chromium from the system's packages when there is none and we may install it. */
export const browserTests: Step = {
  name: 'browser tests',
  async run() {
    if (!findChromium()) await installChromium()
    const chromium = findChromium()
    if (!chromium) {
      return {
        passed: 0,
        failed: 0,
        skipped: 'no Chromium on this machine, and no way to install it (apt-get as root)',
      }
    }
    return counted('', () =>
      command(['/bin/sh', 'bin/test', '--browser'], { env: { PALOMAR_CHROMIUM: chromium } }),
    ).run()
  },
}

async function installChromium(): Promise<void> {
  const apt = ['/usr/bin/apt-get', '/bin/apt-get'].find((path) => existsSync(path))
  if (!apt || process.getuid?.() !== 0) return
  // dpkg's own helpers lie in folders that a bare PATH lacks.
  const env = {
    DEBIAN_FRONTEND: 'noninteractive',
    PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin`,
  }
  await command([apt, 'update', '-qq'], { env })
  await command([apt, 'install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env })
}
