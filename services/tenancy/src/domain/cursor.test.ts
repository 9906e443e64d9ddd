import { expect, test } from 'bun:test'
import { newId, uuidOf } from '@palomar/contracts'
import fc from 'fast-check'
import { keysetOf, pageLimitDefault, pageLimitMax, pageOf } from './cursor.ts'

test('a page is within its limits, whatever is asked for', () => {
  expect(keysetOf(undefined)?.limit).toBe(pageLimitDefault)
  expect(keysetOf({ limit: 0, cursor: '' })?.limit).toBe(pageLimitDefault)
  expect(keysetOf({ limit: -5, cursor: '' })?.limit).toBe(1)
  expect(keysetOf({ limit: 1_000_000, cursor: '' })?.limit).toBe(pageLimitMax)
})

test('a cursor that is none of ours is told apart from the first page', () => {
  for (const cursor of ['x', 'AAAA', Buffer.from("' or 1=1").toString('base64url')]) {
    expect(keysetOf({ limit: 10, cursor })).toBeUndefined()
  }
})

test('pages hold every row once, in order', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 40 })
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 12 }), (numbers, limit) => {
      const rows = numbers.map(() => uuidOf(newId('audit'))).sort()
      const seen: string[] = []
      let cursor = ''
      do {
        const keyset = keysetOf({ limit, cursor })
        if (!keyset) throw new Error('our own cursor was refused')
        const { after } = keyset
        const found = rows.filter((id) => !after || id > after).slice(0, limit + 1)
        const page = pageOf(found, keyset, (id) => id)
        seen.push(...page.rows)
        cursor = page.nextCursor
      } while (cursor)
      expect(seen).toEqual(rows)
    }),
  )
})
