import { expect, test } from 'bun:test'
import { readRequirements } from './acceptance-list.ts'
import { idsOf, testsIn } from './test-names.ts'

const names = (text: string) => testsIn('a.test.ts', text).map(({ name }) => name)

test('a test in a describe carries both names', () => {
  expect(names(`describe('U7: roles', () => { test('an agent may not', () => {}) })`)).toEqual([
    'U7: roles > an agent may not',
  ])
})

test('a table of tests counts, a skipped test does not', () => {
  expect(
    names("test.each([1])('W2: %p', () => {}); test.skip('W3: later', () => {}); test.todo('W4: x')"),
  ).toEqual(['W2: %p'])
})

test('of a template the text before its first hole is the name', () => {
  expect(names('for (const x of y) test(`W1: $' + '{x} works`, () => {})')).toEqual(['W1: '])
})

test('a skipped describe takes its tests with it', () => {
  expect(names(`describe.skip('U1: x', () => { test('y', () => {}) })`)).toEqual([])
})

test('ids stand before the first colon', () => {
  expect(idsOf('W2, W3: bad signature')).toEqual(['W2', 'W3'])
  expect(idsOf('U7: roles > U8: invites')).toEqual(['U7', 'U8'])
  expect(idsOf('a message of type M9 is refused: why')).toEqual([])
  expect(idsOf('CONTRACTS 11: rows are sorted')).toEqual([])
})

test('only the list with a done column is read, and a strange mark is refused', () => {
  const list = '| # | a |\n| C1 | reading |\n\n| id | must | done |\n| --- | --- | --- |\n'
  expect(readRequirements(`${list}| T1 | a \\| b | yes |\n| T2 | c | |`)).toEqual([
    { id: 'T1', must: 'a \\| b', done: true },
    { id: 'T2', must: 'c', done: false },
  ])
  expect(() => readRequirements(`${list}| T1 | a | nearly |`)).toThrow('nearly')
})
