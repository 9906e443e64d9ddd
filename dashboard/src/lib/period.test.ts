import { describe, expect, test } from 'bun:test'
import { apiQuery, choiceIn, periodOf, searchOf, todayIn } from './period.ts'

const today = '2026-11-26'
const choice = (search: string) => choiceIn(new URLSearchParams(search), today)

describe('a period in the address of a page', () => {
  test('says the same again: a link can be sent to somebody', () => {
    for (const search of [
      '',
      '?period=7d',
      '?period=yesterday&step=hour&number_id=num_1',
      '?from=2026-11-01&to=2026-11-03',
    ])
      expect(searchOf(choice(search))).toBe(search)
  })

  test('is today when it says nothing, or nonsense', () => {
    for (const search of [
      '',
      '?period=century',
      '?from=2026-11-03&to=2026-11-01',
      '?from=x&to=y',
      '?from=2020-01-01&to=2026-01-01',
    ])
      expect(choice(search)).toMatchObject({ preset: 'today', from: today, to: today })
  })

  test('of many days is never by the hour', () => {
    expect(choice('?period=90d&step=hour').step).toBe('')
    expect(choice('?period=30d&step=hour').step).toBe('hour')
  })
})

test('days go over the ends of months and years', () => {
  expect(periodOf('7d', '2026-01-03')).toEqual({ preset: '7d', from: '2025-12-28', to: '2026-01-03' })
  expect(periodOf('yesterday', '2026-03-01')).toMatchObject({ from: '2026-02-28' })
})

test('the API’s end is not included', () => {
  const query = apiQuery(choice('?period=7d'), 'America/Bogota')
  expect(Object.fromEntries(query)).toEqual({
    from: '2026-11-20',
    to: '2026-11-27',
    time_zone: 'America/Bogota',
  })
})

test('today is another day elsewhere', () => {
  const now = new Date('2026-11-26T03:00:00Z')
  expect(todayIn('America/Bogota', now)).toBe('2026-11-25')
  expect(todayIn('Asia/Kolkata', now)).toBe('2026-11-26')
})
