import { expect, test } from 'bun:test'
import { displayPhoneNumber, isAccessToken, isGraphVersion, isMetaId, isSlug } from './meta.ts'

test('T9: Meta’s ids are decimal strings', () => {
  for (const id of ['1', '106540352242922', '9'.repeat(32)]) expect(isMetaId(id)).toBe(true)
  for (const id of ['', '0', '012', '1e3', '+1', ' 1', '1.0', 'abc', '9'.repeat(33)])
    expect([id, isMetaId(id)]).toEqual([id, false])
})

test('T9: a display number becomes E.164, however Meta or a person writes it', () => {
  for (const text of ['+57 300 123 4567', '573001234567', '+57 (300) 123-4567', ' +57.300.123.4567 ']) {
    expect(displayPhoneNumber(text)).toBe('+573001234567')
  }
  for (const text of ['', '+0123456789', '12345', '+57300123456789012', '+57 300 x', '++573001234567']) {
    expect([text, displayPhoneNumber(text)]).toEqual([text, undefined])
  }
})

test('a Graph version is vNN.N or the deployment’s default', () => {
  for (const text of ['', 'v18.0', 'v22.0']) expect(isGraphVersion(text)).toBe(true)
  for (const text of ['22.0', 'v22', 'v22.0/../me'])
    expect([text, isGraphVersion(text)]).toEqual([text, false])
})

test('an access token cannot carry another header with it', () => {
  expect(isAccessToken('EAAG…')).toBe(false)
  expect(isAccessToken('EAAG\r\nX-Evil: 1')).toBe(false)
  expect(isAccessToken('')).toBe(false)
  expect(isAccessToken('EAAGm0PX4ZCpsBA')).toBe(true)
})

test('CONTRACTS 14: no slug can be the snapshot’s marker', () => {
  expect(isSlug('_marker')).toBe(false)
  expect(isSlug('Default')).toBe(false)
  expect(isSlug('default')).toBe(true)
  expect(isSlug('a'.repeat(64))).toBe(false)
})
