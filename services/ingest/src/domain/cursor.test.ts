import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { cursorOf, limitOf, positionOf } from './cursor.ts'

test('a cursor leads back to its place, and nothing else is one', () => {
  const dates = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
  fc.assert(
    fc.property(dates, fc.uuid(), (at, id) => {
      expect(positionOf(cursorOf({ at, id }))).toEqual({ at, id })
    }),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      const position = positionOf(text)
      expect(position === undefined || !Number.isNaN(position.at.getTime())).toBe(true)
    }),
  )
  expect(positionOf(Buffer.from("1.' or 1=1").toString('base64url'))).toBeUndefined()
})

test('a page has 1 to 200 entries, 50 when nothing is said', () => {
  expect([undefined, 0, -5, 7, 10_000].map(limitOf)).toEqual([50, 50, 1, 7, 200])
})
