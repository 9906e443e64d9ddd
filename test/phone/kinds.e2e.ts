/** Every kind of message that a business sends, as the virtual phone shows it; docs/virtual-phone.md has the pictures. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@palomar/testkit'
import type { Browser, Page } from 'playwright-core'
import { type Simulator, startSimulator } from '../../simulator/src/index.ts'
import { openBrowser, openWindow } from '../demo/browser.ts'
import { screenshotFolder } from '../demo/config.ts'
import { kinds } from './kinds.ts'

const phoneNumberId = '100000000000001'
const waId = '573001112233'
const docs = join(import.meta.dir, '../../docs')
const problems: string[] = []
let browser: Browser
let simulator: Simulator
let phone: Page

beforeAll(async () => {
  browser = await openBrowser()
  simulator = startSimulator({ settings: { sentMs: 1, deliveredMs: 2, rates: false } })
  simulator.control.write({ phoneNumberId, waId, text: 'hola' })
  phone = await openWindow(browser, problems)
  await phone.goto(simulator.url)
  await phone.locator('[data-from=customer]').waitFor()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await simulator?.stop()
}, 60_000)

async function post(
  path: string,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const response = await fetch(`${simulator.url}/v24.0/${phoneNumberId}/${path}`, {
    method: 'POST',
    body,
    headers: { authorization: 'Bearer simulator-access-token', ...headers },
  })
  const answer = (await response.json()) as Record<string, unknown>
  expect([response.status, answer]).toEqual([200, answer])
  return answer
}

/** A picture that the simulator draws, and bytes that only say what they are. */
async function uploads() {
  const sample = simulator.control.writePicture({ phoneNumberId, waId }, simulator.url)
  const picture = (await chat()).find(({ wamid }) => wamid === sample)?.content.id ?? ''
  const upload = async (type: string): Promise<string> => {
    const form = new FormData()
    form.append('messaging_product', 'whatsapp')
    form.append('type', type)
    form.append('file', new File([new Uint8Array(64)], 'f', { type }))
    return String((await post('media', form)).id)
  }
  const [video, audio, sticker] = [
    await upload('video/mp4'),
    await upload('audio/mpeg'),
    await upload('image/webp'),
  ]
  return { picture, video, audio, sticker }
}

async function chat() {
  const query = new URLSearchParams({ phone_number_id: phoneNumberId, wa_id: waId })
  const { messages } = (await (await fetch(`${simulator.url}/control/chat?${query}`)).json()) as {
    messages: { wamid: string; from: string; state: string; content: { id: string } }[]
  }
  return messages
}

async function send(body: Record<string, unknown>): Promise<string> {
  const whole = JSON.stringify({ messaging_product: 'whatsapp', to: waId, ...body })
  const answer = await post('messages', whole, { 'content-type': 'application/json' })
  return (answer.messages as { id: string }[])[0]?.id ?? ''
}

test('M18: every kind is shown as what it is', async () => {
  const all = kinds(await uploads())
  const wamids: string[] = []
  for (const { body } of all) wamids.push(await send(body))
  // What is read is drawn once more; after that nothing moves.
  await eventually(async () => {
    const states = (await chat()).filter(({ from }) => from === 'business').map(({ state }) => state)
    expect(states).toEqual(all.map(() => 'read'))
  })
  const folder = screenshotFolder()
  if (folder) mkdirSync(join(folder, 'phone'), { recursive: true })
  for (const [index, { name, shows }] of all.entries()) {
    const row = phone.locator('.from-business', { has: phone.locator(`[data-wamid="${wamids[index]}"]`) })
    await row.waitFor()
    for (const text of shows) expect(await row.textContent()).toContain(text)
    if (folder) await row.screenshot({ path: join(folder, 'phone', `${name}.png`) })
  }
  expect(problems).toEqual([])
}, 120_000)

test('the table of docs/virtual-phone.md has them all', () => {
  const page = readFileSync(join(docs, 'virtual-phone.md'), 'utf8')
  for (const { name } of kinds({ picture: '', video: '', audio: '', sticker: '' }))
    expect(page).toContain(`(images/phone/${name}.png)`)
})

test('the customer sends a voice note, comes from an ad, corrects, deletes, fills a form in, shares a place', async () => {
  const choose = async (choice: string) => {
    await phone.getByRole('button', { name: 'Adjuntar' }).click()
    await phone.getByRole('button', { name: choice }).click()
  }
  await choose('Una nota de voz')
  await phone.locator('[data-from=customer] .voice').last().waitFor()
  await choose('Llegar desde un anuncio')
  const own = phone.locator('[data-from=customer]', { hasText: 'Hola, vi su anuncio' })
  await own.waitFor()
  await own.hover()
  await phone.getByRole('button', { name: 'Corregir' }).last().click()
  await phone.getByLabel('Escribe un mensaje').fill('Hola, vi su aviso')
  await phone.getByLabel('Escribe un mensaje').press('Enter')
  await phone.locator('[data-from=customer]', { hasText: 'Hola, vi su aviso' }).getByText('Editado').waitFor()
  await phone.getByRole('button', { name: 'Eliminar para todos' }).last().click()
  await phone.locator('[data-from=customer]').getByText('Se eliminó este mensaje').waitFor()
  await phone.getByRole('button', { name: 'Reservar' }).last().click()
  await phone.locator('dialog').getByLabel('Nombre').fill('Lucía')
  await phone.locator('dialog').getByLabel('Día').fill('2026-12-01')
  await phone.locator('dialog').getByRole('button', { name: 'Enviar' }).click()
  await phone.locator('[data-from=customer]').getByText('"date":"2026-12-01"').waitFor()
  await phone.getByRole('button', { name: /📍/ }).last().click()
  await phone.locator('[data-from=customer]').getByText('Mi casa').waitFor()
  expect(problems).toEqual([])
}, 60_000)

test('a Flow of the account opens with its own screens, one after the other, and answers what they asked', async () => {
  /** As Flow JSON names a value. */
  const ref = (path: string) => `$\{${path}}`
  const footer = (label: string, action: object) => ({ type: 'Footer', label, 'on-click-action': action })
  const screen = (id: string, title: string, ...children: object[]) => ({
    id,
    title,
    layout: { type: 'SingleColumnLayout', children },
  })
  const days = ['lunes', 'martes'].map((day) => ({ id: day, title: `El ${day}` }))
  const first = screen(
    'DIA',
    'Pide tu cita',
    { type: 'TextHeading', text: '¿Qué día te queda bien?' },
    { type: 'Dropdown', name: 'dia', label: 'Día', 'data-source': days },
    footer('Seguir', { name: 'navigate', next: { name: 'FIN' }, payload: { dia: ref('form.dia') } }),
  )
  const last = screen(
    'FIN',
    'Tus datos',
    { type: 'TextBody', text: `Cita para el ${ref('data.dia')}` },
    { type: 'TextInput', name: 'nombre', label: 'Nombre', required: true },
    { type: 'OptIn', name: 'avisos', label: 'Quiero avisos' },
    footer('Pedir', {
      name: 'complete',
      payload: { dia: ref('data.dia'), nombre: ref('form.nombre'), avisos: ref('form.avisos') },
    }),
  )
  const flow_json = JSON.stringify({ version: '7.1', screens: [first, { ...last, terminal: true }] })
  const body = JSON.stringify({ name: 'cita', categories: ['APPOINTMENT_BOOKING'], flow_json, publish: true })
  const headers = { authorization: 'Bearer simulator-access-token', 'content-type': 'application/json' }
  const made = await fetch(`${simulator.url}/v24.0/200000000000001/flows`, { method: 'POST', body, headers })
  const { id } = (await made.json()) as { id: string }
  const parameters = { flow_message_version: '3', flow_id: id, flow_cta: 'Pedir cita', flow_token: 'ficha' }
  const interactive = { type: 'flow', body: { text: '¿Cuándo?' }, action: { name: 'flow', parameters } }
  await send({ type: 'interactive', interactive })
  await phone.getByRole('button', { name: 'Pedir cita' }).last().click()
  const sheet = phone.locator('dialog')
  await sheet.getByText('¿Qué día te queda bien?').waitFor()
  await sheet.getByLabel('Día').selectOption('martes')
  await sheet.getByRole('button', { name: 'Seguir' }).click()
  await sheet.getByText('Cita para el martes').waitFor()
  await sheet.getByLabel('Nombre').fill('Lucía')
  await sheet.getByLabel('Quiero avisos').check()
  const folder = screenshotFolder()
  if (folder) await phone.screenshot({ path: join(folder, 'phone', 'flow-screen.png') })
  await sheet.getByRole('button', { name: 'Pedir', exact: true }).click()
  await phone.locator('[data-from=customer]').getByText('"nombre":"Lucía"').waitFor()
  const answer = (await chat()).at(-1)?.content as { nfm_reply?: { response_json: string } } | undefined
  expect(JSON.parse(answer?.nfm_reply?.response_json ?? '{}')).toEqual({
    flow_token: 'ficha',
    dia: 'martes',
    nombre: 'Lucía',
    avisos: true,
  })
  expect(problems).toEqual([])
}, 60_000)

/** The simulator has heard of the box. */
const untilBlocks = (blocks: boolean) =>
  eventually(() => expect(simulator.control.customer(waId).blocks).toBe(blocks))

test('a customer who blocks gets nothing: 131026', async () => {
  await phone.getByLabel('Acepta mensajes (no bloquea)').uncheck()
  await untilBlocks(true)
  const before = await phone.locator('[data-from=business]').count()
  await send({ type: 'text', text: { body: '¿me lees?' } })
  await phone.getByLabel('Acepta mensajes (no bloquea)').check()
  await untilBlocks(false)
  await send({ type: 'text', text: { body: 'ahora sí' } })
  await phone.locator('[data-from=business]', { hasText: 'ahora sí' }).waitFor()
  expect(await phone.locator('[data-from=business]').count()).toBe(before + 1)
}, 60_000)
