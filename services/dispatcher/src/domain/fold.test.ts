import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Attempt, applyFact, type Fact, isOpen, newAttempt } from './attempt.ts'
import type { LaneClass } from './lane-class.ts'
import { type Ending, foldMessage } from './message.ts'
import { policyFor } from './policy.ts'

const at = fc.integer({ min: 1, max: 1_000 }).map((s) => new Date(s * 1000))
const error = fc.constantFrom(131000, 131026, 131047, 131049, 130429, 190, 999).map((code) => ({
  code,
  title: `title ${code}`,
  details: '',
  href: '',
}))
const pricing = fc.constantFrom('utility', 'service').map((category) => ({
  billable: true,
  model: 'PMP',
  type: 'regular',
  category,
}))
const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({
    kind: fc.constant('accepted' as const),
    at,
    wamid: fc.constant('wamid.1'),
    waId: fc.constant('55'),
    held: fc.constant(false),
  }),
  fc.record({ kind: fc.constant('rejected' as const), at, error }),
  fc.record({ kind: fc.constantFrom('not_sent' as const, 'in_doubt' as const, 'unknown' as const), at }),
  fc.record({
    kind: fc.constant('status' as const),
    at,
    status: fc.constantFrom('sent' as const, 'delivered' as const, 'read' as const),
    wamid: fc.constant('wamid.1'),
    waId: fc.constant('55'),
    error: fc.constant(null),
    pricing: fc.option(pricing),
  }),
  fc.record({
    kind: fc.constant('status' as const),
    at,
    status: fc.constant('failed' as const),
    wamid: fc.constant('wamid.1'),
    waId: fc.constant('55'),
    error,
    pricing: fc.constant(null),
  }),
)

const decide =
  (laneClass: LaneClass) => (state: 'rejected' | 'failed' | 'unknown', e: Attempt['error'], tries: number) =>
    policyFor(state, e, { laneClass, tries, triesMax: 5 }).verdict

const startedAt = new Date(0)
const apply = (facts: Fact[], start = newAttempt(1, 1, startedAt)) =>
  facts.reduce((attempt, one) => applyFact(attempt, one, decide('utility')), start)

describe('an attempt', () => {
  test('CONTRACTS 19: ends the same whatever the order of its facts', () => {
    fc.assert(
      fc.property(
        fc
          .array(fact, { maxLength: 8 })
          .chain((facts) =>
            fc.tuple(
              fc.constant(facts),
              fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
            ),
          ),
        ([facts, shuffled]) => expect(apply(shuffled)).toEqual(apply(facts)),
      ),
      { numRuns: 2_000 },
    )
  })
  test('CONTRACTS 19: ends the same when facts come twice', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 8 }), (facts) =>
        expect(apply([...facts, ...facts])).toEqual(apply(facts)),
      ),
    )
  })
  test('CONTRACTS 19: ranks are sent < failed < delivered < read', () => {
    const status = (word: 'sent' | 'failed' | 'delivered' | 'read'): Fact => ({
      kind: 'status',
      at: startedAt,
      status: word,
      wamid: 'w',
      waId: null,
      error: null,
      pricing: null,
    })
    expect(apply([status('failed'), status('sent')]).state).toBe('failed')
    expect(apply([status('delivered'), status('failed')]).state).toBe('delivered')
    expect(apply([status('read'), status('delivered')]).state).toBe('read')
  })
  test('CONTRACTS 28: a status that comes after the doubt was ended is still believed', () => {
    const after = apply([
      { kind: 'in_doubt', at: startedAt },
      { kind: 'unknown', at: startedAt },
    ])
    expect(after.state).toBe('unknown')
    expect(
      applyFact(
        after,
        {
          kind: 'status',
          at: startedAt,
          status: 'delivered',
          wamid: 'w',
          waId: null,
          error: null,
          pricing: null,
        },
        decide('utility'),
      ).state,
    ).toBe('delivered')
  })
})

const endings: fc.Arbitrary<Ending | null> = fc.option(
  fc.constantFrom<Ending>(
    { kind: 'cancelled', at: startedAt, failureCode: null },
    { kind: 'failed', at: startedAt, failureCode: 'window_closed' },
  ),
)
const attempts = fc
  .array(fc.array(fact, { maxLength: 5 }), { maxLength: 4 })
  .map((lists) => lists.map((facts, i) => apply(facts, newAttempt(i + 1, i + 1, startedAt))))

describe('a message', () => {
  test('CONTRACTS 19: the fold does not depend on the order of the attempts', () => {
    fc.assert(
      fc.property(attempts, endings, (all, ending) =>
        expect(foldMessage([...all].reverse(), ending)).toEqual(foldMessage(all, ending)),
      ),
    )
  })
  test('CONTRACTS 19: failed only when no attempt is open and the policy makes no other', () => {
    fc.assert(
      fc.property(attempts, (all) => {
        const fold = foldMessage(all, null)
        if (fold.state === 'failed') {
          expect(all.some((attempt) => isOpen(attempt.state))).toBe(false)
          expect(all.at(-1)?.verdict).toBe('final')
        }
        if (all.some((attempt) => isOpen(attempt.state)))
          expect(['failed', 'queued']).not.toContain(fold.state)
      }),
      { numRuns: 2_000 },
    )
  })
  test('CONTRACTS 19: good news of any attempt beats failures, doubts and a cancellation', () => {
    fc.assert(
      fc.property(attempts, endings, (all, ending) => {
        const good = all.some((attempt) => ['accepted', 'sent', 'delivered', 'read'].includes(attempt.state))
        if (good) expect(['sent', 'delivered', 'read']).toContain(foldMessage(all, ending).state)
      }),
    )
  })
  test('CONTRACTS 28: silence fails as unknown, except a code for logging in, which goes again', () => {
    const silent = (laneClass: LaneClass) =>
      foldMessage(
        [applyFact(newAttempt(1, 1, startedAt), { kind: 'unknown', at: startedAt }, decide(laneClass))],
        null,
      )
    expect(silent('utility')).toMatchObject({ state: 'failed', failureCode: 'unknown' })
    expect(silent('marketing')).toMatchObject({ state: 'failed', failureCode: 'unknown' })
    expect(silent('reply')).toMatchObject({ state: 'failed', failureCode: 'unknown' })
    expect(silent('authentication')).toMatchObject({ state: 'queued', failureCode: null })
  })
})
