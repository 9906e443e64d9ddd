import { expect, test } from 'bun:test'
import { parseChange } from '@palomar/cloud-api'
import { qualityEventOf, standingOf } from './quality.ts'

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

test('T10: a flag is a low rating, its end only no longer low, and a limit a tier; whatever says neither says nothing', () => {
  const of = (json: object) =>
    standingOf(change('phone_number_quality_update', { display_phone_number: '15550100100', ...json }))
  const displayPhoneNumber = '15550100100'
  expect(of({ event: 'FLAGGED', current_limit: 'TIER_1K' })).toEqual({
    displayPhoneNumber,
    qualityRating: 'RED',
    messagingTier: 'TIER_1K',
  })
  expect(of({ event: 'UNFLAGGED' })).toEqual({
    displayPhoneNumber,
    qualityRating: 'UNKNOWN',
    messagingTier: '',
  })
  const upgrade = {
    event: 'UPGRADE',
    current_limit: 'TIER_1K',
    max_daily_conversations_per_business: 'TIER_2K',
  }
  expect(of(upgrade)).toMatchObject({ qualityRating: '', messagingTier: 'TIER_2K' })
  expect(of({ event: 'THROUGHPUT_UPGRADE', max_daily_conversations_per_business: -1 })?.messagingTier).toBe(
    'TIER_UNLIMITED',
  )
  expect([of({ event: 'ONBOARDING' }), of({ event: 'FLAGGED', display_phone_number: '' })]).toEqual([
    undefined,
    undefined,
  ])
  expect(standingOf(change('account_update', { event: 'FLAGGED' }))).toBeUndefined()
})
