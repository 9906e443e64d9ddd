import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { canonicalHash, canonicalJson } from './canonical-json.ts'

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, shuffled(item)]),
  )
}

test('CONTRACTS 33: the order of keys does not matter, everything else does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const parsed: unknown = JSON.parse(JSON.stringify(value))
      expect(canonicalJson(shuffled(parsed))).toBe(canonicalJson(parsed))
      expect(JSON.parse(canonicalJson(parsed))).toEqual(parsed)
    }),
  )
})

test('CONTRACTS 33: two different bodies have different hashes', () => {
  const bodies = [
    { a: 1 },
    { a: '1' },
    { a: [1] },
    { a: { b: 1 } },
    { a: 1, b: null },
    [],
    {},
    [1, 2],
    [2, 1],
    null,
    '',
  ]
  expect(new Set(bodies.map((body) => canonicalHash(body).toString('hex'))).size).toBe(bodies.length)
})
