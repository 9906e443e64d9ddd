import { expect, test } from 'bun:test'
import { errorOf, hello } from '../harness.ts'
import { expectAllUnderstood } from '../still-world.ts'
import { beatriz, last, lucia, makeGroup, martin, phoneNumberId, product, toGroup } from './made.ts'

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
  expect((await remove(Array.from({ length: 9 }, (_, n) => ({ user: `57300300000${n}` })))).error?.code).toBe(
    131204,
  )
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
