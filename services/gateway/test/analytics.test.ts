import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type analyticsV1, newId } from '@palomar/contracts'
import { type Gateway, startWorld, type World } from './fixture.ts'

let world: World
let gateway: Gateway
const asked = () =>
  world.stubs.seen.findLast(({ method }) => method === 'getOverview')
    ?.request as never as analyticsV1.GetOverviewRequest
const numberId = newId('number')
const counts = { received: 3n, accepted: 2n, sent: 2n, delivered: 1n, read: 0n, failed: 1n }

beforeAll(async () => {
  world = await startWorld()
  gateway = await world.gateway()
  world.stubs.special.getTenant = async () => ({ timeZone: 'America/Bogota' })
  world.stubs.special.getOverview = async (): Promise<Partial<analyticsV1.Overview>> => ({
    from: new Date('2026-11-26T05:00:00Z'),
    to: new Date('2026-11-26T08:00:00Z'),
    step: 'hour',
    countedUntil: new Date('2026-11-26T06:40:00Z'),
    total: counts,
    previous: counts,
    previousFrom: new Date('2026-11-25T05:00:00Z'),
    previousTo: new Date('2026-11-25T06:45:00Z'),
    steps: [5, 6, 7].map((hour) => ({ at: new Date(Date.UTC(2026, 10, 26, hour)), counts })),
    numbers: [
      {
        numberId,
        counts,
        steps: [{ at: new Date('2026-11-26T05:00:00Z'), counts }],
        state: 'active',
        displayPhoneNumber: '+573001112233',
        verifiedName: 'Acme, "the" company',
      },
    ],
    failures: [{ code: 0, failureCode: 'window_closed', title: '', count: 1n }],
  })
})
afterAll(() => world.stop())

const get = (query: string, headers: Record<string, string> = {}) =>
  gateway.call('GET', `/v1/analytics/overview${query}`, { token: world.stubs.person().token, headers })

test('AN8: without a period it is today in the company’s zone, in the person’s where that may not be asked', async () => {
  const answer = (await (await get('')).json()) as Record<string, unknown>
  expect(answer).toMatchObject({ time_zone: 'America/Bogota', counted_until: '2026-11-26T06:40:00.000Z' })
  expect(asked()).toMatchObject({ from: undefined, to: undefined, timeZone: 'America/Bogota', step: '' })
  const { token } = world.stubs.person({ lacking: 'company:read', timeZone: 'America/Lima' })
  await gateway.call('GET', '/v1/analytics/overview', { token })
  expect(asked().timeZone).toBe('America/Lima')
})

test('AN8: days and times are passed on as what they are', async () => {
  await get(`?from=2026-11-20&to=2026-11-27T05:00:00Z&step=day&time_zone=Asia/Kolkata&number_id=${numberId}`)
  expect(asked()).toMatchObject({
    from: undefined,
    fromDate: '2026-11-20',
    to: new Date('2026-11-27T05:00:00Z'),
    toDate: '',
    step: 'day',
    timeZone: 'Asia/Kolkata',
    numberId,
    numberSteps: false,
  })
})

test('AN10: as a table: one line for each step, empty where nothing is known yet', async () => {
  for (const answer of [await get('?format=csv'), await get('', { accept: 'text/csv' })]) {
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="overview-2026-11-26.csv"')
    expect(await answer.text()).toBe(
      [
        'at,at (America/Bogota),received,accepted,sent,delivered,read,failed',
        '2026-11-26T05:00:00.000Z,2026-11-26 00:00,3,2,2,1,0,1',
        '2026-11-26T06:00:00.000Z,2026-11-26 01:00,3,2,2,1,0,1',
        '2026-11-26T07:00:00.000Z,2026-11-26 02:00,,,,,,',
        '',
      ].join('\r\n'),
    )
  }
  const byNumber = await (await get('?format=csv&number_steps=true')).text()
  expect(byNumber.split('\r\n')[1]).toBe(
    `2026-11-26T05:00:00.000Z,2026-11-26 00:00,${numberId},+573001112233,3,2,2,1,0,1`,
  )
  expect((await get('?format=json', { accept: 'text/csv' })).headers.get('content-type')).toContain('json')
})

test('H4: a day that does not exist, a zone of nowhere and a step of another kind are 422', async () => {
  for (const [query, path] of [
    ['?from=2026-06-31', 'from'],
    ['?to=yesterday', 'to'],
    ['?time_zone=Mars/Olympus', 'time_zone'],
    ['?step=week', 'step'],
    ['?number_id=1', 'number_id'],
    ['?surprise=1', 'surprise'],
  ]) {
    const answer = await get(query ?? '')
    expect(answer.status).toBe(422)
    const { errors } = (await answer.json()) as { errors: { path: string }[] }
    expect(errors.map((one) => one.path)).toContain(path as string)
  }
})

test('AN9: a failure has Meta’s number, its title, and what to do in three languages', async () => {
  world.stubs.special.listRecentEvents = async () => ({
    events: [
      {
        id: newId('event'),
        at: new Date(),
        kind: 'message_failed',
        numberId,
        messageId: newId('message'),
        conversationId: '',
        detailJson: '{"error_code":131026,"failure_code":"","type":"text"}',
      },
    ],
    nextCursor: '',
  })
  const answer = await gateway.call('GET', '/v1/analytics/events', { token: world.stubs.person().token })
  const { data } = (await answer.json()) as { data: { detail: Record<string, unknown> }[] }
  expect(data[0]?.detail).toMatchObject({
    error_code: 131026,
    title: expect.stringMatching(/undeliverable/i),
    advice: {
      es: expect.stringMatching(/\w/),
      pt: expect.stringMatching(/\w/),
      en: expect.stringMatching(/\w/),
    },
  })
  const { failures } = (await (await get('')).json()) as { failures: unknown[] }
  expect(failures).toEqual([
    { code: null, failure_code: 'window_closed', title: null, advice: null, count: 1 },
  ])
})
