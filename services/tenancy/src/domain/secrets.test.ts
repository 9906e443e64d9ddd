import { expect, test } from 'bun:test'
import { equalSecrets, hashSecret, newSecret, shownPrefix } from './secrets.ts'

test('a secret says what it is, has 256 random bits, and never comes twice', () => {
  const secrets = new Set(Array.from({ length: 1_000 }, () => newSecret('apiKey')))
  expect(secrets.size).toBe(1_000)
  for (const secret of secrets) expect(secret).toMatch(/^plk_[A-Za-z0-9_-]{43}$/)
})

test('X1: what is kept of a secret does not contain it', () => {
  const secret = newSecret('refreshToken')
  expect(Buffer.from(hashSecret(secret)).toString('latin1')).not.toContain(secret)
  expect(hashSecret(secret)).toHaveLength(32)
  expect(secret.length - shownPrefix(secret).length).toBeGreaterThan(35)
})

test('equal secrets are equal, of whatever length', () => {
  expect(equalSecrets('a', 'a')).toBe(true)
  expect(equalSecrets('a', 'aa')).toBe(false)
  expect(equalSecrets('', 'a')).toBe(false)
})
