import { describe, expect, test } from 'bun:test'
import { grainOf, previousOf, stepsOf } from './steps.ts'
import { addDays, dayOf } from './zone.ts'

const range = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) })
const iso = (dates: Date[]) => dates.map((date) => date.toISOString())
const hours = (zone: string, day: string) => {
  const from = dayOf(new Date(day), zone)
  return stepsOf({ from, to: addDays(from, 1, zone) }, 'hour', zone).length
}

describe('AN8: every step of a period is there', () => {
  test('a day has the hours that its clocks show: 24, 23 or 25', () => {
    expect(hours('America/Bogota', '2026-11-26T12:00:00Z')).toBe(24)
    expect(hours('Europe/Madrid', '2026-03-29T12:00:00Z')).toBe(23)
    expect(hours('Europe/Madrid', '2026-10-25T12:00:00Z')).toBe(25)
    expect(hours('America/New_York', '2026-03-08T12:00:00Z')).toBe(23)
    expect(hours('America/New_York', '2026-11-01T12:00:00Z')).toBe(25)
  })

  test('days begin when they begin there, across both changes of the clocks', () => {
    expect(
      iso(stepsOf(range('2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z'), 'day', 'Europe/Madrid')),
    ).toEqual(['2026-03-27T23:00:00.000Z', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'])
    expect(
      iso(stepsOf(range('2026-10-23T22:00:00Z', '2026-10-26T23:00:00Z'), 'day', 'Europe/Madrid')),
    ).toEqual(['2026-10-23T22:00:00.000Z', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'])
  })

  test('a day whose midnight is skipped begins at one o’clock; one whose midnight comes twice at the first', () => {
    // Chile sets its clocks at midnight.
    expect(dayOf(new Date('2026-09-06T12:00:00Z'), 'America/Santiago').toISOString()).toBe(
      '2026-09-06T04:00:00.000Z',
    )
    expect(dayOf(new Date('2026-04-05T12:00:00Z'), 'America/Santiago').toISOString()).toBe(
      '2026-04-05T04:00:00.000Z',
    )
    expect(hours('America/Santiago', '2026-09-06T12:00:00Z')).toBe(23)
    expect(hours('America/Santiago', '2026-04-04T12:00:00Z')).toBe(25)
    // Cuba goes back from one o’clock to midnight: that hour of the same day comes twice.
    expect(dayOf(new Date('2026-11-01T12:00:00Z'), 'America/Havana').toISOString()).toBe(
      '2026-11-01T04:00:00.000Z',
    )
  })

  test('hours of zones that are half an hour or a quarter apart are theirs', () => {
    expect(
      iso(stepsOf(range('2026-11-25T18:30:00Z', '2026-11-25T21:30:00Z'), 'hour', 'Asia/Kolkata')),
    ).toEqual(['2026-11-25T18:30:00.000Z', '2026-11-25T19:30:00.000Z', '2026-11-25T20:30:00.000Z'])
    expect(hours('Asia/Kathmandu', '2026-11-26T12:00:00Z')).toBe(24)
    expect(hours('Australia/Lord_Howe', '2026-10-04T01:00:00Z')).toBe(23)
    expect(dayOf(new Date('2026-11-25T18:15:00Z'), 'Asia/Kathmandu').toISOString()).toBe(
      '2026-11-25T18:15:00.000Z',
    )
  })

  test('the ends may be inside a step: the first begins with the range', () => {
    expect(iso(stepsOf(range('2026-11-26T10:45:00Z', '2026-11-26T12:15:00Z'), 'hour', 'UTC'))).toEqual([
      '2026-11-26T10:45:00.000Z',
      '2026-11-26T11:00:00.000Z',
      '2026-11-26T12:00:00.000Z',
    ])
  })

  test('AN6: hours serve where all steps are on the hour, quarters where they are not', () => {
    expect(grainOf(stepsOf(range('2026-11-26T05:00:00Z', '2026-11-27T05:00:00Z'), 'day', 'UTC'))).toBe(60)
    expect(grainOf([new Date('2026-11-25T18:30:00Z')])).toBe(15)
  })
})

describe('the period before', () => {
  const over = new Date('2100-01-01T00:00:00Z')
  test('is as many days, though the clocks were set in between', () => {
    const day = range('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z')
    expect(previousOf(day, 'Europe/Madrid', over)).toEqual(
      range('2026-10-23T22:00:00Z', '2026-10-24T22:00:00Z'),
    )
    const week = range('2026-10-19T22:00:00Z', '2026-10-26T23:00:00Z')
    expect(previousOf(week, 'Europe/Madrid', over)).toEqual(
      range('2026-10-12T22:00:00Z', '2026-10-19T22:00:00Z'),
    )
  })

  test('is as long where the range is of no whole days', () => {
    expect(previousOf(range('2026-11-26T10:00:00Z', '2026-11-26T13:15:00Z'), 'UTC', over)).toEqual(
      range('2026-11-26T06:45:00Z', '2026-11-26T10:00:00Z'),
    )
  })

  test('ends where today has come to, so that a morning is compared with a morning', () => {
    const today = range('2026-11-26T05:00:00Z', '2026-11-27T05:00:00Z')
    expect(previousOf(today, 'America/Bogota', new Date('2026-11-26T15:50:00Z'))).toEqual(
      range('2026-11-25T05:00:00Z', '2026-11-25T16:00:00Z'),
    )
    expect(previousOf(today, 'America/Bogota', new Date('2026-11-20T00:00:00Z'))).toEqual(
      range('2026-11-25T05:00:00Z', '2026-11-25T05:00:00Z'),
    )
  })
})
