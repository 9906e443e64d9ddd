import { expect, test } from 'bun:test'
import { findNul, nestingMax, nestsTooDeep } from './json-limits.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('X7: nesting is counted outside of texts', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  expect(nestsTooDeep(bytes(nested(nestingMax)))).toBe(false)
  expect(nestsTooDeep(bytes(nested(nestingMax + 1)))).toBe(true)
  expect(nestsTooDeep(bytes(JSON.stringify({ text: '[{'.repeat(500), escaped: '\\"[[['.repeat(100) })))).toBe(
    false,
  )
  expect(nestsTooDeep(bytes('['.repeat(1_000_000)))).toBe(true)
  expect(nestsTooDeep(bytes('[]'.repeat(1_000)))).toBe(false)
})

test('X7: U+0000 is found in texts and keys, wherever they are, and nothing else is', () => {
  expect(findNul({ a: ['x', { b: 'y\u0000' }] })).toBe('a[1].b')
  expect(findNul({ a: { '\u0000': 1 } })).toBe('a')
  expect(findNul('\u0000')).toBe('$')
  expect(findNul({ a: '\\u0000', b: null, c: 1, d: '\u0001' })).toBeUndefined()
})
