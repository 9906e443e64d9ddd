import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import {
  type analyticsV1,
  durables,
  type inboxEventsV1,
  type inboxHistoryV1,
  newId,
  rolePermissions,
} from '@palomar/contracts'
import { migrate, migrateDown } from '@palomar/db'
import { AppError, appError } from '@palomar/errors'
import { eventually } from '@palomar/testkit'
import type { Service } from '../src/service.ts'
import { type Client, type Rig, rig } from './rig.ts'
import { type Channel, newChannel, numberChanged, stored, updated } from './world.ts'

let r: Rig
let service: Service
/** What inbox has, and what was asked of it. */
let owned: inboxEventsV1.Event[] = []
let asked: inboxHistoryV1.RepublishRequest[] = []
/** Called before each answer. */
let interfere: (request: inboxHistoryV1.RepublishRequest) => Promise<void> = async () => {}
let numbers: ReturnType<typeof numberChanged>[] = []

const perCall = 20

/** Inbox's part, played: its own facts of the range again, so many a call. */
async function republish(
  request: inboxHistoryV1.RepublishRequest,
): Promise<inboxHistoryV1.RepublishResponse> {
  asked.push(request)
  await interfere(request)
  const within = owned.filter(({ header }) => {
    const time = header?.time?.getTime() ?? 0
    const isIn = time >= (request.from?.getTime() ?? 0) && time < (request.to?.getTime() ?? 0)
    return isIn && (request.tenantId === '' || header?.tenantId === request.tenantId)
  })
  const from = Number(request.cursor || 0)
  const part = within.slice(from, from + perCall)
  await r.inbox(...part)
  const end = from + part.length
  return { events: BigInt(part.length), nextCursor: end < within.length ? String(end) : '' }
}

beforeAll(async () => {
  r = await rig()
  service = await r.start({
    history: { republish: republish as never },
    tenancy: {
      republish: (async () => {
        await r.tenancy(...numbers)
        return { events: numbers.length }
      }) as never,
    },
  })
}, 60_000)
afterAll(() => r.close(), 60_000)

const code = (err: unknown) => (err instanceof AppError ? err.code : err)
const operator = (channel: Channel) =>
  r.as(service, channel, rolePermissions.platform_admin, 'platform_admin')

const day: analyticsV1.GetOverviewRequest = {
  from: new Date('2026-11-20T05:00:00Z'),
  to: new Date('2026-11-21T05:00:00Z'),
  step: 'hour',
  timeZone: 'America/Bogota',
  numberId: '',
  numberSteps: true,
  fromDate: '',
  toDate: '',
}
const everything = { from: undefined, to: undefined, tenantId: '' }

async function told(channels: readonly Channel[]) {
  owned = channels.flatMap((channel, n) =>
    Array.from({ length: 12 + n }, (_, k) => {
      const id = newId('message')
      const seconds = k * 1_700
      return [
        stored(channel, { seconds: seconds + 5 }),
        stored(channel, { id, direction: 'outbound', seconds }),
        updated(channel, { id, version: 1, state: 'sent', accepted: seconds, sent: seconds + 3 }),
        k % 4 === 0
          ? updated(channel, {
              id,
              version: 2,
              state: 'failed',
              accepted: seconds,
              failed: seconds + 9,
              errorCode: 131026 + k,
            })
          : updated(channel, {
              id,
              version: 2,
              state: 'read',
              accepted: seconds,
              sent: seconds + 3,
              read: seconds + 800,
            }),
      ]
    }).flat(),
  )
  numbers = channels.map((channel) => numberChanged(channel, { version: 1, state: 'active' }))
  await Promise.all([r.inbox(...owned), r.tenancy(...numbers)])
}

/** All that a company sees, but for the moment of asking. */
async function seen(rpc: Client): Promise<string> {
  const { countedUntil: _, ...overview } = await rpc.getOverview(day)
  const recent = await rpc.listRecentEvents({ limit: 200, cursor: '', numberId: '' })
  return JSON.stringify({ overview, recent }, (__, value) =>
    typeof value === 'bigint' ? Number(value) : value,
  )
}

const counted = async () => (await r.admin.sql<{ n: number }[]>`select count(*)::int as n from facts`)[0]?.n
const messages = () =>
  new Set(owned.map(({ payload }) => payload && 'messageId' in payload.value && payload.value.messageId)).size

async function dropAndMigrate(): Promise<void> {
  const options = {
    url: r.database.migratorUrl,
    folder: join(import.meta.dir, '../drizzle'),
    schema: 'analytics',
  }
  await migrateDown(options)
  await migrate(options)
}

async function untilDone(rpc: Client, request: analyticsV1.RebuildRequest): Promise<number> {
  for (;;) {
    const { events, done } = await rpc.rebuild(request)
    if (done) return Number(events)
  }
}

describe('a rebuild', () => {
  test('AN8: after the schema was dropped gives every company the same figures and failures as before', async () => {
    const channels = [newChannel(), newChannel()]
    await told(channels)
    await eventually(async () => expect(await counted()).toBe(messages()))
    const rpcs = await Promise.all(channels.map((channel) => r.as(service, channel)))
    const before = await eventually(async () => {
      const all = await Promise.all(rpcs.map(seen))
      for (const one of all) expect(one).toContain('"state":"active"')
      return all
    })
    expect(before[0]).not.toBe(before[1] as string)
    expect(JSON.parse(before[1] ?? '').overview.total).toMatchObject({
      received: 13,
      accepted: 13,
      sent: 9,
    })

    await dropAndMigrate()
    expect(await counted()).toBe(0)
    const events = await untilDone(await operator(channels[0] as Channel), everything)
    expect(events).toBe(owned.length + numbers.length)
    await eventually(async () => expect(await Promise.all(rpcs.map(seen))).toEqual(before))

    // Over figures that are there already it changes nothing.
    await untilDone(await operator(channels[0] as Channel), everything)
    await r.inbox(...owned)
    expect(await Promise.all(rpcs.map(seen))).toEqual(before)
  }, 60_000)

  test('CONTRACTS 2: asks for its own durable alone, in bounded calls, of the range and company it was given', async () => {
    const channel = newChannel()
    await told([channel, newChannel()])
    asked = []
    const request = { from: day.from, to: day.to, tenantId: channel.tenantId }
    await untilDone(await operator(channel), request)
    expect(asked.length).toBeGreaterThan(1)
    for (const one of asked) expect(one).toMatchObject({ ...request, durable: durables.analyticsInbox.name })
    expect(new Set(asked.map((one) => one.cursor)).size).toBe(asked.length)
  })

  test('CONTRACTS 2: goes on where it was interrupted', async () => {
    const channel = newChannel()
    await told([channel])
    const rpc = await operator(channel)
    const request = { from: day.from, to: day.to, tenantId: channel.tenantId }
    asked = []
    interfere = async ({ cursor }) => {
      if (cursor === '40') throw appError('unavailable')
    }
    expect(await rpc.rebuild(request).catch(code)).toBe('unavailable')
    interfere = async () => {}
    asked = []
    expect(await untilDone(rpc, request)).toBe(owned.length + numbers.length)
    expect(asked.map((one) => one.cursor)[0]).toBe('40')
    // The next one begins anew.
    asked = []
    await untilDone(rpc, request)
    expect(asked[0]?.cursor).toBe('')
  })

  test('of a range that is running already is refused', async () => {
    const channel = newChannel()
    await told([channel])
    const rpc = await operator(channel)
    const request = { from: day.from, to: day.to, tenantId: channel.tenantId }
    const refused: unknown[] = []
    interfere = async () => {
      refused.push(await rpc.rebuild(request).catch(code))
      interfere = async () => {}
    }
    await untilDone(rpc, request)
    expect(refused).toEqual(['conflict'])
  })

  test('H4: of a range that ends before it begins, or of no company, is refused', async () => {
    const rpc = await operator(newChannel())
    expect(await rpc.rebuild({ ...everything, from: day.to, to: day.from }).catch(code)).toBe(
      'validation_failed',
    )
    expect(await rpc.rebuild({ ...everything, tenantId: 'nonsense' }).catch(code)).toBe('validation_failed')
  })
})
