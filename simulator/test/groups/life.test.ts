import { expect, test } from 'bun:test'
import { samplePicture } from '../../src/world/media.ts'
import { demo, errorOf, hello, wamidOf } from '../harness.ts'
import { expectAllUnderstood, newYear, startStillWorld } from '../still-world.ts'
import { last, lucia, makeGroup, martin, phoneNumberId, product, toGroup } from './made.ts'

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
  // A token of another company's: as if there were none.
  expect((await graph('GET', id, undefined, 'sim-token-panaderia-sol')).error?.code).toBe(100)
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
