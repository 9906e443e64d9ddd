import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventually, testDemo } from '@palomar/testkit'
import type { Browser, Page } from 'playwright-core'
import type { Demo } from '../../tools/start/demo.ts'
import { openBrowser, openWindow } from '../demo/browser.ts'
import { faultsOf } from './looks.ts'

let demo: Demo
let browser: Browser
let admin: Page
const problems: string[] = []
const phoneNumberId = '100000000000001'

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([testDemo({ dashboard: true }), openBrowser()])
  await write('573009990001', 'Ana Ruiz', 'Hola, ¿mi pedido ya salió?')
  await write('573009990002', 'Bruno Gil', 'Buenas')
  admin = await openWindow(browser, problems)
  await signIn(admin, 'tenant_admin')
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
}, 60_000)

const loginOf = (role: string) => demo.logins.find((known) => known.role === role)
const at = (path: string) => `${demo.urls.dashboard}${path}`

async function write(wa_id: string, name: string, text: string): Promise<void> {
  const response = await fetch(`${demo.urls.simulator}/control/write`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone_number_id: phoneNumberId, wa_id, name, text }),
  })
  expect(response.status).toBe(200)
}

async function signIn(page: Page, role: string): Promise<void> {
  await page.goto(at('/login'))
  await page.getByLabel('Correo electrónico').fill(loginOf(role)?.email ?? '')
  await page.getByLabel('Contraseña').fill(loginOf(role)?.password ?? '')
  await page.getByRole('button', { name: 'Entrar' }).click()
  await page.waitForURL('**/inbox')
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(at(path))
  await page.locator('[data-skeleton]').waitFor({ state: 'detached' })
  await page.locator('[data-live=live]').first().waitFor({ state: 'attached' })
}

/** Every path for itself, so that a failure names it; in two tabs at once. */
async function faultsOfAll(page: Page, paths: string[]): Promise<string[]> {
  const beside = await page.context().newPage()
  const left = [...paths]
  const faults: string[] = []
  const walk = async (tab: Page) => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      await tab.setViewportSize({ width: 1280, height: 800 })
      await open(tab, path)
      faults.push(...(await faultsOf(tab, path)))
    }
  }
  await Promise.all([walk(page), walk(beside)])
  await beside.close()
  return faults
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')

describe('the dashboard, by the browser', () => {
  test('TP4: the list of usable templates by API: what can be sent, filtered, in pages, of one’s own numbers alone', async () => {
    const get = async (query: string, key = demo.apiKey) => {
      const headers: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {}
      const response = await fetch(`${demo.urls.api}/templates${query}`, { headers })
      const body = (await response.json()) as {
        code?: string
        data: { name: string; status: string; number_ids: string[] }[]
        next_cursor: string | null
      }
      return { status: response.status, body }
    }
    const all = await get('')
    expect(all.status).toBe(200)
    expect(all.body.data.map(({ name }) => name)).toContain('pedido_listo')
    expect(new Set(all.body.data.map(({ status }) => status))).toEqual(new Set(['APPROVED']))
    expect(all.body.data.every(({ number_ids }) => number_ids.length === 1)).toBe(true)
    expect((await get('?q=listo')).body.data.map(({ name }) => name)).toEqual(['pedido_listo'])
    const paged: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await get(`?limit=2&cursor=${encodeURIComponent(cursor)}`)
      paged.push(...body.data.map(({ name }) => name))
      if (body.next_cursor === null) break
      cursor = body.next_cursor
    }
    expect(paged).toEqual(all.body.data.map(({ name }) => name))
    expect((await get('?limit=0')).status).toBe(422)
    expect((await get('?number_id=num_01h455vb4pex5vsknk084sn02q')).body.code).toBe('not_found')
    expect((await get('', '')).status).toBe(401)
  }, 60_000)

  test('N8: what a build names by its content is kept for a year, pages are asked for anew', async () => {
    const page = await fetch(at('/login'))
    expect(page.headers.get('cache-control')).toBe('no-cache, must-revalidate')
    const [script] = (await page.text()).match(/\/_app\/immutable\/[^"]+\.js/) ?? []
    const asset = await fetch(at(script ?? ''))
    expect(asset.headers.get('cache-control')?.replaceAll(', ', ',')).toBe(
      'public,max-age=31536000,immutable',
    )
    const own = await admin.request.get(at('/settings/profile'))
    expect(own.headers()['cache-control']).toBe('private, no-cache, must-revalidate')
  })

  test('CV8: every page of a company at 360, 800 and 1280 px, in both themes: nothing sticks out, nothing serious for axe', async () => {
    await open(admin, '/inbox')
    const conversation = await admin.locator('[data-row]').first().getAttribute('href')
    await open(admin, '/numbers')
    const number = await admin.locator('[data-row]').first().getAttribute('href')
    await open(admin, '/settings/people')
    const person = await admin.locator('[data-row]').first().getAttribute('href')
    await open(admin, '/settings/webhook-events')
    const event = await admin.locator('[data-row]').first().getAttribute('href')
    const paths = [
      ...[
        '/overview',
        '/inbox',
        conversation ?? '',
        '/inbox/new',
        '/templates',
        '/templates/confirmar_cita/es',
      ],
      ...['/templates?q=nada', '/notifications', '/numbers', number ?? '', '/numbers/new', '/settings'],
      ...['/settings/profile', '/settings/company', '/settings/people', person ?? '', '/settings/people/new'],
      ...['/settings/api-keys', '/settings/api-keys/new', '/settings/audit', '/settings/webhook-events'],
      event ?? '',
    ]
    expect(await faultsOfAll(admin, paths)).toEqual([])
    expect(problems).toEqual([])
  }, 400_000)

  test('CV8: the platform’s pages likewise, and the door', async () => {
    const operator = await openWindow(browser, problems)
    await operator.goto(at('/login'))
    expect(await faultsOf(operator, '/login')).toEqual([])
    await signIn(operator, 'platform_admin')
    await open(operator, '/companies')
    const company = await operator.locator('[data-row]').first().getAttribute('href')
    const paths = [
      '/companies',
      company ?? '',
      '/companies/new',
      '/apps',
      '/apps/new',
      '/settings/dead-letters',
    ]
    expect(await faultsOfAll(operator, paths)).toEqual([])
    await operator.context().close()
  }, 240_000)

  test('CV8: by keyboard alone: sign in, answer a customer, try a template’s page, come back', async () => {
    const person = await openWindow(browser, problems)
    const { keyboard } = person
    await person.goto(at('/login'))
    await person.getByLabel('Correo electrónico').focus()
    await keyboard.type(loginOf('agent')?.email ?? '')
    await keyboard.press('Tab')
    await keyboard.type(loginOf('agent')?.password ?? '')
    await keyboard.press('Enter')
    await person.waitForURL('**/inbox')
    await person.locator('[data-live=live]').waitFor()

    await keyboard.press('Tab')
    expect(await focused(person)).toBe('Ir al contenido')
    const row = person.locator('[data-row]', { hasText: 'Ana Ruiz' })
    await row.waitFor()
    await keyboard.press('j')
    if (!(await focused(person)).includes('Ana Ruiz')) await keyboard.press('j')
    expect(await focused(person)).toContain('Ana Ruiz')
    await keyboard.press('Enter')
    await person.waitForURL('**/inbox/cnv_*')
    await person.locator('#composer').waitFor()
    await keyboard.press('r')
    await keyboard.type('Sí, salió esta mañana.')
    await keyboard.press('Enter')
    await person.locator('[data-direction=outbound]', { hasText: 'salió esta mañana' }).waitFor()

    await keyboard.press('Control+k')
    await keyboard.type('plantil')
    await keyboard.press('Enter')
    await person.waitForURL('**/templates')
    await person.locator('[data-row]').first().waitFor()
    await keyboard.press('j')
    await keyboard.press('Enter')
    await person.waitForURL('**/templates/*/*')
    await keyboard.press('Escape')
    await person.waitForURL('**/templates')

    await keyboard.press('?')
    await person.getByRole('heading', { name: 'Atajos de teclado' }).waitFor()
    await keyboard.press('Escape')
    await keyboard.press('g')
    await keyboard.press('i')
    await person.waitForURL('**/inbox')
    await person.context().close()
    expect(problems).toEqual([])
  }, 120_000)

  test('TP3: variables are shown with their examples, and a test is sent from the template’s page', async () => {
    await admin.setViewportSize({ width: 1280, height: 800 })
    await open(admin, '/templates')
    await admin.getByLabel('Buscar plantillas').fill('pedido_listo')
    await admin.waitForURL('**/templates?q=pedido_listo')
    await admin.getByRole('link', { name: /pedido_listo/ }).click()
    await admin.getByRole('figure').getByText('A-17').waitFor()
    await admin.getByRole('link', { name: 'Probar envío' }).click()
    await admin.getByLabel('Para').fill('573001112233')
    await admin.getByLabel('Valor de 1').fill('Ana')
    await admin.getByLabel('Valor de 2').fill('B-42')
    await admin.getByRole('button', { name: 'Enviar plantilla' }).click()
    await admin.getByText('En cola para').waitFor()
    await eventually(async () => {
      const response = await fetch(`${demo.urls.simulator}/control/accepted`)
      expect(await response.text()).toContain('"type":"template"')
    })
  }, 60_000)

  test('T7: a key is made with what it may do, shown once, and revoked by its name; a refusal stands beside its field', async () => {
    await open(admin, '/settings/api-keys')
    await admin.getByRole('link', { name: 'Crear clave' }).click()
    await admin.getByLabel('Nombre').fill('CRM')
    const chosen = admin.getByRole('checkbox', { checked: true })
    while ((await chosen.count()) > 0) await chosen.first().uncheck()
    await admin.getByRole('button', { name: 'Crear clave' }).click()
    await admin.getByText('Elige al menos un permiso.').waitFor()
    expect(await admin.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true')

    // Leaving now would lose what was typed.
    await admin.getByRole('link', { name: 'Ajustes' }).first().click()
    await admin.getByRole('button', { name: 'Seguir aquí' }).click()
    await admin.getByRole('checkbox', { name: /messages:send/ }).check()
    await admin.getByRole('button', { name: 'Crear clave' }).click()
    const secret = await admin.getByLabel('Clave', { exact: true }).inputValue()
    expect(secret).toStartWith('plk_')
    const send = () => fetch(`${demo.urls.api}/me`, { headers: { authorization: `Bearer ${secret}` } })
    expect((await send()).status).toBe(200)

    await admin.getByRole('link', { name: 'Ya la copié' }).click()
    expect(await admin.content()).not.toContain(secret)
    await admin.getByRole('button', { name: 'Revocar CRM' }).click()
    await admin.getByLabel('Escribe «CRM» para confirmar').fill('crm')
    await admin.getByRole('button', { name: 'Revocar', exact: true }).click()
    await admin.getByText('El nombre no es igual.').waitFor()
    await admin.getByLabel('Escribe «CRM» para confirmar').fill('CRM')
    await admin.getByRole('button', { name: 'Revocar', exact: true }).click()
    await admin.locator('[data-key=CRM]', { hasText: 'Revocada' }).waitFor()
    await eventually(async () => expect((await send()).status).toBe(401))
  }, 60_000)

  test('CV8: appearance and language hold on the next page, without a flash', async () => {
    await open(admin, '/settings/profile')
    await admin.getByRole('main').getByText('Oscura').click()
    await eventually(async () => {
      const html = await (await admin.request.get(at('/settings/profile'))).text()
      expect(html).toContain('data-theme="dark"')
    })
    for (const [language, title] of [
      ['pt', 'Meu perfil'],
      ['en', 'My profile'],
      ['es', 'Mi perfil'],
    ] as const) {
      await admin.getByRole('main').getByRole('combobox').selectOption(language)
      await admin.getByRole('heading', { name: title }).waitFor()
      expect(await admin.locator('html').getAttribute('lang')).toBe(language)
    }
    await admin.getByRole('main').getByText('Como el sistema').click()
  }, 60_000)

  test('CV8: a page at rest asks for nothing', async () => {
    for (const path of ['/numbers', '/notifications', '/inbox', '/templates']) {
      await open(admin, path)
      await admin.waitForLoadState('networkidle')
      let asked = 0
      const count = () => {
        asked += 1
      }
      admin.on('request', count)
      // Two answers of anything it would ask for in a loop.
      for (let round = 0; round < 2; round++) await admin.request.get(at('/api/numbers'))
      admin.off('request', count)
      expect([path, asked]).toEqual([path, 0])
    }
  }, 60_000)

  test('N6: a paused number is news: the bell counts it live, and it is read', async () => {
    await open(admin, '/numbers')
    await admin.locator('[data-row]').first().click()
    await admin.getByRole('button', { name: 'Pausar' }).click()
    const bell = admin.getByRole('link', { name: /^Avisos/ }).first()
    await bell.getByText('1').waitFor()
    await admin.getByRole('button', { name: 'Activar' }).click()
    await bell.click()
    const news = admin.locator('[data-notification]').first()
    await news.getByText('Número en pausa').waitFor()
    await news.getByRole('button', { name: /Marcar como leído/ }).click()
    await admin.locator('[data-notification][data-read=true]').first().waitFor()
    await news.getByRole('button', { name: /Borrar/ }).click()
    await admin.getByText('No hay avisos').waitFor()
    expect(problems).toEqual([])
  }, 60_000)
})
