import { findProgram } from './servers/programs.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** The system's Chromium; PALOMAR_CHROMIUM names another. */
export function findChromium(): string | undefined {
  if (process.env.PALOMAR_CHROMIUM) return process.env.PALOMAR_CHROMIUM
  for (const name of names) {
    const found = findProgram(name, ['/usr/bin', '/snap/bin'])
    if (found) return found
  }
  return undefined
}
