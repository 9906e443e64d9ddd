import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { type Simulator, startSimulator } from '../../simulator/src/index.ts'
import { openBrowser, openWindow } from '../demo/browser.ts'

const phoneNumberId = '100000000000001'
const waId = '573001112233'
let browser: Browser
let simulator: Simulator
const problems: string[] = []

beforeAll(async () => {
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await simulator?.stop()
  await browser?.close()
})
beforeEach(async () => {
  // A page that is still open would rightly say that its simulator has gone.
  await Promise.all(browser.contexts().map((context) => context.close()))
  problems.length = 0
  await simulator?.stop()
  simulator = startSimulator({ settings: { sentMs: 1, deliveredMs: 2 } })
})

async function send(body: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${simulator.url}/v22.0/${phoneNumberId}/messages`, {
    method: 'POST',
    headers: { authorization: 'Bearer simulator-access-token', 'content-type': 'application/json' },
    body: JSON.stringify({ messaging_product: 'whatsapp', to: waId, ...body }),
  })
  expect(response.status).toBe(200)
}

async function openPhone(width = 1280) {
  const phone = await openWindow(browser, problems, width)
  await phone.goto(simulator.url)
  await phone.getByText('Todavía no hay mensajes').waitFor()
  return phone
}

const asked = {
  type: 'interactive',
  interactive: {
    type: 'list',
    body: { text: '¿Qué talla?' },
    action: { button: 'Ver tallas', sections: [{ title: 'Adulto', rows: [{ id: 'm', title: 'Mediana' }] }] },
  },
}

test('M14: the customer writes with Enter, and what the business sends appears by itself', async () => {
  const phone = await openPhone()
  await phone.getByLabel('Escribe un mensaje').fill('hola')
  await phone.getByLabel('Escribe un mensaje').press('Enter')
  await phone.locator('[data-from=customer]', { hasText: 'hola' }).waitFor()
  await send({ type: 'text', text: { body: '¡Buenas! <b>no soy HTML</b>' } })
  await phone.locator('[data-from=business]', { hasText: '<b>no soy HTML</b>' }).waitFor()
  expect(simulator.control.counters()).toMatchObject({ inbound: 1, accepted: 1 })
  expect(problems).toEqual([])
}, 60_000)

test('M16: a template is shown filled in, and a tap on its button answers it', async () => {
  const phone = await openPhone()
  const parameters = [
    { type: 'text', text: 'Lucía' },
    { type: 'text', text: 'lunes' },
  ]
  const template = {
    name: 'confirmar_cita',
    language: { code: 'es' },
    components: [{ type: 'body', parameters }],
  }
  await send({ type: 'template', template })
  await phone.locator('[data-from=business]', { hasText: 'Hola Lucía, te esperamos el lunes.' }).waitFor()
  await phone.getByRole('button', { name: 'Sí, ahí estaré' }).click()
  await phone.locator('[data-from=customer]', { hasText: 'Sí, ahí estaré' }).waitFor()
  expect(problems).toEqual([])
}, 60_000)

test('M18: a list opens as a sheet, Escape closes it, a row answers', async () => {
  const phone = await openPhone(360)
  simulator.control.write({ phoneNumberId, waId, text: 'hola' })
  await send(asked)
  await phone.getByRole('button', { name: 'Ver tallas' }).click()
  await phone.keyboard.press('Escape')
  await phone.getByRole('dialog').waitFor({ state: 'hidden' })
  await phone.getByRole('button', { name: 'Ver tallas' }).click()
  await phone.getByRole('button', { name: 'Mediana' }).click()
  await phone.locator('[data-from=customer]', { hasText: 'Mediana' }).waitFor()
  expect(problems).toEqual([])
}, 60_000)

test('M18: a picture, a place and a contact go from the sheet', async () => {
  const phone = await openPhone()
  for (const [choice, shown] of [
    ['Una foto', 'img'],
    ['Una ubicación', ':text("Plaza de Bolívar")'],
    ['Un contacto', ':text("Tomás Ríos")'],
  ] as const) {
    await phone.getByRole('button', { name: 'Adjuntar' }).click()
    await phone.getByRole('button', { name: choice }).click()
    await phone.locator(`[data-from=customer] ${shown}`).waitFor()
  }
  expect(problems).toEqual([])
}, 60_000)

test('the page speaks three languages and remembers which', async () => {
  const phone = await openPhone()
  await phone.getByLabel('Idioma / Language').selectOption('pt')
  await phone.getByText('Ainda não há mensagens').waitFor()
  await phone.reload()
  await phone.getByRole('heading', { name: 'Telefone virtual' }).waitFor()
  await phone.getByLabel('Idioma / Language').selectOption('en')
  await phone.getByText('No messages yet').waitFor()
  expect(await phone.locator('html').getAttribute('lang')).toBe('en')
  expect(problems).toEqual([])
}, 60_000)

test('a new customer is made, and a switched-off phone holds its messages back', async () => {
  const phone = await openPhone()
  await phone.getByText('Otro cliente').click()
  await phone.getByRole('textbox', { name: 'Nombre' }).fill('Rosa')
  await phone.getByLabel('Teléfono con código de país').fill('+57 300 999 8877')
  await phone.getByRole('button', { name: 'Añadir cliente' }).click()
  await phone.getByLabel('Tiene el teléfono encendido').uncheck()
  await send({
    to: '573009998877',
    type: 'template',
    template: { name: 'hello_world', language: { code: 'en_US' } },
  })
  await phone.getByText('Todavía no hay mensajes').waitFor()
  await phone.getByLabel('Tiene el teléfono encendido').check()
  await phone.locator('[data-from=business]', { hasText: 'Hello World' }).waitFor()
  expect(problems).toEqual([])
}, 60_000)

test.each([360, 800, 1280])(
  'at %d px nothing runs over the edge, in either theme',
  async (width) => {
    const phone = await openPhone(width)
    simulator.control.write({ phoneNumberId, waId, text: 'x'.repeat(400) })
    await send(asked)
    await phone.getByText('Números sin dueño').click()
    await phone.getByText('Provocar problemas').click()
    for (const colorScheme of ['light', 'dark'] as const) {
      await phone.emulateMedia({ colorScheme })
      const [content, window] = await phone.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
      expect(content).toBeLessThanOrEqual(window ?? 0)
    }
    expect(problems).toEqual([])
  },
  60_000,
)

test('the customer calls the business and hangs up, and takes a call of the business; the chat keeps a line of each', async () => {
  const phone = await openPhone()
  const icon = phone.getByRole('button', { name: 'Llamar a Palomar Demo' })
  await icon.focus()
  await icon.press('Enter')
  await phone.locator('#call-bar', { hasText: 'Llamando…' }).waitFor()
  expect(await icon.getAttribute('title')).toBe('Ya hay una llamada.')
  await phone.getByRole('button', { name: 'Colgar' }).press('Enter')
  await phone.locator('[data-call]', { hasText: 'Llamada · sin respuesta' }).waitFor()
  await send({ type: 'text', text: { body: 'Vimos tu llamada' } })
  await phone.locator('[data-from=business]', { hasText: 'Vimos tu llamada' }).waitFor()
  simulator.control.calls.permit(phoneNumberId, waId, 'temporary')
  const response = await fetch(`${simulator.url}/v24.0/${phoneNumberId}/calls`, {
    method: 'POST',
    headers: { authorization: 'Bearer simulator-access-token' },
    body: JSON.stringify({
      messaging_product: 'whatsapp',
      to: waId,
      action: 'connect',
      session: { sdp_type: 'offer', sdp: 'v=0' },
    }),
  })
  expect(response.status).toBe(200)
  await phone.locator('#call-bar', { hasText: 'Llamada entrante' }).waitFor()
  await phone.getByRole('button', { name: 'Contestar' }).click()
  await phone.locator('#call-bar', { hasText: 'En llamada' }).waitFor()
  await phone.getByRole('button', { name: 'Colgar' }).click()
  await phone.locator('[data-call]', { hasText: 'Llamada de la empresa · 00:0' }).waitFor()
  expect(problems).toEqual([])
}, 60_000)
