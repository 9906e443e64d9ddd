import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { emptyFold, foldStatus, type StatusFact } from './status-fold.ts'

const fact = (status: string, seconds: number, more: Partial<StatusFact> = {}): StatusFact => ({
  status,
  at: new Date(seconds * 1000),
  participant: '',
  error: undefined,
  pricing: undefined,
  ...more,
})
const fold = (facts: StatusFact[]) => facts.reduce(foldStatus, emptyFold)

test('CONTRACTS 19: sent < failed < delivered < read, whatever came last', () => {
  expect(fold([fact('read', 1), fact('delivered', 2), fact('sent', 3)]).state).toBe('read')
  expect(fold([fact('failed', 1), fact('sent', 2)]).state).toBe('failed')
  expect(fold([fact('delivered', 1), fact('failed', 2)]).state).toBe('delivered')
  expect(fold([fact('played', 1)]).state).toBe('read')
})

test('a word that we do not know changes nothing', () => {
  expect(fold([fact('warning', 1)])).toEqual(emptyFold)
})

test('of each time the earliest holds, and the first pricing', () => {
  const pricing = { billable: true, model: 'PMP', type: 'regular', category: 'utility' }
  const folded = fold([
    fact('delivered', 9, { pricing }),
    fact('delivered', 4),
    fact('sent', 2, { pricing: { ...pricing, category: 'service' } }),
  ])
  expect(folded).toMatchObject({
    deliveredAt: new Date(4000).toISOString(),
    sentAt: new Date(2000).toISOString(),
    pricing: { category: 'service' },
  })
})

test('CONTRACTS 21: any order and any repetition fold to the same', () => {
  const facts = fc.array(
    fc.record({
      status: fc.constantFrom('sent', 'delivered', 'read', 'played', 'failed', 'warning'),
      seconds: fc.nat({ max: 5 }),
      code: fc.nat({ max: 3 }),
      category: fc.option(fc.constantFrom('utility', 'service')),
    }),
  )
  fc.assert(
    fc.property(facts, fc.nat(), (drawn, turn) => {
      const story = drawn.map(({ status, seconds, code, category }) =>
        fact(status, seconds, {
          error: status === 'failed' ? { code, title: '', details: '', href: '' } : undefined,
          pricing: category ? { billable: true, model: '', type: '', category } : undefined,
        }),
      )
      const at = story.length === 0 ? 0 : turn % story.length
      const turned = [...story.slice(at), ...story.slice(0, at)].reverse()
      expect(fold([...turned, ...story])).toEqual(fold(story))
    }),
  )
})
