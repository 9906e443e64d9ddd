import { expect, test } from 'bun:test'
import { isPostgresNewEnough } from './postgres-programs.ts'
import { isAtLeast, parseVersion } from './programs.ts'

test('a version is compared part by part, not as text', () => {
  expect(parseVersion('nats-server: v2.9.10\n')).toEqual([2, 9, 10])
  expect(isAtLeast([2, 9, 10], [2, 11])).toBe(false)
  expect(isAtLeast([2, 11], [2, 11, 0])).toBe(true)
})

test.each([
  [[14, 20], false],
  [[15, 8], false],
  [[15, 9], true],
  [[16, 4], false],
  [[16, 5], true],
  [[17, 0], false],
  [[17, 1], true],
  [[18, 4], true],
])('Postgres %p is taken: %p', (version, isTaken) => {
  expect(isPostgresNewEnough(version)).toBe(isTaken)
})
