import { afterAll, beforeAll, expect, test } from 'bun:test'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import { testDemo } from '@palomar/testkit'
import type { Browser, Page } from 'playwright-core'
import type { Demo } from '../../tools/start/demo.ts'
import { openBrowser, openWindow, picture } from '../demo/browser.ts'

let demo: Demo
let browser: Browser
let page: Page
let subscriber: http.Server
let hook = ''
let status = 204
const problems: string[] = []

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([testDemo({ dashboard: true }), openBrowser()])
  subscriber = http.createServer((request, response) => {
    request.resume()
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => subscriber.listen(0, '127.0.0.1', resolve))
  hook = `http://127.0.0.1:${(subscriber.address() as AddressInfo).port}/hooks`
  page = await openWindow(browser, problems)
  const login = demo.logins.find(({ role }) => role === 'tenant_admin')
  await page.goto(`${demo.urls.dashboard}/login`)
  await page.getByLabel('Correo electrónico').fill(login?.email ?? '')
  await page.getByLabel('Contraseña').fill(login?.password ?? '')
  await page.getByRole('button', { name: 'Entrar' }).click()
  await page.waitForURL('**/inbox')
}, 180_000)
afterAll(async () => {
  await browser?.close()
  subscriber?.close()
  await demo?.stop()
}, 60_000)

/** The page in three widths and both themes: nothing wider than the screen, and nothing that axe objects to. */
async function looks(name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((to) => document.documentElement.setAttribute('data-theme', to), theme)
    for (const width of [360, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      await picture(page, `${name}-${theme}-${width}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(`${name} ${width} ${wide > 0}`).toBe(`${name} ${width} false`)
    }
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze()
    expect(violations.map(({ id, nodes }) => `${name} ${theme} ${id} ${nodes[0]?.html}`)).toEqual([])
  }
}

test('a rule is tried out before it is made, answers the customer, and is switched off', async () => {
  await page.goto(`${demo.urls.dashboard}/automation`)
  await page.getByText('Todavía no hay reglas').waitFor()
  await looks('rules-empty')
  await page.getByRole('link', { name: 'Crear regla' }).first().click()
  await page.getByLabel('Nombre').fill('Horario')
  await page.getByLabel('Palabras clave').fill('horario, a qué hora')
  await page.getByLabel('Respuesta').fill('Abrimos de 8 a 18.')
  await page.getByTestId('try').fill('¿A QUE HORA abren?')
  expect(await page.getByTestId('try-result').textContent()).toContain('Esta regla contestaría')
  await page.getByTestId('try').fill('¿tienen horarios?')
  expect(await page.getByTestId('try-result').textContent()).toContain('Esta regla callaría')
  await looks('rule-new')
  await page.getByRole('button', { name: 'Crear regla' }).click()
  await page.waitForURL('**/automation')

  const phone = await openWindow(browser, problems)
  await phone.goto(demo.urls.simulator ?? '')
  await phone.getByLabel('Escribe un mensaje').fill('horario?')
  await phone.getByLabel('Escribe un mensaje').press('Enter')
  await phone.getByText('Abrimos de 8 a 18.').first().waitFor()
  await phone.close()

  await page.reload()
  await page.getByText('Respuestas: 1').waitFor()
  await looks('rules')
  const toggle = page.getByRole('switch', { name: 'Activar la regla Horario' })
  await toggle.click()
  await page.locator('[role=switch][aria-checked=false]').waitFor()

  await page.getByRole('link', { name: 'Horario' }).click()
  await page.getByLabel('Nombre').fill('Otro nombre')
  page.once('dialog', (dialog) => void dialog.dismiss())
  await page.getByRole('link', { name: 'Volver' }).click()
  expect(page.url()).toContain('/automation/rul_')
  await page.getByRole('button', { name: 'Eliminar regla' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Eliminar regla' }).click()
  await page.getByText('Todavía no hay reglas').waitFor()
}, 120_000)

test('T7: an endpoint shows its secret once, says what a test was answered, and lists what it was sent', async () => {
  await page.goto(`${demo.urls.dashboard}/settings`)
  await page
    .getByRole('link', { name: /^Webhooks/ })
    .first()
    .click()
  await page.getByText('Todavía no hay direcciones').waitFor()
  await page.getByRole('link', { name: 'Añadir dirección' }).first().click()
  await page.getByLabel('Dirección').fill('https://user:pass@example.com/')
  await page.getByRole('button', { name: 'Añadir dirección' }).click()
  await page.getByText('La dirección no debe llevar usuario ni contraseña.').waitFor()
  await looks('webhook-new')
  await page.getByLabel('Dirección').fill(hook)
  await page.getByRole('button', { name: 'Añadir dirección' }).click()
  const secret = await page.getByTestId('secret').inputValue()
  expect(secret).toMatch(/^whsec_/)
  await looks('webhook-secret')
  await page.getByRole('link', { name: 'Listo' }).click()
  await page.getByText('Nada enviado todavía').waitFor()
  expect(await page.content()).not.toContain(secret)

  await page.getByRole('button', { name: 'Enviar prueba' }).click()
  await page.getByText(/Contestó 204 en \d+ ms/).waitFor()
  status = 500
  await page.getByRole('button', { name: 'Enviar prueba' }).click()
  await page.getByText('No funcionó: contestó 500').waitFor()
  await page.locator('[data-delivery=failed]').waitFor()

  const phone = await openWindow(browser, problems)
  await phone.goto(demo.urls.simulator ?? '')
  await phone.getByLabel('Escribe un mensaje').fill('hola')
  await phone.getByLabel('Escribe un mensaje').press('Enter')
  await phone.getByText('hola').first().waitFor()
  await phone.close()
  const pending = page.locator('[data-delivery=pending]', { hasText: 'Mensaje recibido' })
  for (let tries = 0; tries < 20 && (await pending.count()) === 0; tries++) await page.reload()
  await looks('webhook')
  status = 204
  await pending.getByRole('button', { name: 'Reenviar' }).click()
  const delivered = page.locator('[data-delivery=delivered]', { hasText: 'Mensaje recibido' })
  for (let tries = 0; tries < 20 && (await delivered.count()) === 0; tries++) await page.reload()
  expect(await delivered.count()).toBe(1)
  await page.getByRole('link', { name: 'Falló' }).click()
  await page.waitForURL('**?state=failed')
  expect(await page.locator('[data-delivery]').count()).toBe(1)

  await page.getByRole('button', { name: 'Cambiar el secreto' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cambiar el secreto' }).click()
  expect(await page.getByTestId('secret').inputValue()).not.toBe(secret)
  await page.getByRole('button', { name: 'Desactivar' }).click()
  await page.locator('[data-state=disabled]').waitFor()

  await page.getByRole('link', { name: 'Cambiar', exact: true }).click()
  await page.waitForURL('**/edit')
  await looks('webhook-edit')
  await page.getByLabel('Dirección').fill(`${hook}#part`)
  await page.getByRole('button', { name: 'Guardar dirección' }).click()
  await page.getByText('La dirección no debe llevar').waitFor()
  await page.getByLabel('Dirección').fill(`${hook}/dos`)
  await page.getByLabel('Mensaje recibido').check()
  await page.getByLabel('Activa: recibe eventos').check()
  await page.getByRole('button', { name: 'Guardar dirección' }).click()
  await page.getByRole('heading', { name: `${hook}/dos` }).waitFor()
  await page.locator('[data-state=enabled]').waitFor()
  expect(await page.locator('dl').innerText()).toContain('Mensaje recibido')
  await page.getByRole('button', { name: 'Eliminar dirección' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Eliminar dirección' }).click()
  await page.getByText('Todavía no hay direcciones').waitFor()
  expect(problems).toEqual([])
}, 120_000)
