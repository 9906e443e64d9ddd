import { afterEach, describe, expect, test } from 'bun:test'
import { samplePicture } from '../../src/world/media.ts'
import { makeGroup, toGroup } from '../groups/made.ts'
import { errorOf, type World, wamidOf } from '../harness.ts'
import { customer, expectUnderstood, phoneNumberId, startPeople, statusesOf } from '../people/rig.ts'

const second = 1_000
const picture = samplePicture(8, 8)
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A web server of the company's, and what was asked of it. */
function startSite() {
  const asked: string[] = []
  const held = Promise.withResolvers<void>()
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      asked.push(pathname + search)
      const file = (type: string, bytes: Uint8Array<ArrayBuffer>) =>
        new Response(bytes, { headers: { 'content-type': type } })
      if (pathname === '/a.png') return file('image/png', new Uint8Array(picture))
      if (pathname === '/held.png') return held.promise.then(() => file('image/png', new Uint8Array(picture)))
      if (pathname === '/large.png') return file('image/png', new Uint8Array(5 * 1024 * 1024 + 1))
      if (pathname === '/page.html') return file('text/html', new Uint8Array(9))
      if (pathname === '/silence') return new Promise<Response>(() => {})
      if (pathname === '/moved') return Response.redirect('/a.png', 302)
      if (pathname === '/abroad') return Response.redirect('https://example.com/a.png', 302)
      if (pathname === '/round') return Response.redirect('/round', 302)
      return new Response('', { status: 404 })
    },
  })
  closers.push(() => server.stop(true))
  return { url: `http://127.0.0.1:${server.port}`, asked, release: () => held.resolve() }
}

/** With an open window. */
function startChat(settings: Parameters<typeof startPeople>[0] = {}): World {
  const world = startPeople(settings)
  world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
  return world
}

const image = (link: string) => ({ type: 'image', image: { link } })
async function shown(world: World) {
  const query = new URLSearchParams({ phone_number_id: phoneNumberId, wa_id: customer })
  const chat = await (await fetch(`${world.url}/control/chat?${query}`)).json()
  return (chat as { messages: { wamid: string; content: Record<string, unknown> }[] }).messages.at(-1)
}

async function outcome(world: World, body: Record<string, unknown>) {
  const wamid = wamidOf(await world.send(body))
  await world.control.advance(second)
  const [status] = statusesOf(world, wamid)
  const [error] = (status?.errors ?? []) as { code: number; error_data: { details: string } }[]
  return error ? { code: error.code, details: error.error_data.details } : String(status?.status)
}

describe('a link', () => {
  test('M25: is fetched after the answer, and the phone shows its bytes', async () => {
    const [world, site] = [startChat(), startSite()]
    const wamid = wamidOf(await world.send(image(`${site.url}/held.png`)))
    expect(statusesOf(world, wamid)).toEqual([])
    site.release()
    await world.control.advance(second)
    expect(statusesOf(world, wamid).map(({ status }) => status)).toEqual(['sent', 'delivered'])
    const { content } = (await shown(world)) ?? {}
    const bytes = await (await fetch(`${world.url}/control/media?id=${content?.id}`)).arrayBuffer()
    expect(new Uint8Array(bytes)).toEqual(new Uint8Array(picture))
    expectUnderstood(world)
  })

  test('is kept for ten minutes, by its whole URL', async () => {
    const [world, site] = [startChat(), startSite()]
    const send = (query = '') => outcome(world, image(`${site.url}/a.png${query}`))
    for (const query of ['', '', '?2', '']) expect(await send(query)).toBe('sent')
    expect(site.asked).toEqual(['/a.png', '/a.png?2'])
    await world.control.advance(9 * 60_000)
    await send()
    expect(site.asked).toHaveLength(2)
    await world.control.advance(2 * 60_000)
    await send()
    expect(site.asked).toHaveLength(3)
  })

  test('is fetched once for all who name it at once', async () => {
    const [world, site] = [startChat(), startSite()]
    await Promise.all(Array.from({ length: 10 }, () => world.send(image(`${site.url}/held.png`))))
    site.release()
    await world.control.advance(second)
    expect(site.asked).toHaveLength(1)
  })

  test('131053: that is not there, too large, of a wrong type, silent, or goes round in circles fails', async () => {
    const [world, site] = [startChat(), startSite()]
    const details = 'Downloading media from weblink failed with http code 404, status message Not Found'
    expect(await outcome(world, image(`${site.url}/nothing.png`))).toEqual({ code: 131053, details })
    for (const path of ['/large.png', '/page.html', '/round'])
      expect(await outcome(world, image(site.url + path))).toMatchObject({ code: 131053 })
    expect(await outcome(world, image('http://127.0.0.1:1/a.png'))).toMatchObject({ code: 131053 })
    expect(await outcome(world, image(`${site.url}/moved`))).toBe('sent')
    // Short for this one alone: a slow machine may be slower with the others.
    world.control.settings({ linkTimeoutMs: 60 })
    expect(await outcome(world, image(`${site.url}/silence`))).toMatchObject({ code: 131053 })
    world.control.settings({ linkTimeoutMs: 10_000 })
    // The same bytes are good as something else.
    expect(await outcome(world, { type: 'document', document: { link: `${site.url}/large.png` } })).toBe(
      'sent',
    )
    expect(await outcome(world, { type: 'sticker', sticker: { link: `${site.url}/a.png` } })).toMatchObject({
      code: 131053,
    })
    world.control.settings({ linkFailure: '131052' })
    expect(await outcome(world, image(`${site.url}/nothing.png`))).toMatchObject({ code: 131052 })
    expectUnderstood(world)
  })

  test('of another scheme than http and https is refused as it stands', async () => {
    const world = startChat()
    expect(errorOf(await world.send(image('ftp://127.0.0.1/a.png'))).status).toBe(400)
  })

  test('to elsewhere is not fetched: taken for good, or failed, as it is set; by redirect too', async () => {
    const [world, site] = [startChat(), startSite()]
    expect(await outcome(world, image('https://example.com/a.png'))).toBe('sent')
    expect((await shown(world))?.content).toEqual({ link: 'https://example.com/a.png' })
    expect(await outcome(world, image(`${site.url}/abroad`))).toBe('sent')
    world.control.settings({ otherLinks: 'failed' })
    expect(await outcome(world, image('https://example.com/a.png'))).toMatchObject({ code: 131053 })
    world.control.settings({ linkHosts: 'none' })
    expect(await outcome(world, image(`${site.url}/a.png`))).toMatchObject({ code: 131053 })
    expect(site.asked).toEqual(['/abroad'])
  })

  test('in a header, a template and the cards of a carousel is fetched as well', async () => {
    const [world, site] = [startChat(), startSite()]
    const link = (n: number) => `${site.url}/a.png?${n}`
    const header = (n: number) => ({ type: 'image', image: { link: link(n) } })
    const buttons = [{ type: 'reply', reply: { id: '1', title: 'Sí' } }]
    const action = { name: 'cta_url', parameters: { display_text: 'Ver', url: 'https://example.com' } }
    const cards = [2, 3].map((n, card_index) => ({
      card_index,
      type: 'cta_url',
      header: header(n),
      body: { text: 'x' },
      action,
    }))
    const body = { text: 'hola' }
    for (const interactive of [
      { type: 'button', header: header(1), body, action: { buttons } },
      { type: 'carousel', body, action: { cards } },
    ])
      expect(await outcome(world, { type: 'interactive', interactive })).toBe('sent')
    const template = {
      name: 'oferta_foto',
      language: { code: 'es' },
      components: [{ type: 'header', parameters: [header(4)] }],
    }
    await fetch(`${world.url}/v24.0/200000000000001/message_templates`, {
      method: 'POST',
      headers: { authorization: 'Bearer simulator-access-token', 'content-type': 'application/json' },
      body: JSON.stringify({
        name: template.name,
        language: 'es',
        category: 'UTILITY',
        components: [
          { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::x'] } },
          { type: 'BODY', text: 'Hay pan' },
        ],
      }),
    })
    await world.control.advance(10 * second)
    expect(await outcome(world, { type: 'template', template })).toBe('sent')
    expect(site.asked.sort()).toEqual([1, 2, 3, 4].map((n) => `/a.png?${n}`))
    const broken = {
      ...template,
      components: [{ type: 'header', parameters: [{ type: 'image', image: { link: `${site.url}/no` } }] }],
    }
    expect(await outcome(world, { type: 'template', template: broken })).toMatchObject({ code: 131053 })
  })

  test('to a group is fetched as well, and fails it', async () => {
    const site = startSite()
    const { world, id } = await makeGroup({}, [customer])
    world.control.groups.write({ groupId: id, waId: customer, text: 'hola' })
    const outcomeOf = async (path: string) => {
      const wamid = wamidOf(await world.send(toGroup(id, image(site.url + path))))
      await world.control.advance(second)
      return statusesOf(world, wamid).map(({ status }) => status)
    }
    expect(await outcomeOf('/a.png')).toEqual(['sent', 'delivered'])
    expect(await outcomeOf('/nothing.png')).toEqual(['failed'])
  })
})
