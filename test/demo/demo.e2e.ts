import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventually, testDemo } from '@palomar/testkit'
import type { Browser, Page } from 'playwright-core'
import type { Demo } from '../../tools/start/demo.ts'
import { openBrowser, openWindow, picture } from './browser.ts'

let demo: Demo
let browser: Browser
const problems: string[] = []

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([testDemo({ dashboard: true }), openBrowser()])
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

async function signIn(page: Page, role: string): Promise<void> {
  const login = demo.logins.find((known) => known.role === role)
  await page.goto(`${demo.urls.dashboard}/login`)
  await page.getByLabel('Correo electrónico').fill(login?.email ?? '')
  await page.getByLabel('Contraseña').fill(login?.password ?? '')
  await page.getByRole('button', { name: 'Entrar' }).click()
  await page.waitForURL('**/inbox')
  await page.locator('[data-live=live]').waitFor()
}

const fieldOf = (phone: Page, number: string, field: string) =>
  phone.locator(`[data-number="${number}"] [data-field="${field}"]`).textContent()

/** Makes another company and lets the demo's supervisor in, as a platform admin does by the API. */
async function joinSecondCompany(): Promise<void> {
  const admin = demo.logins.find((known) => known.role === 'platform_admin')
  const supervisor = demo.logins.find((known) => known.role === 'supervisor')
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${demo.urls.api}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Record<string, string>
  }
  const { access_token } = await post('/auth/login', { email: admin?.email, password: admin?.password })
  const authorization = `Bearer ${access_token}`
  const place = { language: 'es', time_zone: 'America/Bogota', country: 'CO' }
  const company = await post('/companies', { name: 'Segunda empresa', ...place }, { authorization })
  const person = {
    email: supervisor?.email,
    name: 'Sofía',
    role: 'supervisor',
    password: supervisor?.password,
  }
  await post('/users', person, { authorization, 'x-tenant-id': company.id ?? '' })
}

describe('the demo, by the browser', () => {
  test('O10 M14 M34: with no Meta account a customer writes "hola", it appears live, the answer goes sent → delivered → read', async () => {
    const phone = await openWindow(browser, problems)
    const agent = await openWindow(browser, problems)
    await agent.goto(`${demo.urls.dashboard}/login`)
    await picture(agent, 'login')
    await signIn(agent, 'agent')

    await phone.goto(demo.urls.simulator ?? '')
    await phone.getByLabel('Escribe un mensaje').fill('hola')
    await phone.getByLabel('Escribe un mensaje').press('Enter')

    const row = agent.locator('[data-row]', { hasText: 'Lucía Torres' })
    await row.waitFor()
    await row.click()
    await agent.locator('[data-direction=inbound]', { hasText: 'hola' }).waitFor()

    const states: string[] = []
    await agent.exposeFunction('sawState', (state: string) => states.push(state))
    await agent.evaluate(() => {
      const tell = (window as typeof window & { sawState(state: string): void }).sawState
      const look = () => {
        const own = [...document.querySelectorAll('[data-direction=outbound] [data-state]')].at(-1)
        if (own instanceof HTMLElement && own.dataset.state) tell(own.dataset.state)
      }
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true })
    })
    await agent.getByLabel('Escribir un mensaje').fill('¡Hola, Lucía! ¿En qué te ayudamos?')
    await agent.getByLabel('Escribir un mensaje').press('Enter')
    const answer = agent.locator('[data-direction=outbound]', { hasText: '¿En qué te ayudamos?' })
    await answer.locator('[data-state=read]').waitFor()
    await phone.locator('[data-from=business]', { hasText: '¿En qué te ayudamos?' }).waitFor()
    await picture(phone, 'phone')
    await picture(agent, 'inbox')
    await eventually(() => {
      const order = ['sent', 'delivered', 'read']
      expect([...new Set(states)].filter((state) => order.includes(state))).toEqual(order)
    })
    expect(problems).toEqual([])
  }, 120_000)

  test('T1 T9 M16: a platform admin creates a company and a number, and hello_world goes to 541156384310', async () => {
    const phone = await openWindow(browser, problems)
    const admin = await openWindow(browser, problems)
    await phone.goto(demo.urls.simulator ?? '')
    await phone.getByText('Números sin dueño').click()
    await picture(phone, 'phone-unclaimed')
    const number = '100000000000002'

    await signIn(admin, 'platform_admin')
    await admin.getByRole('link', { name: 'Apps de Meta' }).click()
    const address = await admin
      .locator('[data-app=default]')
      .getByLabel('Dirección de los avisos')
      .inputValue()
    expect(address).toEndWith('/webhooks/whatsapp')
    await admin.getByRole('link', { name: 'Empresas' }).click()
    await admin.getByRole('link', { name: 'Crear empresa' }).click()
    await admin.getByLabel('Nombre').first().fill('Panadería Sol')
    await admin.getByLabel('País').fill('AR')
    await admin.getByLabel('Zona horaria').selectOption('America/Argentina/Buenos_Aires')
    await admin.getByRole('button', { name: 'Crear empresa' }).click()
    const company = admin.getByRole('row', { name: /Panadería Sol/ })
    await company.waitFor()
    await picture(admin, 'companies')
    await company.getByRole('button', { name: 'Entrar' }).click()
    await admin.getByTestId('company').getByText('Panadería Sol').waitFor()

    await admin.goto(`${demo.urls.dashboard}/numbers/new`)
    await admin.getByLabel('Nombre').fill('Mostrador')
    await admin
      .getByLabel('Número de teléfono')
      .fill((await fieldOf(phone, number, 'display_phone_number')) ?? '')
    await admin
      .getByLabel('Identificador del número')
      .fill((await fieldOf(phone, number, 'phone_number_id')) ?? '')
    await admin
      .getByLabel('Cuenta de WhatsApp Business')
      .fill((await fieldOf(phone, number, 'waba_id')) ?? '')
    await admin.getByLabel('Token de acceso').fill((await fieldOf(phone, number, 'token')) ?? '')
    await picture(admin, 'number-new')
    await admin.getByRole('button', { name: 'Añadir número' }).click()
    await admin.getByRole('row', { name: /Mostrador/ }).waitFor()

    await admin.goto(`${demo.urls.dashboard}/inbox/new`)
    await admin.getByLabel('Para').fill('541156384310')
    await admin.getByRole('button', { name: /hello_world/ }).click()
    await admin.getByRole('button', { name: 'Enviar plantilla' }).click()
    await admin.getByText('En cola para').waitFor()
    await admin.goto(`${demo.urls.dashboard}/inbox`)
    const row = admin.locator('[data-row]', { hasText: 'hello_world' })
    await row.locator('[data-state=delivered], [data-state=read]').waitFor()
    await picture(admin, 'template')
    expect(problems).toEqual([])
  }, 120_000)

  test('T5: a person of two companies chooses one at login and switches to the other', async () => {
    await joinSecondCompany()
    const person = await openWindow(browser, problems)
    const login = demo.logins.find((known) => known.role === 'supervisor')
    await person.goto(`${demo.urls.dashboard}/login`)
    await person.getByLabel('Correo electrónico').fill(login?.email ?? '')
    await person.getByLabel('Contraseña').fill(login?.password ?? '')
    await person.getByRole('button', { name: 'Entrar' }).click()
    await person.getByLabel('¿En qué empresa quieres entrar?').selectOption('Segunda empresa')
    await person.getByRole('button', { name: 'Entrar en la empresa' }).click()
    await person.waitForURL('**/inbox')
    await person.getByTestId('company').getByText('Segunda empresa').click()
    await person.getByRole('button', { name: 'Palomar Demo' }).click()
    await person.getByTestId('company').getByText('Palomar Demo').waitFor()
    await person.locator('[data-row]', { hasText: 'Lucía Torres' }).waitFor()
    expect(problems).toEqual([])
  }, 60_000)

  test('N6: what changed after the page was rendered and before its socket was open is shown', async () => {
    const agent = await openWindow(browser, problems)
    await signIn(agent, 'agent')
    const held = Promise.withResolvers<void>()
    await agent.route('**/session/live', async (route) => {
      await held.promise
      await route.continue()
    })
    await agent.goto(`${demo.urls.dashboard}/inbox`)
    await agent.locator('[data-row]').first().waitFor()
    const text = 'llegó antes que el socket'
    const written = { phone_number_id: '100000000000001', wa_id: '573001112233', text }
    await fetch(`${demo.urls.simulator}/control/write`, { method: 'POST', body: JSON.stringify(written) })
    const headers = { authorization: `Bearer ${demo.apiKey}` }
    await eventually(async () => {
      const list = await (await fetch(`${demo.urls.api}/conversations`, { headers })).text()
      expect(list).toContain(text)
    })
    expect(await agent.locator('[data-row]', { hasText: text }).count()).toBe(0)
    held.resolve()
    await agent.locator('[data-row]', { hasText: text }).waitFor()
    expect(problems).toEqual([])
  }, 60_000)

  test('CV8: what the other company has stays out of sight, and the inbox works at 360 px', async () => {
    const agent = await openWindow(browser, problems, 360)
    await signIn(agent, 'agent')
    await agent.locator('[data-row]').first().waitFor()
    expect(await agent.locator('[data-row]', { hasText: 'hello_world' }).count()).toBe(0)
    await agent.locator('[data-row]').first().click()
    await agent.getByLabel('Volver').waitFor()
    await picture(agent, 'inbox-360')
    const overflow = await agent.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
    expect(overflow).toBe(false)
    expect(problems).toEqual([])
  }, 60_000)
})
