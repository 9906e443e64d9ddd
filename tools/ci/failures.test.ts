import { expect, test } from 'bun:test'
import { failuresIn } from './failures.ts'

test('what failed is listed once, with its file and the first line of its error', () => {
  const output = [
    'test/a.test.ts:',
    '(pass) fine [1.00ms]',
    'error: expect(received).toBe(expected)',
    'Expected: 1',
    '(fail) rows > T2: are counted [12.50ms]',
    'test/b.test.ts:',
    '(fail) never came [30.00s]',
    '2 tests failed:',
    '(fail) rows > T2: are counted [12.50ms]',
    '(fail) never came [30.00s]',
    'failed, because skipped with CI=true: test/c.test.ts: s3',
    '3 passed, 3 failed',
  ].join('\n')
  expect(failuresIn(output)).toEqual([
    'test/a.test.ts: rows > T2: are counted: error: expect(received).toBe(expected)',
    'test/b.test.ts: never came',
    'failed, because skipped with CI=true: test/c.test.ts: s3',
  ])
})

test('nothing failed, nothing is listed', () => {
  expect(failuresIn('error: said by a test that passes\n(pass) fine [1.00ms]\n1 passed, 0 failed\n')).toEqual(
    [],
  )
})
