import { describe, expect, test } from 'bun:test'
import { samplePicture } from '../src/world/media.ts'
import { demo, errorOf, hello, text, type World, wamidOf } from './harness.ts'
import { expectAllUnderstood, type Graph, newYear, startStillWorld, valuesOf } from './still-world.ts'

const { phoneNumberId, customer: lucia } = demo
const martin = '5491156384310'
const beatriz = '553180000011'
const product = { messaging_product: 'whatsapp' }

const groupIn = (value: Record<string, unknown> | undefined) =>
  ((value?.groups as Record<string, unknown>[] | undefined) ?? [])[0] ?? {}
const last = (world: World, field: string) => groupIn(valuesOf(world, field).at(-1))
const statusesIn = (world: World) =>
  valuesOf(world, 'messages').filter(({ statuses }) => statuses !== undefined)

interface Made {
  world: World
  graph: Graph
  id: string
  link: string
  requestId: string
}

/** A group, as its webhook told of it, with some people in it. */
async function makeGroup(about: Record<string, unknown> = {}, people: string[] = []): Promise<Made> {
  const { world, graph } = startStillWorld()
  const answer = await graph('POST', `${phoneNumberId}/groups`, { ...product, subject: 'Equipo', ...about })
  await world.control.advance(1_000)
  const { group_id: id, invite_link: link } = last(world, 'group_lifecycle_update') as Record<string, string>
  if (!id || !link) throw new Error(`no group: ${JSON.stringify(answer)}`)
  for (const waId of people) world.control.groups.join(link, waId)
  await world.control.advance(100)
  return { world, graph, id, link, requestId: String(answer.json.request_id) }
}

const toGroup = (id: string, body: Record<string, unknown> = text) => ({
  recipient_type: 'group',
  to: id,
  ...body,
})

describe('the life of a group', () => {
  test('its making answers a request’s id; the group’s id and the link come by webhook', async () => {
    const about = { description: 'Todos', join_approval_mode: 'approval_required' }
    const { world, graph, id, link, requestId } = await makeGroup(about)
    expect(last(world, 'group_lifecycle_update')).toEqual({
      timestamp: String(newYear / 1000),
      type: 'group_create',
      request_id: requestId,
      group_id: id,
      subject: 'Equipo',
      description: 'Todos',
      invite_link: link,
      join_approval_mode: 'approval_required',
    })
    expect(atob(id)).toStartWith('capi_group:573000000001:')
    expect((await graph('GET', id)).json).toEqual({
      ...product,
      id,
      subject: 'Equipo',
      creation_timestamp: String(newYear / 1000),
      suspended: false,
      description: 'Todos',
      total_participant_count: 0,
      participants: [],
      join_approval_mode: 'approval_required',
    })
    expect((await graph('GET', `${id}?fields=subject`)).json).toEqual({ ...product, id, subject: 'Equipo' })
    expectAllUnderstood(world)
  })

  test('what cannot be a group is refused with Meta’s code', async () => {
    const { world, graph } = startStillWorld()
    const make = async (body: Record<string, unknown>, number = phoneNumberId, token = demo.token) =>
      (await graph('POST', `${number}/groups`, { ...product, ...body }, token)).error?.code
    expect(await make({})).toBe(131008)
    expect(await make({ subject: 'x'.repeat(129) })).toBe(100)
    expect(await make({ subject: 'x', description: 'x'.repeat(2049) })).toBe(100)
    expect(await make({ subject: 'x', join_approval_mode: 'whenever' })).toBe(100)
    expect(await make({ subject: 'x', messaging_product: 'sms' })).toBe(100)
    // Only official business accounts have groups.
    expect(await make({ subject: 'x' }, '100000000000002', 'sim-token-panaderia-sol')).toBe(131215)
    world.control.number('100000000000002', { isOfficial: true })
    expect(await make({ subject: 'x' }, '100000000000002', 'sim-token-panaderia-sol')).toBeUndefined()
    expect(await make({ subject: 'x' }, '100000000000002')).toBe(100)
    world.control.settings({ groupCreationDisabled: true })
    expect(await make({ subject: 'x' })).toBe(131214)
    world.control.settings({ groupCreationDisabled: false, groupsMax: 0 })
    expect(await make({ subject: 'x' })).toBe(131211)
    world.control.settings({ groupFailures: 'webhook' })
    expect(await make({ subject: 'x' })).toBeUndefined()
    await world.control.advance(1_000)
    expect(last(world, 'group_lifecycle_update')).toMatchObject({ errors: [{ code: 131211 }] })
    world.control.settings({ groupsMax: 10_000, groupRequestsPerMinuteMax: 1 })
    await world.control.advance(60_000)
    expect(await make({ subject: 'x' })).toBeUndefined()
    expect(await make({ subject: 'x' })).toBe(131208)
    expectAllUnderstood(world)
  })

  test('a number’s groups are listed in pages, in Meta’s shape or in the plain one that pywa reads', async () => {
    const { world, graph } = startStillWorld()
    for (const subject of ['a', 'b', 'c'])
      await graph('POST', `${phoneNumberId}/groups`, { ...product, subject })
    await world.control.advance(1_000)
    const list = async (query: string) =>
      (await graph('GET', `${phoneNumberId}/groups?${query}`)).json as {
        data: { groups: { subject: string; created_at: string }[] }
        paging: { cursors: { after: string } }
      }
    const first = await list('limit=2')
    expect(first.data.groups).toMatchObject([
      { subject: 'a', created_at: expect.any(String) },
      { subject: 'b' },
    ])
    const second = await list(`limit=2&after=${first.paging.cursors.after}`)
    expect(second.data.groups.map(({ subject }) => subject)).toEqual(['c'])
    const wrong = await graph('GET', `${phoneNumberId}/groups?after=nonsense`)
    expect(wrong.error?.code).toBe(131059)
    world.control.settings({ groupList: 'plain' })
    expect((await graph('GET', `${phoneNumberId}/groups?limit=1`)).json.data).toMatchObject([
      { subject: 'a', total_participant_count: 0, participants: [] },
    ])
  })

  test('subject, description and picture change, each told by itself; a wrong picture has its code', async () => {
    const { world, graph, id } = await makeGroup()
    const change = (picture: Uint8Array) => {
      const form = new FormData()
      form.set('messaging_product', 'whatsapp')
      form.set('subject', ' Obras ')
      form.set('description', 'De la calle 5')
      form.set('profile_picture_file', new Blob([Uint8Array.from(picture)]), 'p.png')
      return graph('POST', id, form)
    }
    const answer = await change(samplePicture(200, 200))
    await world.control.advance(1_000)
    expect(last(world, 'group_settings_update')).toMatchObject({
      type: 'group_settings_update',
      group_id: id,
      request_id: answer.json.request_id,
      profile_picture: { mime_type: 'image/png', update_successful: true },
      group_subject: { text: 'Obras', update_successful: true },
      group_description: { text: 'De la calle 5', update_successful: true },
    })
    expect((await graph('GET', id)).json).toMatchObject({ subject: 'Obras', description: 'De la calle 5' })
    expect((await change(samplePicture(320, 220))).error?.code).toBe(131209)
    expect((await change(samplePicture(192, 192))).error?.code).toBe(131210)
    expect((await graph('POST', id, { ...product, subject: 'x'.repeat(129) })).error?.code).toBe(100)
    expect((await graph('POST', id, product)).error?.code).toBe(131008)
    world.control.settings({ groupFailures: 'webhook' })
    expect((await change(samplePicture(192, 192))).status).toBe(200)
    await world.control.advance(1_000)
    expect(last(world, 'group_settings_update')).toMatchObject({
      profile_picture: { update_successful: false, errors: [{ code: 131210 }] },
      group_subject: { update_successful: true },
      errors: [{ code: 131210 }],
    })
    expectAllUnderstood(world)
  })

  test('a deleted group is told of, and gone', async () => {
    const { world, graph, id, link } = await makeGroup({}, [lucia])
    const { json } = await graph('DELETE', id)
    await world.control.advance(1_000)
    expect(last(world, 'group_lifecycle_update')).toMatchObject({
      type: 'group_delete',
      group_id: id,
      request_id: json.request_id,
    })
    expect((await graph('GET', id)).error?.code).toBe(131041)
    expect((await graph('GET', 'Y2FwaV9ncm91cDox')).error?.code).toBe(100)
    expect(errorOf(await world.send(toGroup(id, hello)))).toMatchObject({ code: 131041 })
    expect(() => world.control.groups.join(link, martin)).toThrow('leads to no group')
    expectAllUnderstood(world)
  })

  test('a suspended group takes nothing (131207) until that is cleared, and the business hears of both', async () => {
    const { world, graph, id, link } = await makeGroup({}, [lucia])
    world.control.groups.suspend(id, true)
    await world.control.advance(10)
    expect(last(world, 'group_status_update')).toMatchObject({ type: 'group_suspend', group_id: id })
    expect(errorOf(await world.send(toGroup(id, hello)))).toMatchObject({ code: 131207, status: 403 })
    for (const [method, path] of [
      ['POST', id],
      ['POST', `${id}/invite_link`],
      ['DELETE', `${id}/participants`],
      ['POST', `${id}/join_requests`],
    ] as const)
      expect((await graph(method, path, product)).error?.code).toBe(131207)
    expect((await graph('GET', id)).json).toMatchObject({ suspended: true })
    expect(() => world.control.groups.write({ groupId: id, waId: lucia, text: 'hola' })).toThrow('suspended')
    expect(() => world.control.groups.join(link, martin)).toThrow('leads to no group')
    world.control.groups.suspend(id, false)
    wamidOf(await world.send(toGroup(id, hello)))
    await world.control.advance(10)
    expect(last(world, 'group_status_update')).toMatchObject({ type: 'group_suspend_cleared', group_id: id })
    expectAllUnderstood(world)
  })
})

describe('who is in a group', () => {
  test('people come in by the link alone, up to eight; a reset link leads nowhere', async () => {
    const { world, graph, id, link } = await makeGroup({}, [lucia])
    expect(last(world, 'group_participants_update')).toMatchObject({
      type: 'group_participants_add',
      group_id: id,
      reason: 'invite_link',
      added_participants: [{ wa_id: lucia, user_id: 'CO.8pQ2xV7kLm' }],
    })
    for (let n = 1; n < 8; n++) world.control.groups.join(link, `57300200000${n}`)
    expect(() => world.control.groups.join(link, martin)).toThrow('full: 8 participants')
    expect((await graph('GET', `${id}/invite_link`)).json).toEqual({ ...product, invite_link: link })
    const { json } = await graph('POST', `${id}/invite_link`, product)
    expect(json.invite_link).not.toBe(link)
    expect(() => world.control.groups.join(link, martin)).toThrow('leads to no group')
    expect((await graph('GET', `${id}?fields=participants,total_participant_count`)).json).toMatchObject({
      total_participant_count: 8,
      participants: [
        { wa_id: lucia, user_id: 'CO.8pQ2xV7kLm' },
        ...Array(7).fill({ user_id: expect.any(String) }),
      ],
    })
    expectAllUnderstood(world)
  })

  test('with approval they ask first: the business lists, lets in and sends away; who asked may take it back', async () => {
    const { world, graph, id, link } = await makeGroup({ join_approval_mode: 'approval_required' })
    const [first = '', second = '', third = ''] = [lucia, martin, beatriz].map((waId) =>
      world.control.groups.join(link, waId),
    )
    await world.control.advance(10)
    expect(last(world, 'group_participants_update')).toMatchObject({
      type: 'group_join_request_created',
      join_request_id: third,
      wa_id: beatriz,
      user_id: 'BR.6yH1jF4sDq',
    })
    world.control.groups.cancel(id, beatriz)
    await world.control.advance(10)
    expect(last(world, 'group_participants_update')).toMatchObject({
      type: 'group_join_request_revoked',
      join_request_id: third,
    })
    expect((await graph('GET', `${id}/join_requests`)).json).toMatchObject({
      data: [
        { join_request_id: first, wa_id: lucia, creation_timestamp: expect.any(String) },
        { join_request_id: second, wa_id: martin },
      ],
      paging: { cursors: { before: expect.any(String), after: expect.any(String) } },
    })
    const both = { ...product, join_requests: [first, third] }
    const approved = await graph('POST', `${id}/join_requests`, both)
    expect(approved.status).toBe(206)
    expect(approved.json).toMatchObject({
      ...product,
      approved_join_requests: [first],
      failed_join_requests: [{ join_request_id: third, errors: [{ code: 131213 }] }],
      errors: [{ code: 131201 }],
    })
    expect(
      (await graph('DELETE', `${id}/join_requests`, { ...product, join_requests: [second] })).json,
    ).toEqual({
      ...product,
      rejected_join_requests: [second],
    })
    expect(
      (await graph('POST', `${id}/join_requests`, { ...product, join_requests: ['x'] })).json,
    ).toMatchObject({
      errors: [{ code: 131213 }],
    })
    await world.control.advance(1_000)
    expect(last(world, 'group_participants_update')).toMatchObject({
      type: 'group_participants_add',
      added_participants: [{ input: lucia, wa_id: lucia }],
    })
    expect(world.control.groups.list(phoneNumberId)).toMatchObject([
      { participants: [lucia], join_requests: [] },
    ])
    expectAllUnderstood(world)
  })

  test('the business puts participants out, by phone or user id, and is told who was not there; others go by themselves', async () => {
    const { world, graph, id } = await makeGroup({}, [lucia, martin, beatriz])
    const remove = (participants: unknown[]) =>
      graph('DELETE', `${id}/participants`, { ...product, participants })
    const { json } = await remove([{ user: lucia }, { user_id: 'AR.3nB5cT9wRz' }, { user: '573009998877' }])
    await world.control.advance(1_000)
    expect(last(world, 'group_participants_update')).toMatchObject({
      type: 'group_participants_remove',
      request_id: json.request_id,
      initiated_by: 'business',
      removed_participants: [{ input: lucia }, { input: 'AR.3nB5cT9wRz' }],
      failed_participants: [{ input: '573009998877', errors: [{ code: 131212 }] }],
      errors: [{ code: 131201 }],
    })
    expect((await remove([{ user: beatriz }, { user: `+${beatriz}` }])).error?.code).toBe(131202)
    expect(
      (await remove(Array.from({ length: 9 }, (_, n) => ({ user: `57300300000${n}` })))).error?.code,
    ).toBe(131204)
    expect((await remove([])).error?.code).toBe(131008)
    expect((await remove([{}])).error?.code).toBe(100)
    world.control.groups.leave(id, beatriz)
    await world.control.advance(10)
    expect(last(world, 'group_participants_update')).toMatchObject({
      initiated_by: 'participant',
      removed_participants: [{ wa_id: beatriz, user_id: 'BR.6yH1jF4sDq' }],
    })
    expect(errorOf(await world.send(toGroup(id, hello)))).toMatchObject({ code: 131020 })
    expectAllUnderstood(world)
  })
})

describe('messages in a group', () => {
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
    expect((await graph('POST', `${phoneNumberId}/messages`, { ...read, message_id: first })).status).toBe(
      200,
    )
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
})
