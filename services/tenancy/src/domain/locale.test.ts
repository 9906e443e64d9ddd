import { expect, test } from 'bun:test'
import { isCountry, isLanguage, isTimeZone } from './locale.ts'

test('zones are IANA names, countries two capital letters, languages ours', () => {
  for (const zone of ['UTC', 'America/Bogota', 'America/Argentina/Buenos_Aires'])
    expect(isTimeZone(zone)).toBe(true)
  for (const zone of ['', '+03:00', 'Mars/Olympus', 'America/Bogotá'])
    expect([zone, isTimeZone(zone)]).toEqual([zone, false])
  expect(isCountry('CO') && isCountry('')).toBe(true)
  expect(isCountry('co') || isCountry('COL')).toBe(false)
  expect(isLanguage('pt') && !isLanguage('pt-BR')).toBe(true)
})
