import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { answersPerHourMax, decideAnswer, type EarlierAnswer } from './decide-answer.ts'

const t0 = Date.UTC(2026, 10, 20, 8)
const at = (seconds: number) => new Date(t0 + seconds * 1000)
const given = (...seconds: number[]): EarlierAnswer[] => seconds.map((s) => ({ ruleId: 'r', factAt: at(s) }))

test('a cooldown holds for its rule alone, and until it is over', () => {
  const rule = { id: 'r', cooldownS: 60 }
  expect(decideAnswer(rule, at(59), given(0))).toBe('cooldown')
  expect(decideAnswer(rule, at(60), given(0))).toBe('answer')
  expect(decideAnswer({ id: 'other', cooldownS: 60 }, at(1), given(0))).toBe('answer')
  expect(decideAnswer({ id: 'r', cooldownS: 0 }, at(0), given(0))).toBe('answer')
})

test('a message that comes late does not answer beside its neighbour', () => {
  expect(decideAnswer({ id: 'r', cooldownS: 60 }, at(0), given(30))).toBe('cooldown')
})

test('whatever is asked in an hour, at most ten answers are given', () => {
  const times = fc.array(fc.integer({ min: 0, max: 3_599 }), { maxLength: 60 })
  fc.assert(
    fc.property(times, (seconds) => {
      const answers: EarlierAnswer[] = []
      for (const s of seconds)
        if (decideAnswer({ id: 'r', cooldownS: 0 }, at(s), answers) === 'answer') answers.push(...given(s))
      expect(answers).toHaveLength(Math.min(seconds.length, answersPerHourMax))
    }),
  )
})
