/** Files in a browser: a customer's picture is seen in the inbox, an agent's is sent from it. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { eventually, testDemo } from '@palomar/testkit'
import type { Browser, Page } from 'playwright-core'
import type { Demo } from '../../tools/start/demo.ts'
import { openBrowser, openWindow, picture } from '../demo/browser.ts'
import { type GraphProxy, startGraphProxy } from './graph-proxy.ts'

setDefaultTimeout(180_000)

const phoneNumberId = '100000000000001'
const waId = '573001234567'

let proxy: GraphProxy
let demo: Demo
let browser: Browser
let agent: Page
const problems: string[] = []

beforeAll(async () => {
  proxy = startGraphProxy(() => demo.urls.simulator ?? '')
  ;[demo, browser] = await Promise.all([
    testDemo({ dashboard: true }, { env: { media: { GRAPH_BASE_URL: proxy.url } } }),
    openBrowser(),
  ])
  agent = await openWindow(browser, problems)
  const login = demo.logins.find((known) => known.role === 'agent')
  await agent.goto(`${demo.urls.dashboard}/login`)
  await agent.getByLabel('Correo electrónico').fill(login?.email ?? '')
  await agent.getByLabel('Contraseña').fill(login?.password ?? '')
  await agent.getByRole('button', { name: 'Entrar' }).click()
  await agent.waitForURL('**/inbox')
  await agent.locator('[data-live=live]').waitFor()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
  await proxy?.stop()
}, 60_000)

const control = async (what: string, body: unknown) => {
  const response = await fetch(`${demo.urls.simulator}/control/${what}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  expect(response.ok).toBe(true)
}
const sendPicture = () => control('picture', { phone_number_id: phoneNumberId, wa_id: waId })
const inbound = () => agent.locator('[data-direction=inbound] [data-media]')

/** The picture as the browser drew it: a broken one has no size. */
const widthOf = (page: Page, selector: string) =>
  page
    .locator(selector)
    .last()
    .evaluate((image) => (image as HTMLImageElement).naturalWidth)

test("W11: a customer's picture shows its place at once and the picture when it has come, live", async () => {
  proxy.hold()
  await sendPicture()
  await agent.locator('[data-row]').first().click()
  await inbound().last().waitFor()
  expect(await inbound().last().getAttribute('data-media')).toBe('pending')
  const reserved = await inbound().last().boundingBox()
  await picture(agent, 'media-pending')
  proxy.letGo()
  await agent.locator('[data-direction=inbound] [data-media=stored] img').last().waitFor()
  await eventually(async () =>
    expect(await widthOf(agent, '[data-direction=inbound] [data-media] img')).toBe(320),
  )
  // Nothing jumped.
  const shown = await inbound().last().boundingBox()
  expect([shown?.width, shown?.height]).toEqual([reserved?.width, reserved?.height])
  await picture(agent, 'media-stored')
})

test("M17: an agent's picture is attached, seen before it goes, sent with a caption, and arrives as it was", async () => {
  const bytes = Buffer.from(await (await agent.request.get(await firstPicture())).body())
  await agent
    .locator('[data-attach]')
    .setInputFiles({ name: 'casa.png', mimeType: 'image/png', buffer: bytes })
  await agent.locator('[data-attachment=ready]').waitFor()
  await agent.locator('#composer').fill('Su casa nueva')
  await picture(agent, 'media-attached')
  await agent.getByRole('button', { name: 'Enviar' }).click()
  const bubble = agent.locator('[data-direction=outbound]', { hasText: 'Su casa nueva' })
  await bubble.locator('img').waitFor()
  await eventually(
    async () =>
      expect(await bubble.locator('[data-state]').getAttribute('data-state')).toMatch(/delivered|read/),
    {
      timeoutMs: 60_000,
    },
  )
  expect(await agent.locator('[data-attachment]').count()).toBe(0)
  await picture(agent, 'media-sent')
  const chat = (await (
    await fetch(`${demo.urls.simulator}/control/chat?phone_number_id=${phoneNumberId}&wa_id=${waId}`)
  ).json()) as { messages: { content: { id?: string; caption?: string } }[] }
  const got = chat.messages.find(({ content }) => content.caption === 'Su casa nueva')
  const received = await (await fetch(`${demo.urls.simulator}/control/media?id=${got?.content.id}`)).bytes()
  expect(Buffer.from(received).equals(bytes)).toBe(true)
})

async function firstPicture(): Promise<string> {
  const src = await agent
    .locator('[data-direction=inbound] [data-media=stored] img')
    .first()
    .getAttribute('src')
  return `${demo.urls.dashboard}${src}`
}

test('what WhatsApp would not take is said in words before it is sent', async () => {
  const file = (name: string, mimeType: string, buffer: Buffer) => ({ name, mimeType, buffer })
  await agent
    .locator('[data-attach]')
    .setInputFiles([
      file('movimiento.gif', 'image/gif', Buffer.from('GIF89a')),
      file('grande.png', 'image/png', Buffer.alloc(6 * 1024 * 1024)),
      file('vacio.pdf', 'application/pdf', Buffer.alloc(0)),
    ])
  await agent.getByText('WhatsApp no acepta archivos de este tipo').waitFor()
  await agent.getByText('puede tener como máximo 5 MB').waitFor()
  await agent.getByText('vacio.pdf está vacío').waitFor()
  await picture(agent, 'media-refused')
  // One that only claims to be a picture passes the page and is refused by the API.
  await agent.locator('[data-attach]').setInputFiles([file('falsa.png', 'image/png', Buffer.from('no'))])
  await agent.locator('[data-attachment=failed]').waitFor()
  await agent.getByRole('button', { name: 'Quitar falsa.png' }).click()
  expect(await agent.locator('[data-attachment]').count()).toBe(0)
})

test('a file that did not come says so, and comes when it is asked for again', async () => {
  // Three addresses that are over, and a Meta that no longer knows the id: given up.
  proxy.forgetNext(3)
  const before = await inbound().count()
  await sendPicture()
  await eventually(async () => expect(await inbound().count()).toBe(before + 1), { timeoutMs: 30_000 })
  await agent.locator('[data-direction=inbound] [data-media=failed]').waitFor({ timeout: 60_000 })
  await picture(agent, 'media-failed')
  await agent.emulateMedia({ colorScheme: 'dark' })
  await picture(agent, 'media-failed-dark')
  await agent.emulateMedia({ colorScheme: 'light' })
  await agent
    .locator('[data-direction=inbound] [data-media=failed]')
    .getByRole('button', { name: 'Intentar otra vez' })
    .click()
  await eventually(async () => expect(await inbound().last().getAttribute('data-media')).toBe('stored'), {
    timeoutMs: 60_000,
  })
})

test('nothing was logged as an error in the page', () => {
  // The API's refusal of the false picture is the browser's to print.
  expect(problems.filter((line) => !/422|Failed to load resource/.test(line))).toEqual([])
})
