import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../tools/chromium.ts'
import { screenshotFolder } from './config.ts'

// Chromium calls home at every start unless told not to.
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
]

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath)
    throw new Error('browser tests need Chromium: install it or name it in PALOMAR_CHROMIUM')
  return chromium.launch({ executablePath, args: [...quiet, '--disable-component-update', '--disable-sync'] })
}

/** A person's own window; what goes wrong on a page fails the test through `problems`. */
export async function openWindow(browser: Browser, problems: string[], width = 1280): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    locale: 'es-CO',
    timezoneId: 'America/Bogota',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
  page.on('response', (response) => {
    if (response.status() >= 500) problems.push(`${response.status()} ${response.url()}`)
  })
  return page
}

/** With PALOMAR_SCREENSHOTS set, the pictures of the README are taken anew into that folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = screenshotFolder()
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
