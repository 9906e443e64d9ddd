import { describe, expect, test } from 'bun:test'
import { areas } from '@palomar/contracts'
import { event, nameOf } from '../../test/fixture.ts'
import { deliveredOf, parkAfterFailure, parkDead, parkedOf, parkNow, timingDefault } from './parked.ts'

const now = new Date('2026-01-01T12:00:00Z')
const later = (ms: number) => new Date(now.getTime() + ms)
const [delivered] = deliveredOf([event('a', { tenantId: 'ten_1' })], {}, new Date('2026-01-01T11:59:59Z'), 0)
if (!delivered) throw new Error('no event')
const fresh = parkedOf(areas.tenancy, 'inbox-tenancy', delivered, now)
const minute = 60_000

describe('CONTRACTS 4: delays are 10 s, 1, 5, 15 min', () => {
  test('each try takes the next, the last repeats, and each is due exactly so much later', () => {
    const cases: [tries: number, token: string, delayMs: number][] = [
      [0, '10', 10_000],
      [1, '60', minute],
      [2, '300', 5 * minute],
      [3, '900', 15 * minute],
      [4, '900', 15 * minute],
      [6, '900', 15 * minute],
    ]
    for (const [tries, token, delayMs] of cases) {
      const parking = parkAfterFailure({ ...fresh, tries }, { reason: 'x' }, now, timingDefault)
      expect(parking.subject).toBe(`retry.inbox-tenancy.${token}`)
      expect(parking.parked.dueAt).toEqual(later(delayMs))
      expect(parking.parked.tries).toBe(tries + 1)
    }
  })

  test('a wish for a time takes the shortest delay that is long enough, never one of its own', () => {
    const tokenFor = (afterMs: number) =>
      parkAfterFailure(fresh, { reason: 'x', afterMs }, now, timingDefault).subject.split('.').at(-1)
    expect([0, 10_000, 10_001, 2 * minute, 15 * minute, 999 * minute].map(tokenFor)).toEqual([
      '10',
      '10',
      '60',
      '300',
      '900',
      '900',
    ])
  })

  test('the eighth failed try is the last', () => {
    const seventh = parkAfterFailure({ ...fresh, tries: 6 }, { reason: 'x' }, now, timingDefault)
    const eighth = parkAfterFailure(
      { ...fresh, tries: 7 },
      { reason: 'why', code: 'internal' },
      now,
      timingDefault,
    )
    expect(seventh.subject).toBe('retry.inbox-tenancy.900')
    expect(eighth).toMatchObject({
      subject: 'dead.inbox-tenancy',
      parked: { tries: 8, reason: 'why', reasonCode: 'internal', dueAt: undefined },
    })
  })

  test('so is the first that fails an hour after the first of all', () => {
    const at = (ms: number) =>
      parkAfterFailure({ ...fresh, tries: 3, firstTriedAt: now }, { reason: 'x' }, later(ms), timingDefault)
        .subject
    expect(at(60 * minute - 1)).toBe('retry.inbox-tenancy.900')
    expect(at(60 * minute)).toBe('dead.inbox-tenancy')
  })
})

test('what is parked is the event alone, with what its batch said and when its stream stored it', () => {
  const meta = { oldestWebhookAt: new Date('2026-01-01T11:00:00Z') }
  const header = event('b').header
  const [one] = deliveredOf([{ header, payload: undefined }], meta, now, 2)
  if (!one) throw new Error('no event')
  const parked = parkedOf(areas.ingest, 'inbox-ingest', one, now)
  expect(parked).toMatchObject({ stream: 'INGEST', eventId: header?.id, tries: 2, streamTime: now })
  const batch = areas.ingest.decode(parked.batch)
  expect(batch.meta).toEqual(meta)
  expect(batch.events).toHaveLength(1)
})

test('to be run at once and to be dead are subjects of its own durable', () => {
  expect(parkNow(fresh).subject).toBe('retry.inbox-tenancy.now')
  expect(parkDead(fresh, { reason: 'x', reasonCode: 'y' }).subject).toBe('dead.inbox-tenancy')
  expect(areas.tenancy.decode(fresh.batch).events.map(nameOf)).toEqual(['a'])
  expect(fresh.tenantId).toBe('ten_1')
})
