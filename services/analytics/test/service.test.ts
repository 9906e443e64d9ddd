import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { type analyticsV1, newId, rolePermissions } from '@palomar/contracts'
import { AppError } from '@palomar/errors'
import { configTable } from '@palomar/runtime'
import { eventually } from '@palomar/testkit'
import { configSchema } from '../src/config.ts'
import type { Service } from '../src/service.ts'
import { type Rig, rig } from './rig.ts'
import {
  at,
  type Channel,
  endpointChanged,
  newChannel,
  numberChanged,
  ruleFired,
  stored,
  updated,
} from './world.ts'

let r: Rig
let service: Service
beforeAll(async () => {
  r = await rig()
  service = await r.start()
}, 60_000)
afterAll(() => r.close(), 60_000)

const code = (err: unknown) => (err instanceof AppError ? { code: err.code, fields: err.fields } : err)

/** The Friday in Bogotá on which all of these stories happen. */
const day: analyticsV1.GetOverviewRequest = {
  from: new Date('2026-11-20T05:00:00Z'),
  to: new Date('2026-11-21T05:00:00Z'),
  step: 'hour',
  timeZone: 'America/Bogota',
  numberId: '',
  numberSteps: false,
  fromDate: '',
  toDate: '',
}
const numbersOf = (counts: analyticsV1.Counts | undefined) =>
  Object.fromEntries(Object.entries(counts ?? {}).map(([name, value]) => [name, Number(value)]))
const counts = (of: Partial<Record<keyof analyticsV1.Counts, number>>) => ({
  received: 0,
  accepted: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  ...of,
})

/** Three from a customer; of ours one read, one delivered, one failed, one still queued. */
function story(channel: Channel, from = 0) {
  const ids = Array.from({ length: 4 }, () => newId('message'))
  const [read = ids[0], delivered = ids[0], failed = ids[0]] = ids as [(typeof ids)[0], ...typeof ids]
  const hour = 3_600
  return [
    ...[0, 60, hour].map((seconds) => stored(channel, { seconds: from + seconds })),
    ...ids.map((id) => stored(channel, { id, direction: 'outbound', seconds: from + 120 })),
    updated(channel, {
      id: read as never,
      version: 2,
      state: 'read',
      accepted: from + 120,
      sent: from + 121,
      read: from + 2 * hour,
    }),
    updated(channel, {
      id: delivered as never,
      version: 2,
      state: 'delivered',
      accepted: from + 120,
      sent: from + 121,
      delivered: from + 125,
      category: 'utility',
    }),
    updated(channel, {
      id: failed as never,
      version: 2,
      state: 'failed',
      accepted: from + 120,
      failed: from + 130,
      errorCode: 131026,
    }),
  ]
}
const told = counts({ received: 3, accepted: 4, sent: 2, delivered: 2, read: 1, failed: 1 })

async function company() {
  const channel = newChannel()
  return { channel, rpc: await r.as(service, channel) }
}

describe('the overview', () => {
  test('AN8: has what was sent, received, delivered, read and failed of a day, hour by hour, and every hour', async () => {
    const { channel, rpc } = await company()
    await r.inbox(...story(channel))
    const overview = await eventually(async () => {
      const answer = await rpc.getOverview(day)
      expect(numbersOf(answer.total)).toEqual(told)
      return answer
    })
    expect(overview.steps).toHaveLength(24)
    expect(overview.steps[0]?.at).toEqual(day.from as Date)
    // 03:00, 04:00 and 05:00 in Bogotá.
    expect(overview.steps.slice(3, 6).map((step) => numbersOf(step.counts))).toEqual([
      counts({ received: 2, accepted: 4, sent: 2, delivered: 1, failed: 1 }),
      counts({ received: 1 }),
      counts({ delivered: 1, read: 1 }),
    ])
    expect(overview.steps.slice(6).every((step) => numbersOf(step.counts).received === 0)).toBe(true)
    expect(overview.failures).toEqual([
      { code: 131026, failureCode: '', title: expect.stringMatching(/\w/) as never, count: 1n },
    ])
  })

  test('AN6: by number, each with its state, those without messages too; one alone when it is asked for', async () => {
    const { channel, rpc } = await company()
    const quiet = newChannel(channel.tenantId)
    const gone = newChannel(channel.tenantId)
    await r.tenancy(
      numberChanged(channel, { version: 1, state: 'active' }),
      numberChanged(quiet, { version: 1, state: 'paused' }),
      numberChanged(gone, { version: 1, state: 'deleted' }),
    )
    await r.inbox(...story(channel))
    const overview = await eventually(async () => {
      const answer = await rpc.getOverview({ ...day, numberSteps: true })
      expect(numbersOf(answer.total)).toEqual(told)
      expect(answer.numbers.map((one) => one.state)).toEqual(['active', 'paused'])
      return answer
    })
    expect(overview.numbers[0]).toMatchObject({
      numberId: channel.numberId,
      displayPhoneNumber: '+573001112233',
    })
    expect(numbersOf(overview.numbers[0]?.counts)).toEqual(told)
    expect(overview.numbers[0]?.steps.map((step) => step.at)).toEqual(
      [at(0), at(3_600), at(7_200)].map((time) => time),
    )
    expect(numbersOf(overview.numbers[1]?.counts)).toEqual(counts({}))
    const alone = await rpc.getOverview({ ...day, numberId: quiet.numberId })
    expect(numbersOf(alone.total)).toEqual(counts({}))
    expect(alone.numbers.map((one) => one.numberId)).toEqual([quiet.numberId])
  })

  test('AN8: days and hours are those of the zone, of half-hour zones too, and the period before is beside it', async () => {
    const { channel, rpc } = await company()
    await r.inbox(...story(channel), ...story(channel, -86_400))
    const bogota = { ...day, step: 'day', from: new Date('2026-11-19T05:00:00Z') }
    const overview = await eventually(async () => {
      const answer = await rpc.getOverview(bogota)
      expect(answer.steps.map((step) => numbersOf(step.counts))).toEqual([told, told])
      return answer
    })
    expect(numbersOf(overview.previous)).toEqual(counts({}))
    const today = await rpc.getOverview(day)
    expect(numbersOf(today.previous)).toEqual(told)
    expect([today.previousFrom, today.previousTo]).toEqual([bogota.from, day.from])
    // 08:00 UTC is 13:30 in Kolkata: its hour from 13:00 on has 07:30 to 08:30.
    const india = await rpc.getOverview({
      ...day,
      from: new Date('2026-11-19T18:30:00Z'),
      to: new Date('2026-11-20T18:30:00Z'),
      timeZone: 'Asia/Kolkata',
    })
    expect(india.steps[13]?.at).toEqual(new Date('2026-11-20T07:30:00Z'))
    expect(numbersOf(india.steps[13]?.counts).received).toBe(2)
    expect(numbersOf(india.steps[14]?.counts).received).toBe(1)
  })

  test('AN8: says up to when it has counted; with NATS away the figures are there and that is not known', async () => {
    const { channel, rpc } = await company()
    await r.inbox(...story(channel))
    const before = Date.now()
    await eventually(async () => {
      const { countedUntil } = await rpc.getOverview(day)
      expect(countedUntil?.getTime()).toBeGreaterThanOrEqual(before)
    })
    await r.nats.kill()
    try {
      const without = await eventually(async () => {
        const answer = await rpc.getOverview(day)
        expect(answer.countedUntil).toBeUndefined()
        return answer
      })
      expect(numbersOf(without.total)).toEqual(told)
    } finally {
      await r.nats.restart()
    }
    await eventually(async () => expect((await rpc.getOverview(day)).countedUntil).toBeDefined(), {
      timeoutMs: 30_000,
    })
  }, 60_000)

  test('AN8: a period may be named by days of the zone, or not at all: then it is today', async () => {
    const { rpc } = await company()
    const open = { ...day, from: undefined, to: undefined, step: '' }
    const days = await rpc.getOverview({ ...open, fromDate: '2026-11-20', toDate: '2026-11-21' })
    expect([days.from, days.to, days.step]).toEqual([day.from, day.to, 'hour'])
    const week = await rpc.getOverview({ ...open, fromDate: '2026-11-14', toDate: '2026-11-21' })
    expect([week.step, week.steps.length]).toEqual(['day', 7])
    const today = await rpc.getOverview(open)
    expect(today.from?.getTime()).toBeLessThanOrEqual(Date.now())
    expect(today.to?.getTime()).toBeGreaterThan(Date.now())
    expect(today.steps).toHaveLength(24)
    // With a change of the clocks inside, 35 days are an hour longer.
    const autumn = { ...open, timeZone: 'Europe/Madrid', fromDate: '2026-10-01', toDate: '2026-11-05' }
    expect((await rpc.getOverview({ ...autumn, step: 'hour' })).steps).toHaveLength(35 * 24 + 1)
  })

  test('H4: what cannot be answered is refused by its field', async () => {
    const { rpc } = await company()
    const fields = async (more: Partial<analyticsV1.GetOverviewRequest>) => {
      const refused = (await rpc.getOverview({ ...day, ...more }).catch(code)) as ReturnType<typeof code> &
        object
      return (refused as { fields: { path: string }[] }).fields.map((one) => one.path)
    }
    expect(await fields({ from: undefined, fromDate: '2026-06-31' })).toEqual(['from_date'])
    expect(await fields({ to: day.from })).toEqual(['to'])
    expect(await fields({ from: new Date('2026-11-20T05:00:01Z') })).toEqual(['from'])
    expect(await fields({ from: new Date('1999-11-20T05:00:00Z'), step: 'day' })).toEqual(['from'])
    expect(await fields({ to: new Date('2027-11-20T05:00:00Z') })).toEqual(['to'])
    expect(await fields({ to: new Date('2028-11-20T05:00:00Z'), step: 'day' })).toEqual(['to'])
    expect(await fields({ step: 'week' })).toEqual(['step'])
    expect(await fields({ timeZone: 'Mars/Olympus' })).toEqual(['time_zone'])
    expect(await fields({ numberId: 'nonsense' })).toEqual(['number_id'])
  })
})

describe('what happened last', () => {
  const list = { limit: 50, cursor: '', numberId: '' }

  test('AN8: failures, states of numbers and of endpoints, rules that answered, newest first, each once over pages', async () => {
    const { channel, rpc } = await company()
    await r.tenancy(numberChanged(channel, { version: 1, state: 'active' }))
    await r.automation(
      ruleFired(channel, 500),
      endpointChanged(channel, { id: newId('webhookEndpoint'), version: 2, state: 'disabled' }),
    )
    await r.inbox(...story(channel))
    const all = await eventually(async () => {
      const { events } = await rpc.listRecentEvents(list)
      expect(events.map((one) => one.kind)).toEqual([
        'rule_fired',
        'message_failed',
        'webhook_endpoint_changed',
        'number_changed',
      ])
      return events
    })
    expect(JSON.parse(all[1]?.detailJson ?? '')).toEqual({
      error_code: 131026,
      failure_code: '',
      type: 'text',
    })
    const seen: string[] = []
    for (let cursor = '', more = true; more; ) {
      const page = await rpc.listRecentEvents({ ...list, limit: 1, cursor })
      seen.push(...page.events.map((one) => one.id))
      cursor = page.nextCursor
      more = cursor !== ''
    }
    expect(seen).toEqual(all.map((one) => one.id))
    const ofNumber = await rpc.listRecentEvents({ ...list, numberId: channel.numberId })
    expect(ofNumber.events).toHaveLength(3)
    expect(await rpc.listRecentEvents({ ...list, cursor: 'nonsense' }).catch(code)).toMatchObject({
      code: 'bad_request',
    })
  })

  test('AN8: a message that failed and was sent after all is no longer a failure, in no figure and no list', async () => {
    const { channel, rpc } = await company()
    const id = newId('message')
    await r.inbox(
      stored(channel, { id, direction: 'outbound' }),
      updated(channel, {
        id,
        version: 2,
        state: 'failed',
        accepted: 0,
        failed: 5,
        failureCode: 'window_closed',
      }),
    )
    await eventually(async () => expect((await rpc.listRecentEvents(list)).events).toHaveLength(1))
    expect((await rpc.getOverview(day)).failures).toMatchObject([
      { code: 0, failureCode: 'window_closed', count: 1n },
    ])
    await r.inbox(updated(channel, { id, version: 3, state: 'sent', accepted: 0, sent: 9 }))
    await eventually(async () => expect((await rpc.listRecentEvents(list)).events).toHaveLength(0))
    const overview = await rpc.getOverview(day)
    expect(numbersOf(overview.total)).toEqual(counts({ accepted: 1, sent: 1 }))
    expect(overview.failures).toEqual([])
  })

  test('X: the list is bounded; what is older than the newest thousand is gone', async () => {
    const { channel, rpc } = await company()
    await r.automation(...Array.from({ length: 1_050 }, (_, n) => ruleFired(channel, n)))
    await eventually(async () => {
      const [row] = await r.admin.sql`
        select count(*)::int as n, min(at) as oldest from recent_events where tenant_id = ${channel.tenant}`
      expect({ ...row }).toEqual({ n: 1_000, oldest: at(50) })
    })
    expect((await rpc.listRecentEvents(list)).events[0]?.at).toEqual(at(1_049))
  })
})

describe('who may', () => {
  test('T4: another company has its own figures and nothing of these, whatever number it names', async () => {
    const { channel, rpc: mine } = await company()
    await r.tenancy(numberChanged(channel, { version: 1, state: 'active' }))
    await r.inbox(...story(channel))
    await eventually(async () => expect(numbersOf((await mine.getOverview(day)).total)).toEqual(told))
    const { rpc: other } = await company()
    const list = { limit: 50, cursor: '' }
    const about = async (numberId: string) => {
      const { countedUntil: _, ...overview } = await other.getOverview({ ...day, numberId })
      return JSON.stringify([overview, await other.listRecentEvents({ ...list, numberId })], (__, value) =>
        typeof value === 'bigint' ? Number(value) : value,
      )
    }
    const foreign = await about(channel.numberId)
    expect(foreign).toBe(await about(newId('number')))
    expect(JSON.parse(foreign)).toMatchObject([
      { total: counts({}), numbers: [], failures: [] },
      { events: [] },
    ])
    expect(numbersOf((await other.getOverview(day)).total)).toEqual(counts({}))
  })

  test('U7: no caller is refused, one without the permission, and everyone but the platform for a rebuild', async () => {
    const { channel } = await company()
    const list = { limit: 50, cursor: '', numberId: '' }
    const all = { from: undefined, to: undefined, tenantId: '' }
    const nobody = r.anonymous(service)
    const lesser = await r.as(service, channel, rolePermissions.agent, 'agent')
    for (const [rpc, wanted] of [
      [nobody, 'unauthenticated'],
      [lesser, 'forbidden'],
    ] as const) {
      expect(await rpc.getOverview(day).catch(code)).toMatchObject({ code: wanted })
      expect(await rpc.listRecentEvents(list).catch(code)).toMatchObject({ code: wanted })
      expect(await rpc.rebuild(all).catch(code)).toMatchObject({ code: wanted })
    }
    const admin = await r.as(service, channel, rolePermissions.tenant_admin, 'tenant_admin')
    expect(await admin.rebuild(all).catch(code)).toMatchObject({ code: 'forbidden' })
    const inbox = await r.asService(service, 'inbox')
    expect(await inbox.getOverview(day).catch(code)).toMatchObject({ code: 'forbidden' })
  })
})

test('CONTRACTS 4: an event that cannot be read is a dead letter, and its neighbours are counted', async () => {
  const { channel, rpc } = await company()
  const [first, ...rest] = story(channel)
  const broken = stored(channel)
  if (broken.payload?.$case === 'messageStored') broken.payload.value.direction = 'sideways'
  await r.inbox(...(first ? [first] : []), broken, ...rest)
  await eventually(async () => expect(numbersOf((await rpc.getOverview(day)).total)).toEqual(told))
  const metrics = await (await fetch(`http://127.0.0.1:${service.ports.admin}/metrics`)).text()
  expect(metrics).toMatch(/analytics_dead_events_total\{[^}]*consumer="inbox"[^}]*\} 1/)
})

test('O3: counts events, and tells how old the newest is', async () => {
  const { channel } = await company()
  await r.inbox(stored(channel, { seconds: (Date.now() - at(0).getTime()) / 1000 }))
  await eventually(async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${service.ports.admin}/metrics`)).text()
    const value = (name: string) => Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)`, 'm').exec(metrics)?.[1])
    expect(value('analytics_events_total')).toBeGreaterThan(0)
    expect(value('analytics_newest_event_age_seconds')).toBeLessThan(60)
  })
})

test('O9: the README’s environment table is what config.ts reads', async () => {
  const readme = await Bun.file(join(import.meta.dir, '../README.md')).text()
  expect(readme).toContain(configTable(configSchema))
})
