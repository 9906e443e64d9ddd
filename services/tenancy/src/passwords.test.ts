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
  const small = await createPasswords({ atOnceMax: 2, waitingMax: 3 })
  const hash = await small.hash('abc')
  const outcomes = await Promise.allSettled(Array.from({ length: 9 }, () => small.verify('abc', hash)))
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused).toHaveLength(9 - 2 - 3)
  for (const outcome of refused) expect(outcome.reason).toMatchObject({ code: 'unavailable' })
  expect(await small.verify('abc', hash)).toBe(true)
})
