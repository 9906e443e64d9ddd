import { expect, test } from 'bun:test'
import { errorOf, hello, text, wamidOf } from '../harness.ts'
import { expectAllUnderstood, valuesOf } from '../still-world.ts'
import { last, lucia, makeGroup, martin, phoneNumberId, product, statusesIn, toGroup } from './made.ts'

test('sent is of the group; delivered and read are one webhook with a status of each participant, at the group’s price', async () => {
  const { world, id } = await makeGroup({}, [lucia, martin])
  world.control.settings({ readMs: 5_000 })
  world.control.groups.write({ groupId: id, waId: martin, text: 'hola a todos' })
  const result = await world.send(toGroup(id, { ...text, biz_opaque_callback_data: 'job-1' }))
  const wamid = wamidOf(result)
  expect(result).toMatchObject({ json: { ...product, contacts: [{ input: id, wa_id: id }] } })
  await world.control.advance(10_000)
  const [sent, delivered, read, ...more] = statusesIn(world)
  expect(more).toEqual([])
  const common = { id: wamid, recipient_id: id, recipient_type: 'group', biz_opaque_callback_data: 'job-1' }
  expect(sent).toMatchObject({ statuses: [{ ...common, status: 'sent' }] })
  expect(sent).not.toHaveProperty('contacts')
  expect(JSON.stringify(sent)).not.toContain('participant')
  const pricing = {
    billable: false,
    pricing_model: 'PMP',
    type: 'free_group_customer_service',
    category: 'group_service',
  }
  const of = (waId: string, userId: string) => ({
    ...common,
    recipient_participant_id: waId,
    recipient_participant_user_id: userId,
  })
  expect(delivered).toMatchObject({
    contacts: [{ wa_id: lucia }, { wa_id: martin }],
    statuses: [
      { ...of(lucia, 'CO.8pQ2xV7kLm'), status: 'delivered', pricing },
      { ...of(martin, 'AR.3nB5cT9wRz'), status: 'delivered', pricing },
    ],
  })
  expect(read).toMatchObject({
    contacts: [{ wa_id: lucia }, { wa_id: martin }],
    statuses: [
      { ...of(lucia, 'CO.8pQ2xV7kLm'), status: 'read' },
      { ...of(martin, 'AR.3nB5cT9wRz'), status: 'read' },
    ],
  })
  // Our own parser knows whose each status is.
  expect(
    world.statuses(wamid).map(({ status, groupId, participant }) => [status, groupId, participant?.waId]),
  ).toEqual([
    ['sent', id, undefined],
    ['delivered', id, lucia],
    ['delivered', id, martin],
    ['read', id, lucia],
    ['read', id, martin],
  ])
  expectAllUnderstood(world)
})

test('a phone that was off gets all at once, and who opens the group reads all: one webhook with several messages', async () => {
  const { world, id } = await makeGroup({}, [lucia, martin])
  world.control.customer(martin, { isOffline: true, tellsRead: false })
  const wamids = [
    wamidOf(await world.send(toGroup(id, hello))),
    wamidOf(await world.send(toGroup(id, hello))),
  ]
  await world.control.advance(1_000)
  expect(statusesIn(world)).toHaveLength(4)
  world.control.customer(martin, { isOffline: false })
  await world.control.advance(10)
  expect(statusesIn(world).at(-1)).toMatchObject({
    contacts: [{ wa_id: martin }],
    statuses: wamids.map((wamid) => ({ id: wamid, status: 'delivered', recipient_participant_id: martin })),
  })
  world.control.groups.look(id, lucia, true)
  world.control.groups.look(id, martin, true)
  await world.control.advance(1_000)
  // Martín keeps to himself what he reads.
  expect(statusesIn(world).slice(5)).toMatchObject([
    { statuses: wamids.map((wamid) => ({ id: wamid, status: 'read', recipient_participant_id: lucia })) },
  ])
  const marketing = world.statuses(wamids[0]).find(({ status }) => status === 'delivered')
  expect(marketing?.pricing).toMatchObject({ type: 'regular', category: 'group_utility' })
  expectAllUnderstood(world)
})

test('what participants write comes with the group’s id, and opens the group’s window alone', async () => {
  const { world, id } = await makeGroup({}, [lucia, martin])
  const closed = wamidOf(await world.send(toGroup(id)))
  await world.control.advance(1_000)
  expect(world.statuses(closed)).toMatchObject([
    { status: 'failed', groupId: id, errors: [{ code: 131047 }] },
  ])
  expect(statusesIn(world).at(-1)).not.toHaveProperty('contacts')
  const wamid = world.control.groups.write({ groupId: id, waId: martin, text: 'hola' })
  await world.control.advance(10)
  expect(world.inbound()).toMatchObject([
    { wamid, groupId: id, from: { waId: martin }, content: { body: 'hola' } },
  ])
  const open = wamidOf(await world.send(toGroup(id)))
  const alone = wamidOf(await world.send({ ...text, to: martin }))
  await world.control.advance(1_000)
  expect(world.statuses(open).map(({ status }) => status)).toContain('delivered')
  expect(world.statuses(alone)).toMatchObject([{ status: 'failed', errors: [{ code: 131047 }] }])
  world.control.settings({ closedWindow: 'answer' })
  await world.control.advance(24 * 3_600_000)
  expect(errorOf(await world.send(toGroup(id)))).toMatchObject({ code: 131047 })
  const poll = { type: 'poll_creation' }
  world.control.groups.write({ groupId: id, waId: lucia, type: 'unsupported', content: poll })
  await world.control.advance(10)
  expect(valuesOf(world, 'messages').at(-1)).toMatchObject({
    messages: [{ group_id: id, type: 'unsupported', errors: [{ code: 130501 }], unsupported: poll }],
  })
  expectAllUnderstood(world)
})

test('each message of a group is marked as read by itself', async () => {
  const { world, graph, id } = await makeGroup({}, [lucia])
  const [first = '', second = ''] = ['uno', 'dos'].map((said) =>
    world.control.groups.write({ groupId: id, waId: lucia, text: said }),
  )
  const read = { ...product, status: 'read', message_id: second }
  expect((await graph('POST', `${phoneNumberId}/messages`, read)).json).toEqual({ success: true })
  const states = () => world.control.groups.list()[0]?.messages.map(({ wamid, state }) => [wamid, state])
  expect(states()).toEqual([
    [first, 'sent'],
    [second, 'read'],
  ])
  expect((await graph('POST', `${phoneNumberId}/messages`, { ...read, message_id: first })).status).toBe(200)
  expect(states()?.map(([, state]) => state)).toEqual(['read', 'read'])
})

test('text, media and templates of these may go to a group; everything else is refused', async () => {
  const { world, id } = await makeGroup({}, [lucia])
  world.control.groups.write({ groupId: id, waId: lucia, text: 'hola' })
  const send = async (body: Record<string, unknown>) => {
    const result = await world.send(toGroup(id, body))
    return result.kind === 'answered' && result.status !== 200 ? errorOf(result).code : 'accepted'
  }
  const link = { link: 'https://example.com/a.png' }
  expect(await send({ type: 'image', image: link })).toBe('accepted')
  expect(await send({ type: 'document', document: link })).toBe('accepted')
  expect(await send(hello)).toBe('accepted')
  const filled = (name: string, text: string) => ({
    type: 'template',
    template: {
      name,
      language: { code: 'es' },
      components: [{ type: 'body', parameters: [{ type: 'text', text }] }],
    },
  })
  const news = wamidOf(await world.send(toGroup(id, filled('novedades', 'Hola'))))
  await world.control.advance(1_000)
  const delivered = world.statuses(news).find(({ status }) => status === 'delivered')
  expect(delivered?.pricing).toMatchObject({ type: 'regular', category: 'group_marketing' })
  expect(await send(filled('codigo_acceso', '482913'))).toBe(131051)
  const buttons = [{ type: 'reply', reply: { id: 'a', title: 'A' } }]
  const interactive = { type: 'button', body: { text: '¿?' }, action: { buttons } }
  expect(await send({ type: 'interactive', interactive })).toBe(131051)
  expect(await send({ type: 'location', location: { latitude: 1, longitude: 2 } })).toBe(131051)
  expect(
    await send({ type: 'contacts', contacts: [{ name: { formatted_name: 'A', first_name: 'A' } }] }),
  ).toBe(131051)
  expect(await send({ type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' } })).toBe(131051)
  expect(errorOf(await world.send(toGroup('Y2FwaV9ncm91cDox', hello)))).toMatchObject({ code: 131041 })
})

test('someone who hides the number is in the group as a user id', async () => {
  const { world, id } = await makeGroup()
  world.control.customer(lucia, { hidesPhone: true })
  const [group] = world.control.groups.list()
  world.control.groups.join(group?.invite_link ?? '', lucia)
  const wamid = wamidOf(await world.send(toGroup(id, hello)))
  await world.control.advance(1_000)
  expect(last(world, 'group_participants_update').added_participants).toEqual([
    { user_id: 'CO.8pQ2xV7kLm', username: expect.any(String) },
  ])
  const delivered = world.statuses(wamid).find(({ status }) => status === 'delivered')
  expect(delivered?.participant).toMatchObject({ userId: 'CO.8pQ2xV7kLm' })
  expect(delivered?.json).not.toHaveProperty('recipient_participant_id')
  expectAllUnderstood(world)
})

test('under /control: a customer joins, writes, looks and leaves', async () => {
  const { world, id, link } = await makeGroup()
  const control = async (name: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const response = await fetch(`${world.url}/control/${name}`, init)
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }
  const who = { group_id: id, wa_id: lucia }
  expect((await control('group_join', { invite_link: link, wa_id: lucia })).json).toEqual({
    join_request_id: null,
  })
  expect((await control('group_write', { ...who, text: 'hola' })).json.wamid).toStartWith('wamid.')
  expect((await control('group_look', { ...who, open: true })).status).toBe(200)
  expect((await control('group_suspend', { group_id: id, suspended: true })).status).toBe(200)
  expect((await control('groups')).json).toMatchObject([
    { group_id: id, suspended: true, participants: [lucia] },
  ])
  expect((await control('group_leave', who)).status).toBe(200)
  expect((await control('group_leave', who)).json.error).toContain('is not in the group')
  expect((await control('group_cancel', who)).status).toBe(400)
})
