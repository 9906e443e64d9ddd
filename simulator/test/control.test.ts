import { expect, test } from 'bun:test'
import { createGraphClient } from '@palomar/cloud-api'
import { eventually } from '@palomar/testkit'
import { demo, hello, startWorld, wamidOf } from './harness.ts'

const { phoneNumberId, customer: waId } = demo

async function ask(url: string, path: string, body?: unknown) {
  const response = await fetch(`${url}/control/${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
  return { status: response.status, json: (await response.json()) as Record<string, unknown> }
}

test('the overview has the numbers that nobody has claimed, with all that a company needs to add one', async () => {
  const { url } = startWorld()
  const { json } = await ask(url, 'overview')
  const numbers = json.numbers as Record<string, unknown>[]
  expect(numbers.filter(({ claimed }) => claimed)).toHaveLength(1)
  expect(numbers.find(({ phone_number_id }) => phone_number_id === '100000000000004')).toEqual({
    phone_number_id: '100000000000004',
    display_phone_number: '+52 55 5000 0004',
    verified_name: 'Clínica Norte',
    waba_id: '200000000000004',
    business_id: '300000000000004',
    app_id: '400000000000002',
    token: 'sim-token-clinica-norte',
    claimed: false,
    throughput: 80,
    quality: 'GREEN',
    standing: 'good',
    official: false,
  })
  expect(json.apps).toMatchObject([
    { slug: 'default', secret: 'simulator-app-secret' },
    { slug: 'clinica', secret: 'sim-secret-clinica-norte-0123456' },
  ])
})

test('each unclaimed number can send with its own token, from an account with its own templates', async () => {
  const world = startWorld()
  const { json } = await ask(world.url, 'overview')
  for (const number of json.numbers as { phone_number_id: string; token: string; waba_id: string }[]) {
    const sent = await world.send(hello, { phoneNumberId: number.phone_number_id, token: number.token })
    expect(wamidOf(sent)).toStartWith('wamid.')
    const client = createGraphClient({ baseUrl: world.url })
    const listing = await client.listTemplates({
      wabaId: number.waba_id,
      token: number.token,
      version: 22,
      deadlineMs: 5_000,
    })
    expect(listing.ok && listing.templates.map(({ name, language }) => `${name} ${language}`)).toContain(
      'pedido_pronto pt_BR',
    )
    client.close()
  }
})

test('over HTTP: a customer writes, looks and changes; the ledger and the counters tell', async () => {
  const world = startWorld()
  expect(
    await ask(world.url, 'write', {
      phone_number_id: phoneNumberId,
      wa_id: '57 300 999 0000',
      text: 'hola',
      name: 'Rosa',
    }),
  ).toMatchObject({
    status: 200,
    json: { wamid: expect.stringMatching(/^wamid\./) },
  })
  expect(
    (await ask(world.url, 'look', { phone_number_id: phoneNumberId, wa_id: waId, open: true })).status,
  ).toBe(200)
  expect(await ask(world.url, 'customers', { wa_id: '573009990000', offline: true })).toMatchObject({
    json: { name: 'Rosa', offline: true, on_whatsapp: true },
  })
  await world.untilStatus(wamidOf(await world.send({ ...hello, biz_opaque_callback_data: 'e' })), 'read')
  const lines = (await (await fetch(`${world.url}/control/accepted`)).text()).trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { echo: string }).echo)).toEqual(['e'])
  await eventually(async () => {
    const { json } = await ask(world.url, 'counters')
    expect(json).toMatchObject({ requests: 1, accepted: 1, inbound: 1, statuses: 3, pending_webhooks: 0 })
  })
  expect((await ask(world.url, 'lag')).json).toHaveProperty('seconds')
})

test('over HTTP: settings, faults, numbers, templates and apps change, and say what they are', async () => {
  const { url } = startWorld()
  expect((await ask(url, 'settings', { latencyMs: 7, readMs: 9 })).json).toMatchObject({
    latencyMs: 7,
    readMs: 9,
  })
  expect((await ask(url, 'faults', { noStatus: 0.5 })).json).toMatchObject({ noStatus: 0.5, hang: 0 })
  expect(
    (await ask(url, 'numbers', { phone_number_id: phoneNumberId, throughput: 1_000 })).json,
  ).toMatchObject({ throughput: 1_000 })
  const template = { waba_id: demo.wabaId, name: 'hello_world', language: 'en_US', status: 'PAUSED' }
  expect((await ask(url, 'templates', template)).json).toMatchObject({ status: 'PAUSED' })
  expect(
    (await ask(url, 'apps', { app: 'clinica', webhook_url: 'http://127.0.0.1:9/x', trust: true })).status,
  ).toBe(200)
  expect((await (await fetch(`${url}/control/apps`)).json()) as unknown).toMatchObject([
    {},
    { webhookUrl: 'http://127.0.0.1:9/x' },
  ])
})

test.each<[string, unknown]>([
  ['write', {}],
  ['write', { phone_number_id: '7', wa_id: waId, text: 'x' }],
  ['write', { phone_number_id: phoneNumberId, wa_id: 'Ana', text: 'x' }],
  ['write', { phone_number_id: phoneNumberId, wa_id: waId, text: ' ' }],
  ['settings', { latencyMs: -1 }],
  ['settings', { speed: 1 }],
  ['faults', { hang: 2 }],
  ['numbers', { phone_number_id: phoneNumberId, throughput: 0 }],
  ['templates', { waba_id: demo.wabaId, name: 'x', language: 'y', status: 'z' }],
  ['apps', { app: 'nobody' }],
  ['apps', { app: 'default', webhook_url: 'http://127.0.0.1:9/refused' }],
])('%s with %j is refused in words', async (path, body) => {
  const { url } = startWorld()
  const { status, json } = await ask(url, path, body)
  expect(status).toBe(400)
  expect(json.error).toBeString()
})

test('a path that does not exist is said', async () => {
  const { url } = startWorld()
  expect((await ask(url, 'nothing')).status).toBe(404)
})

test('W11: a picture from a customer can be read with the token, for five minutes, and by nobody else', async () => {
  const world = startWorld()
  await ask(world.url, 'picture', { phone_number_id: phoneNumberId, wa_id: waId })
  await eventually(() => expect(world.inbound()).toHaveLength(1))
  const { content } = world.inbound()[0] ?? {}
  if (content?.kind !== 'media') throw new Error('no media')
  const bearer = { headers: { authorization: `Bearer ${demo.token}` } }
  const node = (await (await fetch(`${world.url}/v22.0/${content.media.id}`, bearer)).json()) as {
    url: string
    file_size: number
    sha256: string
  }
  expect(node).toMatchObject({ mime_type: 'image/png', id: content.media.id })
  const bytes = new Uint8Array(await (await fetch(node.url, bearer)).arrayBuffer())
  expect(bytes).toHaveLength(node.file_size)
  expect(new Bun.CryptoHasher('sha256').update(bytes).digest('hex')).toBe(node.sha256)
  expect((await fetch(node.url)).status).toBe(401)
  expect(
    (await fetch(node.url, { headers: { authorization: 'Bearer sim-token-livraria-lua' } })).status,
  ).toBe(404)
  expect((await fetch(node.url.replace(/ext=\d+/, 'ext=1'), bearer)).status).toBe(404)
})

test('M17: a file is uploaded, sent, read and deleted', async () => {
  const world = startWorld()
  const bearer = { authorization: `Bearer ${demo.token}` }
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', 'application/pdf')
  form.set('file', new File(['%PDF'], 'a.pdf', { type: 'application/pdf' }))
  const uploaded = await fetch(`${world.url}/v22.0/${phoneNumberId}/media`, {
    method: 'POST',
    headers: bearer,
    body: form,
  })
  const { id } = (await uploaded.json()) as { id: string }
  world.control.write({ phoneNumberId, waId, text: 'hola' })
  await world.untilStatus(
    wamidOf(await world.send({ type: 'document', document: { id, filename: 'a.pdf' } })),
    'delivered',
  )
  const node = `${world.url}/v22.0/${id}`
  expect(await (await fetch(node, { headers: bearer })).json()).toMatchObject({
    mime_type: 'application/pdf',
    file_size: 4,
  })
  expect(await (await fetch(node, { method: 'DELETE', headers: bearer })).json()).toEqual({ success: true })
  expect((await fetch(node, { headers: bearer })).status).toBe(400)
})

test('TP2: a new template is reviewed, told, sent, and deleted', async () => {
  const world = startWorld({ settings: { reviewMs: 20 } })
  const bearer = { authorization: `Bearer ${demo.token}` }
  const edge = `${world.url}/v22.0/${demo.wabaId}/message_templates`
  const draft = {
    name: 'aviso',
    language: 'es',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Aviso' }],
  }
  const post = (body: unknown) => fetch(edge, { method: 'POST', headers: bearer, body: JSON.stringify(body) })
  expect(await (await post(draft)).json()).toMatchObject({ status: 'PENDING', category: 'UTILITY' })
  expect(await (await post(draft)).json()).toMatchObject({ error: { code: 100, error_subcode: 2388024 } })
  expect(await (await post({ ...draft, name: 'Mal Nombre' })).json()).toMatchObject({ error: { code: 100 } })
  await eventually(() =>
    expect(world.changes()).toMatchObject([{ value: { event: 'APPROVED', message_template_name: 'aviso' } }]),
  )
  const send = { type: 'template', template: { name: 'aviso', language: { code: 'es' } } }
  expect(wamidOf(await world.send(send))).toStartWith('wamid.')
  expect(await (await fetch(`${edge}?name=aviso`, { method: 'DELETE', headers: bearer })).json()).toEqual({
    success: true,
  })
  expect((await world.send(send)) as object).toMatchObject({ status: 404 })
})

test('templates are listed in pages, and by name', async () => {
  const { url } = startWorld()
  const bearer = { headers: { authorization: `Bearer ${demo.token}` } }
  const edge = `${url}/v22.0/${demo.wabaId}/message_templates`
  const seen: string[] = []
  let next: string | undefined = `${edge}?limit=3`
  while (next) {
    const page = (await (await fetch(next, bearer)).json()) as {
      data: { name: string }[]
      paging: { next?: string }
    }
    expect(page.data.length).toBeLessThanOrEqual(3)
    seen.push(...page.data.map(({ name }) => name))
    next = page.paging.next
  }
  expect(new Set(seen).size).toBe(7)
  expect(await (await fetch(`${edge}?name=hello_world`, bearer)).json()).toMatchObject({
    data: [{ language: 'en_US' }],
  })
})

test('the page comes with all it needs and asks nobody else', async () => {
  const { url } = startWorld()
  const html = await (await fetch(url)).text()
  const own = [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
    .map((match) => match[1] ?? '')
    .filter((address) => !address.startsWith('data:'))
  expect(own.length).toBeGreaterThanOrEqual(2)
  for (const address of own) {
    expect(address).not.toMatch(/^(https?:)?\/\//)
    expect((await fetch(new URL(address, url))).status).toBe(200)
  }
})

test('the page hears which chat has changed', async () => {
  const world = startWorld()
  const feed = await fetch(`${world.url}/control/feed`)
  const reader = (feed.body as ReadableStream<Uint8Array>).getReader()
  world.control.write({ phoneNumberId, waId, text: 'hola' })
  let heard = ''
  while (!heard.includes('data:')) heard += new TextDecoder().decode((await reader.read()).value)
  expect(heard).toContain(JSON.stringify({ chats: [`${phoneNumberId}/${waId}`] }))
  await reader.cancel()
})
