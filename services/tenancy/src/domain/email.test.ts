import { expect, test } from 'bun:test'
import { isEmail, normalizeEmail } from './email.ts'

test('an address is the same however it is typed', () => {
  expect(normalizeEmail('  Ana.Pérez@Example.COM ')).toBe('ana.pérez@example.com')
  expect(normalizeEmail('ａna@example.com')).toBe('ana@example.com')
})

test('what no mail server takes is refused', () => {
  const bad = [
    '',
    'ana',
    'ana@',
    '@example.com',
    'a b@example.com',
    'ana@example',
    `${'a'.repeat(250)}@b.co`,
    'a\u0000@b.co',
  ]
  for (const text of bad) expect([text, isEmail(text)]).toEqual([text, false])
  for (const text of ['ana@example.com', 'ana+x@sub.example.co']) expect(isEmail(text)).toBe(true)
})
