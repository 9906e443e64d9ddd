import { expect, test } from 'bun:test'
import { changedFields } from './patch.ts'

test('what was not given, or is so already, is no change', () => {
  const row = { name: 'Ana', quota: 3n, state: 'active' }
  expect(changedFields(row, { name: undefined, quota: 3n })).toBeUndefined()
  expect(changedFields(row, { name: 'Bea', quota: 3n })).toEqual({ name: 'Bea' })
  expect(changedFields(row, { name: '' })).toEqual({ name: '' })
})
