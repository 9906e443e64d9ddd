import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { chargeOf, marketOf, pairAfter, throughputOf, tierRecipients } from '../index.ts'

test.each([
  ['TIER_50', 50],
  ['TIER_250', 250],
  ['TIER_1K', 1_000],
  ['TIER_2K', 2_000],
  ['TIER_10K', 10_000],
  ['TIER_100K', 100_000],
  ['TIER_UNLIMITED', Number.POSITIVE_INFINITY],
  ['UNLIMITED', Number.POSITIVE_INFINITY],
  [2_000, 2_000],
  ['2000', 2_000],
  [-1, Number.POSITIVE_INFINITY],
  ['TIER_NOT_SET', undefined],
  [0, undefined],
  [undefined, undefined],
])('the tier %p is %p people', (tier, people) => {
  expect(tierRecipients(tier)).toBe(people as number)
})

test('a number sends 80 a second, an upgraded one 1,000, one that is also in the app 20', () => {
  expect(throughputOf({})).toBe(80)
  expect(throughputOf({ level: 'STANDARD' })).toBe(80)
  expect(throughputOf({ level: 'HIGH' })).toBe(1_000)
  expect(throughputOf({ level: 'HIGH', isCoexistence: true })).toBe(20)
})

test('45 messages go to one person at once, then one every six seconds', () => {
  let until = 0
  const at = 1_000_000
  for (let n = 0; n < 45; n++) {
    const pair = pairAfter(until, at)
    if (!pair.ok) throw new Error(`the ${n + 1}th waits`)
    until = pair.until
  }
  expect(pairAfter(until, at)).toEqual({ ok: false, waitMs: 6_000 })
  expect(pairAfter(until, at + 5_999)).toEqual({ ok: false, waitMs: 1 })
  expect(pairAfter(until, at + 6_000).ok).toBe(true)
})

test('however messages come, in no span of time go more than the burst and one every six seconds', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9_000), { maxLength: 200 }), (gaps) => {
      let now = 0
      let until = 0
      const sent: number[] = []
      for (const gap of gaps) {
        now += gap
        const pair = pairAfter(until, now)
        if (!pair.ok) continue
        until = pair.until
        sent.push(now)
      }
      for (let i = 0; i < sent.length; i++)
        for (let j = i; j < sent.length; j++)
          expect(j - i + 1).toBeLessThanOrEqual(45 + ((sent[j] ?? 0) - (sent[i] ?? 0)) / 6_000)
    }),
    { numRuns: 30 },
  )
})

const before = new Date('2026-09-30T23:59:59Z')
const after = new Date('2026-10-01T00:00:00Z')
test.each([
  ['marketing', before, true, {}, 'regular', true],
  ['utility', before, true, {}, 'free_customer_service', false],
  ['utility', before, false, {}, 'regular', true],
  ['service', before, true, {}, 'free_customer_service', false],
  ['utility', after, true, {}, 'regular', true],
  ['service', after, true, { serviceMessagesThisMonth: 999 }, 'free_customer_service', false],
  ['service', after, true, { serviceMessagesThisMonth: 1_000 }, 'regular', true],
  ['marketing', after, true, { isFreeEntryPoint: true }, 'free_entry_point', false],
] as const)('%s at %p, window open %p, %p: %s', (category, at, isWindowOpen, more, type, isCharged) => {
  expect(chargeOf({ category, at, isWindowOpen, ...more })).toEqual({ model: 'PMP', type, isCharged })
})

test('before July 2025 conversations were charged', () => {
  expect(
    chargeOf({ category: 'utility', at: new Date('2025-06-30T00:00:00Z'), isWindowOpen: true }),
  ).toMatchObject({ model: 'CBP', isCharged: true })
})

test('rates are those of the country of the phone, else of the user id', () => {
  expect(marketOf({ phone: '573001234567', bsuid: 'US.1' })).toBe('CO')
  expect(marketOf({ bsuid: 'BR.ENT.1' })).toBe('BR')
  expect(marketOf({})).toBeUndefined()
})
