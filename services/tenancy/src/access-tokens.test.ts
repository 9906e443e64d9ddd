import { expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { newId } from '@palomar/contracts'
import { signCaller, staticCallerKeys, verifyCaller } from '@palomar/rpc'
import { heldClock } from '@palomar/testkit'
import { createAccessTokens } from './access-tokens.ts'
import { signingKeys } from './signing-keys.ts'

const seed = () => randomBytes(32).toString('base64')
const claims = { userId: newId('user'), tenantId: newId('tenant'), sessionId: newId('session') }

async function setup(seeds: string[], clock = heldClock()) {
  const keys = await signingKeys(seeds)
  const callerKeys = staticCallerKeys(keys.jwks)
  const tokens = createAccessTokens({
    signing: keys.current,
    keys: callerKeys,
    ttlS: 900,
    now: () => clock.now(),
  })
  return { tokens, clock, keys, callerKeys }
}

test('U10: an access token is good for its quarter of an hour, then expired and not just wrong', async () => {
  const { tokens, clock } = await setup([seed()])
  const { token, expiresAt } = await tokens.sign(claims)
  expect(expiresAt.getTime() - clock.now()).toBe(900_000)
  expect(await tokens.verify(token)).toEqual({ ...claims, expiresAt })
  clock.advance(899_000)
  expect(await tokens.verify(token)).toMatchObject(claims)
  clock.advance(1_000)
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token_expired' })
})

test('U10: what was altered, signed by others or never a token is unauthenticated', async () => {
  const { tokens } = await setup([seed()])
  const { token } = await tokens.sign(claims)
  const foreign = await (await setup([seed()])).tokens.sign(claims)
  const [head, body, signature] = token.split('.')
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
  for (const bad of ['', 'x', `${head}.${body}.${signature?.slice(0, -4)}AAAA`, none, foreign.token]) {
    await expect(tokens.verify(bad)).rejects.toMatchObject({ code: 'unauthenticated' })
  }
})

test('CONTRACTS 35: an access token is no caller token, and a caller token no access token', async () => {
  const { tokens, keys, callerKeys, clock } = await setup([seed()])
  const access = await tokens.sign(claims)
  await expect(verifyCaller(access.token, callerKeys, 'inbox', clock.now())).rejects.toMatchObject({
    code: 'unauthenticated',
  })
  const caller = { kind: 'tenant', tenantId: claims.tenantId, actorId: claims.userId, role: 'agent' } as const
  const signed = await signCaller(
    keys.current,
    { ...caller, permissions: new Set<string>() },
    { audience: 'inbox', nowMs: clock.now() },
  )
  await expect(tokens.verify(signed.token)).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a signing key that was replaced verifies what it signed', async () => {
  const [old, fresh] = [seed(), seed()]
  const clock = heldClock()
  const before = await setup([old], clock)
  const after = await setup([fresh, old], clock)
  const { token } = await before.tokens.sign(claims)
  expect(await after.tokens.verify(token)).toMatchObject(claims)
  expect(after.keys.current.kid).not.toBe(before.keys.current.kid)
})
