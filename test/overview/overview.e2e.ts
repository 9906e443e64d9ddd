import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import AxeBuilder from '@axe-core/playwright'
import { eventually } from '@palomar/testkit'
import type { Browser, Page } from 'playwright-core'
import { openBrowser, openWindow, picture } from '../demo/browser.ts'
import { customerWrites } from '../edges/webhook-body.ts'
import { Product } from '../product.ts'

let product: Product
let browser: Browser
const problems: string[] = []
const demoNumber = '100000000000001'
const hourMs = 3_600_000

beforeAll(async () => {
  ;[product, browser] = await Promise.all([Product.start({ dashboard: true }), openBrowser()])
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await product?.stop()
}, 60_000)

async function signIn(page: Page, role: string): Promise<void> {
  const login = product.demo.logins.find((known) => known.role === role)
  await page.goto(`${product.demo.urls.dashboard}/login`)
  await page.getByLabel('Correo electrónico').fill(login?.email ?? '')
  await page.getByLabel('Contraseña').fill(login?.password ?? '')
  await page.getByRole('button', { name: 'Entrar' }).click()
  await page.waitForURL('**/inbox')
}

const count = async (page: Page, metric: string) =>
  Number((await page.locator(`[data-metric=${metric}] [data-count]`).textContent())?.replaceAll(/\D/g, ''))

/** Customers wrote over two days, and some of them are answered now; one answer fails. */
async function work(): Promise<{ today: number; writers: string[] }> {
  const now = Date.now()
  const midnight =
    new Date(new Date(now).toLocaleDateString('sv-SE', { timeZone: 'America/Bogota' })).getTime() + 5 * hourMs
  let today = 0
  for (let n = 1; n <= 48; n++) {
    const at = now - n * 0.8 * hourMs
    if (at >= midnight) today++
    const waId = `57300444${String(n % 12).padStart(4, '0')}`
    expect((await product.webhook(customerWrites({ waId, text: `pregunta ${n}`, at }))).status).toBe(200)
  }
  // These write from their phones, which opens Meta's window for an answer.
  const writers = Array.from({ length: 12 }, (_, n) => `57300444${String(n).padStart(4, '0')}`)
  for (const waId of writers) await product.write(demoNumber, waId, 'hola')
  return { today: today + writers.length, writers }
}

async function answer(to: string, text: string): Promise<void> {
  const body = { from: demoNumber, to, type: 'text', text: { body: text } }
  await product.must('POST', '/v1/messages', { token: product.demo.apiKey, body })
}

describe('the overview, by the browser', () => {
  test('AN8 AN10: what a company received and sent is there, and follows while it works', async () => {
    const page = await openWindow(browser, problems)
    await signIn(page, 'supervisor')
    await page.getByRole('link', { name: 'Resumen' }).click()
    await page.getByText('Sin mensajes en este período').waitFor()
    await picture(page, 'overview-empty')
    const { today, writers } = await work()
    // Nobody reloads.
    await eventually(async () => expect(await count(page, 'received')).toBe(today), { timeoutMs: 60_000 })
    for (const waId of writers) await answer(waId, 'respuesta')
    await eventually(
      async () => {
        expect(await count(page, 'delivered')).toBe(12)
      },
      { timeoutMs: 60_000 },
    )
    expect(await count(page, 'sent')).toBe(12)
    await product.control('customers', { wa_id: '573004440000', on_whatsapp: false })
    await answer('573004440000', 'no llega')
    await page.locator('#failures code', { hasText: '131026' }).waitFor({ timeout: 30_000 })
    await page.locator('[data-kind=message_failed]').first().waitFor()
    expect(await count(page, 'failed')).toBe(1)
    await picture(page, 'overview')
    await page.locator('[data-kind=message_failed] a').first().click()
    await page.waitForURL('**/inbox/cnv_*')
    expect(problems).toEqual([])
  }, 180_000)

  test('AN6 AN10: period and number are in the address; the chart is walked by keyboard, and is a table and a CSV', async () => {
    const page = await openWindow(browser, problems)
    await signIn(page, 'supervisor')
    await page.goto(`${product.demo.urls.dashboard}/overview?period=7d`)
    await eventually(async () => expect(await count(page, 'received')).toBe(60))
    expect(await page.locator('[aria-current=true]').textContent()).toBe('7 días')
    const chart = page.getByTestId('chart')
    await chart.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('End')
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/Recibidos \d+, Enviados 12/)
    await page.locator('[data-series=sent]').click()
    await chart.focus()
    await page.keyboard.press('Home')
    expect(await chart.getAttribute('aria-valuetext')).not.toContain('Enviados')
    await page.getByRole('button', { name: 'Como tabla' }).click()
    expect(await page.getByRole('row', { name: /12/ }).count()).toBeGreaterThan(0)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ])
    const csv = await new Response(Bun.file(await download.path()).stream()).text()
    expect(csv.split('\r\n')).toHaveLength(9)
    await page.getByLabel('Por', { exact: true }).selectOption('hour')
    await page.waitForURL('**step=hour**')
    await page.locator('tbody tr[data-number] a').first().click()
    await page.waitForURL('**/inbox?number_id=num_*')
    expect(problems).toEqual([])
  }, 120_000)

  test.each([360, 800, 1280])(
    'AN10: at %d pixels, light and dark, nothing is wider than the screen and nothing is out of reach',
    async (width) => {
      const page = await openWindow(browser, problems, width)
      await signIn(page, 'supervisor')
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme })
        await page.goto(`${product.demo.urls.dashboard}/overview?period=yesterday`)
        await page.getByTestId('figures').waitFor()
        await page.getByTestId('chart').waitFor()
        await page.setViewportSize({ width, height: 1700 })
        await picture(page, `overview-${width}-${theme}`)
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect(wide).toBe(0)
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
      }
    },
    120_000,
  )
})
