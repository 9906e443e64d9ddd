import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Bus } from '@palomar/bus'
import { areas, idFromUuid, newId, rolePermissions, uuidOf } from '@palomar/contracts'
import { explain } from '@palomar/db/testing'
import { eventually } from '@palomar/testkit'
import { notificationsPage } from '../src/db/notifications.ts'
import type { Service } from '../src/service.ts'
import { type Rig, rig } from './rig.ts'
import {
  accepted,
  at,
  type Channel,
  companyChanged,
  endpointChanged,
  newChannel,
  numberChanged,
  numberHeld,
  recently,
  stateChanged,
  unmatched,
  type World,
  world,
} from './world.ts'

const usr = newId('user')

describe('what makes one', () => {
  let w: World
  let channel: Channel
  beforeAll(async () => {
    w = await world()
  }, 30_000)
  afterAll(() => w.close())
  beforeEach(() => {
    w.forget()
    channel = newChannel()
  })

  const rows = async () => [
    ...(await w.admin
      .sql`select * from notifications where tenant_id = ${channel.tenant} order by created_at, code`),
  ]
  const frames = () => w.told.frames.filter(({ kind }) => kind === 'notification.created')
  const failed = (id: ReturnType<typeof newId<'message'>>, version = 2, seconds = recently) =>
    stateChanged(channel, { id, version, state: 'failed', errorCode: 131026, seconds })

  test('N2: a person’s own message that failed is told to that person alone, live, with what it means', async () => {
    const id = newId('message')
    await w.tenancy(companyChanged(channel, 1, 'pt'))
    await w.dispatch(accepted(channel, { id, createdBy: usr }), failed(id))
    expect(await rows()).toMatchObject([
      {
        audience: `u:${uuidOf(usr)}`,
        code: 'message_failed',
        type: 'error',
        related_type: 'message',
        related_id: id,
      },
    ])
    const [frame] = frames()
    expect(frame).toMatchObject({ userId: usr, permission: 'conversations:read' })
    expect(JSON.parse(frame?.payloadJson ?? '{}')).toMatchObject({
      user_id: usr,
      code: 'message_failed',
      title: 'Sua mensagem não chegou',
      body: expect.stringMatching(/.{20,}/),
      params: { message_id: id, error_code: 131026 },
      is_read: false,
      related_id: id,
    })
  })

  test('N2: a program’s failed message, and one that is only late, are nobody’s notification', async () => {
    const [program, late] = [newId('message'), newId('message')]
    await w.dispatch(
      accepted(channel, { id: program, createdBy: newId('apiKey') }),
      failed(program),
      accepted(channel, { id: late, createdBy: usr }),
      stateChanged(channel, { id: late, version: 2, state: 'sending', seconds: recently }),
    )
    expect(await rows()).toEqual([])
  })

  test('CONTRACTS 3: a failure is told once: twice, in a later version, in another order, or after it was deleted', async () => {
    const id = newId('message')
    // The failure first: it waits for its message.
    await w.dispatch(failed(id))
    expect(await rows()).toEqual([])
    const acceptance = accepted(channel, { id, createdBy: usr })
    await Promise.all([w.dispatch(acceptance), w.dispatch(acceptance, failed(id))])
    await w.dispatch(failed(id, 3), failed(id, 4))
    expect(await rows()).toHaveLength(1)
    await w.admin.sql`delete from notifications where tenant_id = ${channel.tenant}`
    await w.dispatch(failed(id, 5))
    expect(await rows()).toEqual([])
    expect(frames()).toHaveLength(1)
  })

  test('CONTRACTS 3: what is older than a day reaches nobody, and its fact is not used up', async () => {
    const id = newId('message')
    await w.dispatch(accepted(channel, { id, createdBy: usr }), failed(id, 2, 60))
    expect(await rows()).toEqual([])
    const [row] = await w.admin.sql`select count(*)::int as count from seen where day < ${at(0)}::date`
    expect(row?.count).toBe(0)
  })

  test('N2: a failure that only reached us by its wamid is told too', async () => {
    const id = newId('message')
    await w.dispatch(
      accepted(channel, { id, createdBy: usr }),
      stateChanged(channel, { id, version: 2, state: 'sending', wamids: ['wamid.f'], seconds: recently }),
    )
    await w.dispatch(
      unmatched(channel, { wamid: 'wamid.f', status: 'failed', seconds: recently, errorCode: 131047 }),
    )
    expect(await rows()).toMatchObject([{ code: 'message_failed', params: { error_code: 131047 } }])
  })

  test('N2: a paused number is told to whoever watches numbers, once per pause', async () => {
    await w.tenancy(numberChanged(channel, { version: 1 }), numberChanged(channel, { version: 1 }))
    expect(await rows()).toEqual([])
    const paused = numberChanged(channel, { version: 2, state: 'paused' })
    await w.tenancy(paused)
    await w.tenancy(paused, numberChanged(channel, { version: 3, state: 'paused' }))
    expect(await rows()).toMatchObject([
      {
        audience: 'p:analytics:read',
        code: 'number_paused',
        related_type: 'number',
        related_id: channel.numberId,
        params: { phone: '+573009998877' },
      },
    ])
    expect(frames()).toMatchObject([{ userId: '', permission: 'analytics:read' }])
    await w.tenancy(
      numberChanged(channel, { version: 4 }),
      numberChanged(channel, { version: 5, state: 'paused' }),
    )
    // Of one batch the highest version counts: for us it was never active in between.
    expect(await rows()).toHaveLength(1)
    await w.tenancy(numberChanged(channel, { version: 6 }))
    await w.tenancy(numberChanged(channel, { version: 7, state: 'paused' }))
    expect(await rows()).toHaveLength(2)
  })

  test('N2: a number whose token has expired, or that Meta refuses, is told with its phone and the advice', async () => {
    await w.tenancy(numberChanged(channel, { version: 1 }))
    const expired = numberHeld(channel, 'token', 190)
    await w.dispatch(expired, expired)
    await w.dispatch(expired, numberHeld(channel, 'refused_by_meta', 131031))
    expect((await rows()).map((row) => row.code).sort()).toEqual(['number_refused', 'number_token_expired'])
    for (const { payloadJson } of frames()) expect(JSON.parse(payloadJson).body).toContain('+573009998877')
  })

  test('N2: an endpoint that failed for too long is told; one that people switch is not', async () => {
    const endpointId = newId('webhookEndpoint')
    await w.automation(
      endpointChanged(channel, { endpointId, version: 1, state: 'enabled' }),
      endpointChanged(channel, { endpointId, version: 2, state: 'disabled' }),
      endpointChanged(channel, { endpointId, version: 4, state: 'failing', reason: 'HTTP 500' }),
    )
    expect(await rows()).toMatchObject([
      { audience: 'p:automation:read', code: 'webhook_endpoint_failing', related_id: endpointId },
    ])
    expect(JSON.parse(frames()[0]?.payloadJson ?? '{}').body).toContain('HTTP 500')
  })

  test('what its readers have had for 90 days goes when something new comes, and facts after 35', async () => {
    const old = newId('notification')
    await w.admin.sql`
      insert into notifications (tenant_id, id, audience, type, code, params, created_at)
      values (${channel.tenant}, ${uuidOf(old)}, 'p:analytics:read', 'warning', 'number_paused', '{}', ${at(-90 * 86_400)})`
    await w.admin
      .sql`insert into seen values (now()::date - 36, gen_random_uuid()), (now()::date - 34, gen_random_uuid())`
    await w.tenancy(numberChanged(channel, { version: 1, state: 'paused' }))
    expect((await rows()).map(({ id }) => id)).not.toContain(uuidOf(old))
    const [row] = await w.admin.sql`select count(*)::int as count from seen where day < now()::date - 30`
    expect(row?.count).toBe(1)
  })

  test('CONTRACTS 10: a page walks the index of each audience in its order, at any depth, under the runtime role', async () => {
    await w.admin.sql`
      insert into notifications (tenant_id, id, audience, type, code, params, created_at)
      select ${channel.tenant}, gen_random_uuid(), (array['p:analytics:read', 'p:automation:read', 'u:' || ${uuidOf(usr)}::text,
        'u:other'])[1 + g % 4], 'error', 'x', '{}', ${at(0)}::timestamptz + g * interval '1 second'
      from generate_series(1, 8000) g`
    await w.admin.sql`analyze notifications`
    const reader = {
      tenantId: channel.tenant,
      me: uuidOf(usr),
      audiences: [`u:${uuidOf(usr)}`, 'p:analytics:read'] as const,
    }
    const plan = await explain(w.db, channel.tenant, (tx) =>
      notificationsPage(tx, reader, false, { at: at(900), key: uuidOf(usr) }, 50),
    )
    expect(plan.indexes).toContain('notifications_by_audience')
    expect(plan.seqScans).toEqual([])
    expect(JSON.stringify(plan.root)).toMatch(/"Index Cond":"[^"]*created_at[^"]*</)
  })
})

describe('who sees it', () => {
  let r: Rig
  let service: Service
  let channel: Channel
  let tenancy: Bus
  beforeAll(async () => {
    r = await rig()
    service = await r.start()
    tenancy = await r.bus('tenancy')
  }, 60_000)
  afterAll(() => r.close(), 60_000)

  const supervisor = newId('user')
  const person = (userId: string) => ({ tenantId: channel.tenantId, userId })
  const page = (cursor = '', limit = 50) => ({ page: { limit, cursor }, unreadOnly: false })
  const agent = () => r.notifications(service, person(usr))
  const boss = () => r.notifications(service, person(supervisor), rolePermissions.supervisor)
  const code = (call: Promise<unknown>) => call.then(String, (error) => error.code)
  const mine = (kind: string) =>
    r.frames.filter((frame) => frame.header?.tenantId === channel.tenantId && frame.kind === kind)

  /** Two of the agent's messages fail and a number is paused, just now. */
  beforeEach(async () => {
    channel = newChannel()
    const soon = (Date.now() - at(0).getTime()) / 1000
    const ids = [newId('message'), newId('message')]
    await r.dispatch(
      ...ids.flatMap((id) => [
        accepted(channel, { id, createdBy: usr, seconds: soon }),
        stateChanged(channel, { id, version: 2, state: 'failed', seconds: soon }),
      ]),
    )
    await tenancy
      .publisher(areas.tenancy)
      .publish([numberChanged(channel, { version: 2, state: 'paused', seconds: soon })])
    const rpc = await boss()
    await eventually(async () => expect(await rpc.countUnreadNotifications({})).toEqual({ count: 1 }))
    const own = await agent()
    await eventually(async () => expect(await own.countUnreadNotifications({})).toEqual({ count: 2 }))
  }, 30_000)

  test('N1: each reader’s own, newest first, in pages that have every one once', async () => {
    const rpc = await agent()
    const seen: string[] = []
    let cursor = ''
    do {
      const answer = await rpc.listNotifications(page(cursor, 1))
      seen.push(...answer.notifications.map(({ id }) => id))
      cursor = answer.nextCursor
    } while (cursor)
    expect(new Set(seen).size).toBe(2)
    expect(seen).toHaveLength(2)
    const { notifications } = await (await boss()).listNotifications(page())
    expect(notifications).toMatchObject([
      {
        code: 'number_paused',
        userId: '',
        isRead: false,
        title: 'Número en pausa',
        relatedId: channel.numberId,
      },
    ])
  })

  test('N1: reading is for the reader alone, twice is once, and his other screens hear of it', async () => {
    const other = newId('user')
    const [rpc, third] = [
      await boss(),
      await r.notifications(service, person(other), rolePermissions.tenant_admin),
    ]
    const [one] = (await rpc.listNotifications(page())).notifications
    const id = one?.id ?? ''
    expect(await rpc.markNotificationRead({ id })).toMatchObject({ id, isRead: true })
    expect(await rpc.markNotificationRead({ id })).toMatchObject({ id, isRead: true })
    expect(await rpc.countUnreadNotifications({})).toEqual({ count: 0 })
    expect((await rpc.listNotifications({ ...page(), unreadOnly: true })).notifications).toEqual([])
    expect(await third.countUnreadNotifications({})).toEqual({ count: 1 })
    await eventually(() => expect(mine('notification.updated')).toHaveLength(1))
    expect(mine('notification.updated')).toMatchObject([{ userId: supervisor }])
    expect(JSON.parse(mine('notification.updated')[0]?.payloadJson ?? '')).toMatchObject({
      id,
      is_read: true,
    })
  })

  test('N1: all at once', async () => {
    const rpc = await agent()
    expect(await rpc.markAllNotificationsRead({})).toEqual({ count: 2 })
    expect(await rpc.markAllNotificationsRead({})).toEqual({ count: 0 })
    expect(await rpc.countUnreadNotifications({})).toEqual({ count: 0 })
    expect(await (await boss()).countUnreadNotifications({})).toEqual({ count: 1 })
    await eventually(() =>
      expect(mine('notification.updated')).toMatchObject([
        { userId: usr, payloadJson: '{"id":null,"is_read":true}' },
      ]),
    )
  })

  test('N1: a deleted one is gone for who deleted it, and stays with the others', async () => {
    const [rpc, own] = [await boss(), await agent()]
    const second = await r.notifications(service, person(newId('user')), rolePermissions.supervisor)
    const [shared] = (await rpc.listNotifications(page())).notifications
    await rpc.deleteNotification({ id: shared?.id ?? '' })
    expect((await rpc.listNotifications(page())).notifications).toEqual([])
    expect(await rpc.countUnreadNotifications({})).toEqual({ count: 0 })
    expect(await second.countUnreadNotifications({})).toEqual({ count: 1 })
    const [first] = (await own.listNotifications(page())).notifications
    await own.deleteNotification({ id: first?.id ?? '' })
    expect(await code(own.deleteNotification({ id: first?.id ?? '' }))).toBe('not_found')
    expect((await own.listNotifications(page())).notifications).toHaveLength(1)
    await eventually(() => expect(mine('notification.deleted')).toHaveLength(2))
  })

  test('T2: another’s, another company’s and a missing one are the same to whoever asks', async () => {
    const own = await agent()
    const [first] = (await own.listNotifications(page())).notifications
    const colleague = await r.notifications(service, person(newId('user')), rolePermissions.tenant_admin)
    const stranger = await r.notifications(
      service,
      { tenantId: newChannel().tenantId, userId: usr },
      rolePermissions.tenant_admin,
    )
    for (const rpc of [colleague, stranger]) {
      for (const id of [
        first?.id ?? '',
        newId('notification'),
        'ntf_nonsense',
        idFromUuid('message', uuidOf(usr)),
      ]) {
        expect(await code(rpc.markNotificationRead({ id }))).toBe('not_found')
        expect(await code(rpc.deleteNotification({ id }))).toBe('not_found')
      }
    }
    expect((await stranger.listNotifications(page())).notifications).toEqual([])
    expect(await stranger.markAllNotificationsRead({})).toEqual({ count: 0 })
    expect(await own.countUnreadNotifications({})).toEqual({ count: 2 })
  })

  test('U7: without the permission, and as a service, nothing of it', async () => {
    const nobody = await r.notifications(service, person(usr), ['messages:read'])
    expect(await code(nobody.listNotifications(page()))).toBe('forbidden')
    expect(await code(nobody.markAllNotificationsRead({}))).toBe('forbidden')
    // An agent never sees what is addressed to those who watch numbers.
    const { notifications } = await (await agent()).listNotifications(page())
    expect(notifications.map((one) => one.code)).toEqual(['message_failed', 'message_failed'])
  })
})
