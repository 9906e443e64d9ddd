import { describe, expect, test } from 'bun:test'
import { faultTables } from '../src/faults.ts'
import { type FaultName, faultNames } from '../src/index.ts'
import { demo, hello, startWorld, text, type World, wamidOf } from './harness.ts'

const virtual = { virtualClockFrom: Date.UTC(2026, 10, 1, 12), settings: { readMs: 100 } }
const { phoneNumberId, customer: waId } = demo
const bodies = (world: World) => world.delivered.map(({ bytes }) => new TextDecoder().decode(bytes))

/** A template under one fault, and what was told of it in a minute. */
async function sendUnder(...faults: FaultName[]) {
  const world = startWorld(virtual)
  world.control.faults(Object.fromEntries(faults.map((name) => [name, 1])))
  const wamid = wamidOf(await world.send({ ...hello, biz_opaque_callback_data: 'e' }))
  await world.control.advance(60_000)
  return { world, wamid, statuses: world.statuses(wamid), words: world.statuses(wamid).map((s) => s.status) }
}

/** A text under some faults: the world, the wamid, and the raw messages that came of it. */
async function writeUnder(...faults: FaultName[]) {
  const world = startWorld(virtual)
  world.control.faults(Object.fromEntries(faults.map((name) => [name, 1])))
  const wamid = world.control.write({ phoneNumberId, waId, text: 'hola' })
  await world.control.advance(60_000)
  // biome-ignore lint/suspicious/noExplicitAny: what comes is of every shape
  const values: any[] = bodies(world)
    .flatMap((body) => JSON.parse(body).entry)
    .flatMap(({ changes }) => changes)
    .map(({ value }) => value)
  return { world, wamid, values, messages: values.flatMap(({ messages = [] }) => messages) }
}

describe('statuses', () => {
  test('delivered comes again after read', async () => {
    expect((await sendUnder('deliveredAfterRead')).words).toEqual(['sent', 'delivered', 'read', 'delivered'])
  })

  test('failed and delivered both come, in either order', async () => {
    const orders = new Set<string>()
    const world = startWorld({ ...virtual, settings: { readMs: null } })
    world.control.faults({ failedAndDelivered: 1 })
    for (let i = 0; i < 12; i++) {
      const wamid = wamidOf(await world.send({ ...hello, to: `57300999880${i}` }))
      await world.control.advance(5_000)
      const words = world.statuses(wamid).map(({ status }) => status)
      expect([...words].sort()).toEqual(['delivered', 'failed', 'sent'])
      orders.add(words.join())
    }
    expect([...orders].sort()).toEqual(['sent,delivered,failed', 'sent,failed,delivered'])
  })

  test.each([
    ['priceOnSent', ['sent']],
    ['priceOnDelivered', ['delivered']],
    ['priceOnRead', ['read']],
    ['withoutPrice', []],
  ] as const)('%s', async (fault, priced) => {
    const { statuses, words } = await sendUnder(fault)
    expect(words).toEqual(['sent', 'delivered', 'read'])
    expect(statuses.filter(({ pricing }) => pricing).map(({ status }) => status)).toEqual([...priced])
  })

  test('an error on sent means nothing; the message goes on', async () => {
    const { statuses } = await sendUnder('sentWithErrors')
    expect(statuses.map(({ status, errors }) => [status, errors?.length ?? 0])).toEqual([
      ['sent', 1],
      ['delivered', 0],
      ['read', 0],
    ])
  })

  test('a status for a message that nobody sent, without an echo', async () => {
    const { world, wamid } = await sendUnder('unknownWamid')
    const strangers = world.statuses().filter((status) => status.wamid !== wamid)
    expect(strangers).toHaveLength(3)
    expect(strangers.some(({ echo }) => echo !== undefined)).toBe(false)
  })

  test('old prices: conversation-based, with a conversation', async () => {
    const { world, statuses } = await sendUnder('legacyPricing')
    expect(statuses[0]?.pricing).toMatchObject({ model: 'CBP', category: 'utility' })
    expect(bodies(world).join()).toContain('"conversation":{"id":"')
  })
})

describe('messages of customers', () => {
  test('contacts without a profile, with an empty name, with a name of every kind of character', async () => {
    const contactOf = async (fault: FaultName) => (await writeUnder(fault)).values[0].contacts[0]
    expect(await contactOf('withoutProfile')).not.toHaveProperty('profile')
    expect((await contactOf('emptyName')).profile.name).toBe('')
    const { name } = (await contactOf('strangeName')).profile
    for (const piece of ['\u0000', '\u202e', '\u0351', '👩‍👩‍👧‍👦']) expect(name).toContain(piece)
  })

  test('texts of every kind of character, and of 4,096', async () => {
    const strange = (await writeUnder('strangeText')).messages[0].text.body
    for (const piece of ['hola ', '\u0000', '\u202e', '\ud83d ', '🇨🇴']) expect(strange).toContain(piece)
    const long = (await writeUnder('longText')).messages[0].text.body
    expect(long).toHaveLength(4_096)
  })

  test('a timestamp as a number, and one of six days ago', async () => {
    expect((await writeUnder('numberTimestamps')).messages[0].timestamp).toBeNumber()
    const { messages, world } = await writeUnder('oldMessage')
    const age = virtual.virtualClockFrom / 1_000 - Number(messages[0].timestamp)
    expect(age).toBe(6 * 86_400)
    expect(world.inbound()[0]?.timestamp).toEqual(new Date(virtual.virtualClockFrom - 6 * 86_400_000))
  })

  test.each([
    ['replyToUnknown', { type: 'text', context: { id: 'wamid.Tk9CT0RZU0VOVFRISVM=' } }],
    ['emptyContext', { type: 'text', context: { forwarded: false, referred_product: {} } }],
    ['unknownType', { type: 'hologram', hologram: { frames: 3 } }],
    ['unknownInteractive', { type: 'interactive', interactive: { type: 'thought_reply' } }],
    ['unsupportedKind', { type: 'unsupported', errors: [{ code: 131051 }] }],
    ['unsupportedHere', { type: 'unsupported', errors: [{ code: 131060 }] }],
    ['unsupportedInGroup', { type: 'unsupported', errors: [{ code: 130501 }] }],
  ] as const)('%s', async (fault, shape) => {
    const { messages, world } = await writeUnder(fault)
    expect(messages[0]).toMatchObject(shape)
    expect(messages[0]).not.toHaveProperty(shape.type === 'text' ? 'errors' : 'text')
    expect(world.inbound()).toHaveLength(1)
  })

  test('interactive without its object, beside an error of the value', async () => {
    const { values } = await writeUnder('interactiveWithoutObject')
    expect(values[0].errors).toMatchObject([{ code: 131000 }])
    expect(values[0].messages[0]).not.toHaveProperty('interactive')
  })

  test.each([
    ['editFirst', ['edit', 'text']],
    ['edited', ['text', 'edit']],
    ['revokeFirst', ['revoke', 'text']],
    ['revoked', ['text', 'revoke']],
  ] as const)('%s', async (fault, types) => {
    const { messages, wamid, world } = await writeUnder(fault)
    expect(messages.map(({ type }) => type)).toEqual([...types])
    const change = messages.find(({ type }) => type !== 'text')
    expect(change[change.type].original_message_id).toBe(wamid)
    expect(world.delivered).toHaveLength(2)
  })

  test.each([
    ['reactionTaken', ['👍🏽', '❤️', undefined]],
    ['reactionEmptied', ['👍🏽', '❤️', '']],
  ] as const)('%s: set, changed and gone, in seconds of their own', async (fault, emoji) => {
    const { world, wamid } = await sendUnder(fault)
    const said = bodies(world)
      .flatMap((body) => JSON.parse(body).entry[0].changes)
      .flatMap(({ value }) => value.messages ?? [])
    expect(said.map(({ reaction }) => reaction.message_id)).toEqual([wamid, wamid, wamid])
    expect(said.map(({ reaction }) => reaction.emoji)).toEqual([...emoji])
    expect(new Set(said.map(({ timestamp }) => timestamp)).size).toBe(3)
  })

  test('a change of a field that nobody knows comes beside the message', async () => {
    const { world } = await writeUnder('unknownField')
    expect(world.changes().map(({ field }) => field)).toEqual(['messages', 'weather_update'])
  })
})

test('whatever happens to messages and statuses, the parser reads every body and knows every item in it', async () => {
  const kept = faultNames.filter((name) => !(name in faultTables.graph) && name !== 'lostWebhook')
  for (const name of kept) {
    const world = startWorld(virtual)
    world.control.faults({ [name]: 1 })
    world.control.write({ phoneNumberId, waId, text: 'hola' })
    await world.send(text)
    await world.control.advance(60_000)
    const unread = world.changes().filter(({ kind }) => kind === 'unreadable')
    expect([name, unread]).toEqual([name, []])
    expect(world.inbound().length).toBeGreaterThan(0)
  }
})
