import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@palomar/testkit'
import { type Simulator, startSimulator } from '../../simulator/src/index.ts'
import { greatDetail } from './great-detail.ts'
import { kapso } from './kapso.ts'
import { type Program, type SendRow, sendRows, type Target } from './program.ts'
import { startPywa } from './pywa.ts'
import { tableOf } from './table.ts'
import { whatsappApiJs } from './whatsapp-api-js.ts'

const appSecret = 'the app’s secret'
const phoneNumberId = '100000000000001'
const customer = '573001112233'

const pywa = await startPywa()
const programs: readonly Program[] = [whatsappApiJs, greatDetail, kapso, pywa]

interface Delivered {
  body: Uint8Array
  text: string
  signature: string
}
const delivered: Delivered[] = []
let simulator: Simulator
let target: Target
const sink = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    const body = new Uint8Array(await request.arrayBuffer())
    const signature = request.headers.get('x-hub-signature-256') ?? ''
    delivered.push({ body, text: new TextDecoder().decode(body), signature })
    return new Response()
  },
})

/** The first bytes of a file of each kind: the Cloud API looks at the type it is told. */
const files = {
  image: ['image/png', 'iVBORw0KGgo='],
  video: ['video/mp4', 'AAAAGGZ0eXBtcDQy'],
  audio: ['audio/mpeg', 'SUQzBAAAAAAA'],
  voice: ['audio/ogg; codecs=opus', 'T2dnUwACAAAA'],
  document: ['application/pdf', 'JVBERi0xLjQK'],
  sticker: ['image/webp', 'UklGRhoAAABXRUJQ'],
} as const
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))

async function upload(mimeType: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', mimeType)
  form.set('file', new Blob([bytes], { type: mimeType }), 'archivo')
  const init = { method: 'POST', body: form, headers: { authorization: 'Bearer simulator-access-token' } }
  const answer = await fetch(`${simulator.url}/v24.0/${phoneNumberId}/media`, init)
  return ((await answer.json()) as { id: string }).id
}

beforeAll(async () => {
  const webhookUrl = `http://127.0.0.1:${sink.port}/webhooks/whatsapp`
  simulator = startSimulator({ webhookUrl, appSecret, settings: { rates: false, sentMs: 1, deliveredMs: 2 } })
  const wamid = simulator.control.write({ phoneNumberId, waId: customer, text: 'hola, ¿están?' })
  const media = Object.fromEntries(
    await Promise.all(
      Object.entries(files).map(async ([kind, [mimeType, text]]) => [
        kind,
        await upload(mimeType, bytesOf(text)),
      ]),
    ),
  ) as Target['media']
  const place = { origin: simulator.url, phoneNumberId, wabaId: '200000000000001' }
  target = { ...place, token: 'simulator-access-token', appSecret, customer, wamid, media }
})
afterAll(async () => {
  pywa.stop()
  await simulator?.stop()
  await sink.stop(true)
})

/** What the Cloud API accepted under this wamid: Meta's type, and the kind of an interactive one. */
async function acceptedKind(wamid: string): Promise<string> {
  const row = simulator.control.accepted().find((accepted) => accepted.wamid === wamid)
  if (row?.type !== 'interactive') return row?.type ?? 'nothing'
  const query = new URLSearchParams({ phone_number_id: phoneNumberId, wa_id: customer })
  return eventually(async () => {
    const chat = (await (await fetch(`${simulator.url}/control/chat?${query}`)).json()) as {
      messages: { wamid: string; content?: { type?: string } }[]
    }
    const shown = chat.messages.find((message) => message.wamid === wamid)
    if (!shown) throw new Error('it is not on the phone yet')
    return `interactive/${shown.content?.type}`
  })
}

/** One screen that asks for a name. */
const flowJson = (screen: object): string => {
  const input = { type: 'TextInput', name: 'nombre', label: 'Nombre' }
  const end = { type: 'Footer', label: 'Enviar', 'on-click-action': { name: 'complete', payload: {} } }
  const layout = { type: 'SingleColumnLayout', children: [input, end] }
  return JSON.stringify({ version: '7.1', screens: [{ id: 'CITA', title: 'Cita', layout, ...screen }] })
}

const webhookWith = (text: string): Promise<Delivered> =>
  eventually(() => {
    const found = delivered.find((each) => each.text.includes(text))
    if (!found) throw new Error(`no webhook has ${text}`)
    return found
  })

for (const program of programs) {
  describe(`${program.name} ${program.version}, unchanged`, () => {
    for (const row of Object.keys(program.send) as SendRow[]) {
      test(`M18: sends ${sendRows[row].says}`, async () => {
        const wamid = await program.send[row]?.(target)
        expect(wamid).toStartWith('wamid.')
        expect(await acceptedKind(wamid ?? '')).toBe(sendRows[row].kind)
      })
    }

    test('marks as read', async () => {
      await program.markRead?.(target)
      expect(program.markRead).toBeDefined()
    })
    test('shows that someone is typing', async () => {
      await program.typing?.(target)
      expect(program.typing).toBeDefined()
    })
    test('M17: uploads a file and downloads the same bytes', async () => {
      const file = crypto.getRandomValues(new Uint8Array(70_000))
      const id = (await program.upload?.(target, file, 'image/png')) ?? ''
      expect(await program.download?.(target, id)).toEqual(file)
    })
    if (program.templates) {
      test('lists templates', async () => {
        expect(await program.templates?.(target)).toContain('hello_world')
      })
    }

    if (program.flows) {
      test('makes a Flow, is told what is wrong in it, mends it and publishes it', async () => {
        const [broken, mended] = [flowJson({}), flowJson({ terminal: true })]
        const played = await program.flows?.(target, broken, mended)
        expect(played).toEqual({ problems: ['MISSING_TERMINAL_SCREEN'], status: 'PUBLISHED' })
      })
    }

    test('verifies signatures: right ones pass, wrong ones do not', async () => {
      const { body, signature } = await webhookWith(target.wamid)
      expect(await program.verify?.(target, body, signature)).toBe(true)
      const other = `sha256=${createHmac('sha256', 'another secret').update(body).digest('hex')}`
      expect(await program.verify?.(target, body, other)).toBe(false)
    })
    test('reads a customer’s message and a status', async () => {
      const message = await webhookWith(target.wamid)
      expect(await program.parse?.(target, message.body, message.signature)).toEqual({
        wamid: target.wamid,
        text: 'hola, ¿están?',
      })
      const wamid = (await program.send.text?.(target)) ?? ''
      const status = await webhookWith(wamid)
      const read = await program.parse?.(target, status.body, status.signature)
      expect(read).toEqual({ wamid, status: expect.stringMatching(/^(sent|delivered)$/) })
    })
  })
}

test('docs/compatibility.md shows what these tests have shown', () => {
  const page = readFileSync(join(import.meta.dir, '../../docs/compatibility.md'), 'utf8')
  expect(page).toContain(tableOf(programs))
})
