import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Bus } from '@palomar/bus'
import { areas, durables, eventIdOf, type inboxEventsV1, newId, uuidOf } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import type { Service } from '../src/service.ts'
import { type Rig, rig } from './rig.ts'
import { accepted, at, type Channel, newChannel, received, stateChanged } from './world.ts'

let r: Rig
let service: Service
let analytics: Bus
/** What analytics' durable was given, the usual way and by Republish. */
const heard: inboxEventsV1.Event[] = []
const othersHeard: inboxEventsV1.Event[] = []
beforeAll(async () => {
  r = await rig()
  service = await r.start()
  analytics = await r.bus('analytics')
  await analytics.consume(areas.inbox, durables.analyticsInbox, async (events) => {
    heard.push(...events.map(({ event }) => event))
    return events.map(() => 'ok' as const)
  })
  const automation = await r.bus('automation')
  await automation.consume(areas.inbox, durables.automationInbox, async (events) => {
    othersHeard.push(...events.map(({ event }) => event))
    return events.map(() => 'ok' as const)
  })
}, 60_000)
afterAll(() => r.close(), 60_000)

const all = { from: undefined, to: undefined, tenantId: '', durable: 'analytics-inbox', cursor: '' }
const isMessage = ({ payload }: inboxEventsV1.Event) =>
  payload?.$case === 'messageStored' || payload?.$case === 'messageUpdated'
const of = (events: readonly inboxEventsV1.Event[], channel: Channel) =>
  events.filter((event) => event.header?.tenantId === channel.tenantId && isMessage(event))
const idsOf = (events: readonly inboxEventsV1.Event[]) => events.map(({ header }) => header?.id ?? '').sort()

/** A customer's message, one of ours that was read, one scheduled ahead and one that nobody has heard of. */
async function company(): Promise<{ channel: Channel; told: inboxEventsV1.Event[] }> {
  const channel = newChannel()
  const [ours, later, hidden] = [newId('message'), newId('message'), newId('message')]
  await r.ingest(
    received(channel, {
      wamid: 'wamid.1',
      name: 'Ana',
      userId: 'BR.u1',
      waId: '5531980000011',
      type: 'image',
    }),
    received(channel, { wamid: 'wamid.0', placeholder: true, field: 'history', seconds: 3 }),
  )
  // The person's name is there before our message to them is stored.
  await eventually(() => expect(of(heard, channel)).toHaveLength(1))
  await r.dispatch(
    accepted(channel, { id: ours, to: '+5531980000011', seconds: 10 }),
    stateChanged(channel, { id: ours, version: 2, state: 'sent', wamids: ['wamid.2'], seconds: 11 }),
    accepted(channel, { id: later, to: '+5531980000011', seconds: 20, dueSeconds: 86_400 * 30 }),
    stateChanged(channel, { id: hidden, version: 2, state: 'sending' }),
  )
  await eventually(() => expect(of(heard, channel).length).toBeGreaterThanOrEqual(4))
  await r.dispatch(
    stateChanged(channel, {
      id: ours,
      version: 4,
      state: 'read',
      wamids: ['wamid.2'],
      category: 'utility',
      seconds: 15,
    }),
  )
  const last = eventIdOf('inbox', 'message_updated', uuidOf(ours), '4')
  await eventually(() => expect(idsOf(heard)).toContain(last))
  return { channel, told: of(heard, channel) }
}

/** What a rebuild needs: of each message how it was stored, and the highest version of its state. */
function lastWords(told: readonly inboxEventsV1.Event[]): inboxEventsV1.Event[] {
  const last = new Map<string, inboxEventsV1.Event>()
  for (const event of told) {
    const { payload } = event
    if (payload?.$case === 'messageStored') last.set(`stored ${payload.value.messageId}`, event)
    if (payload?.$case !== 'messageUpdated') continue
    const held = last.get(`updated ${payload.value.messageId}`)?.payload
    const version = held?.$case === 'messageUpdated' ? held.value.version : 0n
    if (payload.value.version > version) last.set(`updated ${payload.value.messageId}`, event)
  }
  return [...last.values()]
}

const byId = (events: readonly inboxEventsV1.Event[]) =>
  [...events].sort((a, b) => ((a.header?.id ?? '') < (b.header?.id ?? '') ? -1 : 1))

describe('CONTRACTS 2: the facts of a range again', () => {
  test('are the very facts, under their ids, and only the durable that asked is given them', async () => {
    const { channel, told } = await company()
    heard.length = 0
    othersHeard.length = 0
    const rpc = await r.history(service, 'analytics')
    const { events, nextCursor } = await rpc.republish({ ...all, tenantId: channel.tenantId })
    expect([events, nextCursor]).toEqual([4n, ''])
    await eventually(() => expect(heard).toHaveLength(4))
    expect(byId(heard)).toEqual(byId(lastWords(told)))
    // Automation hears what is published after it, and nothing of it.
    await company()
    expect(idsOf(othersHeard)).not.toContain(heard[0]?.header?.id ?? '')
  })

  test('of every company at once, each under its own policy, in bounded calls that a cursor joins', async () => {
    const companies = [await company(), await company(), await company()]
    const [first] = companies
    // More than one call's worth.
    await r.admin.sql`
      insert into messages (tenant_id, id, conversation_id, contact_id, number_id, direction, type, state, at, sort_key, version)
      select tenant_id, gen_random_uuid(), conversation_id, contact_id, number_id, 'inbound', 'text', 'received',
        ${at(100)}::timestamptz + g * interval '1 second', 'wamid.many' || g, 1
      from messages, generate_series(1, 2400) g
      where tenant_id = ${first?.channel.tenant ?? ''} and wamid = 'wamid.1'`
    heard.length = 0
    const rpc = await r.history(service, 'analytics')
    let cursor = ''
    let events = 0
    let calls = 0
    do {
      const answer = await rpc.republish({ ...all, cursor })
      cursor = answer.nextCursor
      events += Number(answer.events)
      calls++
    } while (cursor)
    expect(calls).toBe(2)
    await eventually(() => expect(heard).toHaveLength(events))
    for (const { channel, told } of companies) {
      expect(idsOf(of(heard, channel))).toEqual(expect.arrayContaining(idsOf(lastWords(told))))
    }
    expect(new Set(idsOf(heard)).size).toBe(events)
    expect(of(heard, first?.channel ?? newChannel())).toHaveLength(2_404)
  }, 60_000)

  test('a range is half open by the place in the timeline', async () => {
    const { channel } = await company()
    heard.length = 0
    const rpc = await r.history(service, 'analytics')
    const range = { ...all, tenantId: channel.tenantId, from: at(10), to: at(86_400 * 30) }
    expect(await rpc.republish(range)).toEqual({ events: 2n, nextCursor: '' })
    expect(await rpc.republish({ ...range, from: at(11) })).toEqual({ events: 0n, nextCursor: '' })
    expect((await rpc.republish({ ...range, from: at(11), to: undefined })).events).toBe(1n)
    await eventually(() => expect(of(heard, channel)).toHaveLength(3))
  })

  test('are sent to nobody but the caller: another’s durable, one that cannot be rebuilt, another service', async () => {
    const rpc = await r.history(service, 'analytics')
    const code = (call: Promise<unknown>) => call.then(String, (error) => error.code)
    expect(await code(rpc.republish({ ...all, durable: 'automation-inbox' }))).toBe('validation_failed')
    expect(await code(rpc.republish({ ...all, durable: 'analytics-tenancy' }))).toBe('validation_failed')
    expect(await code(rpc.republish({ ...all, durable: '' }))).toBe('validation_failed')
    expect(await code(rpc.republish({ ...all, cursor: 'nonsense' }))).toBe('bad_request')
    expect(await code(rpc.republish({ ...all, tenantId: 'x' }))).toBe('validation_failed')
    const dispatcher = await r.history(service, 'dispatcher')
    expect(await code(dispatcher.republish({ ...all, durable: 'dispatcher-inbox' }))).toBe('forbidden')
  })
})
