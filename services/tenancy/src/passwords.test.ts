import { expect, test } from 'bun:test'
import { createPasswords } from './passwords.ts'

const passwords = await createPasswords()

test('U6: a password is kept as argon2id with 19 MiB, two passes, one lane', async () => {
  const hash = await passwords.hash('una contraseña larga')
  expect(hash).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
  expect(hash).not.toContain('una contraseña larga')
  expect(await passwords.verify('una contraseña larga', hash)).toBe(true)
  expect(await passwords.verify('otra', hash)).toBe(false)
})

test('U6: an address nobody has is refused by the same work as a wrong password', async () => {
  expect(await passwords.verify('whatever', undefined)).toBe(false)
  // The stand-in hash has the same parameters, so verifying against it costs the same.
  expect(await passwords.unusable()).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
})

test('more at once than the queue holds are told to come back, and the queue goes on', async () => {
  const hash = await passwords.hash('abc')
  const tries = Array.from({ length: 80 }, () => passwords.verify('abc', hash))
  const outcomes = await Promise.allSettled(tries)
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused).toHaveLength(80 - 2 - 64)
  for (const outcome of refused) expect(outcome.reason).toMatchObject({ code: 'unavailable' })
  expect(await passwords.verify('abc', hash)).toBe(true)
})
