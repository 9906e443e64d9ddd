import { expect, test } from 'bun:test'
import { decodeCursor, decodeTimeCursor, decodeUuidCursor, encodeCursor, limitOf } from './cursor.ts'

test('a cursor comes back as it was given', () => {
  const at = new Date('2026-11-21T10:00:00.123Z')
  expect(decodeTimeCursor(encodeCursor([at.toISOString(), 'wamid.ñ']))).toEqual({ at, key: 'wamid.ñ' })
  expect(decodeTimeCursor('')).toBeUndefined()
})

test.each([
  'x',
  '!!!',
  'bnVsbA',
  encodeCursor(['one']),
  encodeCursor(['no time', 'k']),
  `${encodeCursor(['a'])}zz`,
])('a cursor that is not ours (%p) is the caller’s mistake, never an error of ours', (cursor) => {
  expect(() => decodeTimeCursor(cursor)).toThrow(expect.objectContaining({ code: 'bad_request' }))
})

test('a cursor of another list does not reach Postgres', () => {
  const cursor = encodeCursor([new Date(0).toISOString(), 'wamid.1'])
  expect(() => decodeUuidCursor(cursor)).toThrow(expect.objectContaining({ code: 'bad_request' }))
  expect(() => decodeCursor(cursor, 1)).toThrow(expect.objectContaining({ code: 'bad_request' }))
})

test('a page has 1 to 200 rows, 50 when nobody says', () => {
  expect([undefined, 0, 1, 200, 5_000, -3].map(limitOf)).toEqual([50, 50, 1, 200, 200, 1])
})
