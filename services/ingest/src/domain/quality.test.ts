import { expect, test } from 'bun:test'
import { parseChange } from '@palomar/cloud-api'
import { qualityEventOf } from './quality.ts'

const change = (field: string, value: unknown) => {
  const raw = new TextEncoder().encode(JSON.stringify({ field, value }))
  return { field, parsed: parseChange(raw, { entryId: '3' }) }
}

test('O5: what Meta says of a number’s quality has a name of few, whatever Meta invents', () => {
  const of = (json: unknown) => qualityEventOf(change('phone_number_quality_update', json))
  expect(of({ event: 'FLAGGED' })).toBe('flagged')
  expect(of({ event: 'DOWNGRADE' })).toBe('downgrade')
  expect(of({ event: 'SOMETHING_NEW' })).toBe('other')
  expect([of(null), of([]), of({})]).toEqual(['other', 'other', 'other'])
  expect(qualityEventOf(change('account_update', { event: 'FLAGGED' }))).toBeUndefined()
})
