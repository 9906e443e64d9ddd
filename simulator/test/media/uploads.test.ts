import { expect, test } from 'bun:test'
import { demo, errorOf, type World, wamidOf } from '../harness.ts'
import { customer, dayMs, graph, other, phoneNumberId, startPeople, statusesOf, wire } from '../people/rig.ts'

const second = 1_000

async function upload(
  world: World,
  type: string,
  bytes: Uint8Array<ArrayBuffer>,
  from = { phoneNumberId, token: demo.token },
) {
  const form = new FormData()
  form.append('messaging_product', 'whatsapp')
  form.append('type', type)
  form.append('file', new File([bytes], 'f', { type }))
  const answer = await fetch(`${world.url}/v24.0/${from.phoneNumberId}/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${from.token}` },
    body: form,
  })
  return ((await answer.json()) as { id: string }).id
}

const startChat = (settings: Parameters<typeof startPeople>[0] = {}): World => {
  const world = startPeople(settings)
  for (const id of [phoneNumberId, other.phoneNumberId])
    world.control.write({ phoneNumberId: id, waId: customer, text: 'hola' })
  return world
}
const png = new Uint8Array(100)
const image = (id: string) => ({ type: 'image', image: { id } })

test('M26: an id that is deleted, over, another number’s or nobody’s cannot be sent: 100, or 131053 by status', async () => {
  const world = startChat()
  const [kept, gone, foreign] = [
    await upload(world, 'image/png', png),
    await upload(world, 'image/png', png),
    await upload(world, 'image/png', png, other),
  ]
  wamidOf(await world.send(image(kept)))
  expect((await graph(world, 'DELETE', gone)).json).toEqual({ success: true })
  for (const id of [gone, foreign, '123'])
    expect(errorOf(await world.send(image(id)))).toMatchObject({ code: 100 })
  world.control.settings({ unknownMedia: 'status' })
  const late = wamidOf(await world.send(image(foreign)))
  await world.control.advance(second)
  expect(statusesOf(world, late)).toMatchObject([{ status: 'failed', errors: [{ code: 131053 }] }])
  world.control.settings({ unknownMedia: 'answer' })
  await world.control.advance(31 * dayMs)
  world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
  expect(errorOf(await world.send(image(kept)))).toMatchObject({ code: 100 })
})

test('131053: a file that is none of the kind it is sent as, or too large for it, fails by status', async () => {
  const world = startChat()
  const webp = (size: number, flags: number) => {
    const bytes = new Uint8Array(size)
    bytes.set(Buffer.from('RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0'))
    bytes[20] = flags
    return bytes
  }
  const speech = new Uint8Array(200)
  speech.set(Buffer.from('OggS'))
  speech.set(Buffer.from('Speex   '), 28)
  const cases: [body: (id: string) => object, id: string, fails: boolean][] = [
    [(id) => ({ type: 'video', video: { id } }), await upload(world, 'image/png', png), true],
    [(id) => ({ type: 'document', document: { id } }), await upload(world, 'image/png', png), false],
    [
      (id) => ({ type: 'sticker', sticker: { id } }),
      await upload(world, 'image/webp', webp(150_000, 0)),
      true,
    ],
    [
      (id) => ({ type: 'sticker', sticker: { id } }),
      await upload(world, 'image/webp', webp(150_000, 2)),
      false,
    ],
    [(id) => ({ type: 'audio', audio: { id } }), await upload(world, 'audio/ogg', speech), true],
    [(id) => ({ type: 'audio', audio: { id } }), await upload(world, 'audio/aac', png), false],
  ]
  for (const [body, id, fails] of cases) {
    const wamid = wamidOf(await world.send(body(id) as Record<string, unknown>))
    await world.control.advance(second)
    const [status] = statusesOf(world, wamid)
    expect(status).toMatchObject(
      fails ? { status: 'failed', errors: [{ code: 131053 }] } : { status: 'sent' },
    )
  }
})

test('a file of a customer lives 7 days, its address 5 minutes and only with a token that opens its number', async () => {
  const world = startChat()
  world.control.writePicture({ phoneNumberId, waId: customer }, world.url)
  await world.control.advance(second)
  const sent = wire(world)
    .flatMap(({ value }) => value.messages ?? [])
    .find(({ type }) => type === 'image') as { image: { id: string; url: string } }
  const { id, url } = sent.image
  const get = async (token: string) =>
    (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status
  expect(await get(demo.token)).toBe(200)
  expect([(await fetch(url)).status, await get(other.token)]).toEqual([401, 404])
  await world.control.advance(5 * 60_000)
  expect(await get(demo.token)).toBe(404)
  expect((await graph(world, 'GET', `${id}?phone_number_id=${phoneNumberId}`)).status).toBe(200)
  expect(
    (await graph(world, 'GET', `${id}?phone_number_id=${other.phoneNumberId}`)).json.error,
  ).toMatchObject({
    code: 100,
    error_subcode: 33,
  })
  expect((await graph(world, 'GET', id, undefined, other.token)).json.error?.code).toBe(100)
  await world.control.advance(7 * dayMs)
  expect((await graph(world, 'GET', id)).json.error).toMatchObject({ code: 100, error_subcode: 33 })
})
