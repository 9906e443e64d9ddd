import { expect, test } from 'bun:test'
import { heldClock } from '@palomar/testkit'
import { agent, callerKeys, tokenOf } from '../test/fixture.ts'
import type { CallerKeys } from './caller-keys.ts'
import { createVerifiedTokens } from './verified-tokens.ts'

test('a token is verified once and then known until it expires', async () => {
  let looked = 0
  const counting: CallerKeys = {
    get(kid) {
      looked++
      return callerKeys.get(kid)
    },
  }
  const clock = heldClock(Date.now())
  const tokens = createVerifiedTokens(counting, 'ingest', clock.now)
  const token = await tokenOf(agent, 'ingest', { nowMs: clock.now() })
  expect(tokens.peek(token)).toBeUndefined()
  await tokens.verify(token)
  for (let i = 0; i < 100; i++) expect(tokens.peek(token)).toMatchObject({ actorId: 'usr_a' })
  expect(looked).toBe(1)
  clock.advance(61_000)
  expect(tokens.peek(token)).toBeUndefined()
  expect(tokens.size).toBe(0)
})

test('a refused token leaves nothing behind', async () => {
  const tokens = createVerifiedTokens(callerKeys, 'ingest')
  const refused = await tokens.verify('not.a.token').catch((error: { code: string }) => error.code)
  expect(refused).toBe('unauthenticated')
  expect(tokens.size).toBe(0)
})
