import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const widths = [360, 800, 1280]
const themes = ['light', 'dark'] as const

/**
 * What is wrong with the page as it stands, at three widths and in both themes: what sticks out to the side, and what
 * axe calls serious or critical. Empty is well.
 */
export async function faultsOf(page: Page, name: string): Promise<string[]> {
  const faults: string[] = []
  // Half-way through a change of theme colours are neither of both.
  await page.emulateMedia({ reducedMotion: 'reduce' })
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 })
    for (const words of await outside(page)) faults.push(`${name} at ${width} px: ${words}`)
    // The layouts of 800 and 1280 px differ in room alone: colours and names are the same.
    if (width === 800) continue
    for (const theme of themes) {
      await page.evaluate((to) => document.documentElement.setAttribute('data-theme', to), theme)
      for (const words of await objections(page)) faults.push(`${name} at ${width} px, ${theme}: ${words}`)
    }
  }
  return faults
}

async function objections(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.any[0]?.message ?? ''}`)
}

/**
 * Elements that end beyond the right edge, those aside that are scrolled sideways on purpose. What measures itself, such as
 * a chart, gets its turn first.
 */
async function outside(page: Page): Promise<string[]> {
  await page
    .waitForFunction(`(${sticksOut})().length === 0`, undefined, { timeout: 5_000 })
    .catch(() => undefined)
  return page.evaluate(sticksOut)
}

function sticksOut(): string[] {
  const isScrolled = (element: Element | null): boolean =>
    element !== null && (element.matches('pre, .overflow-x-auto') || isScrolled(element.parentElement))
  return [...document.querySelectorAll('body *')]
    .filter((element) => {
      const { right, width, height } = element.getBoundingClientRect()
      return width > 1 && height > 1 && right > innerWidth + 1 && !isScrolled(element)
    })
    .slice(0, 3)
    .map((element) => element.outerHTML.slice(0, 120))
}
