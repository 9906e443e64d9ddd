import { afterEach, expect, test } from 'bun:test'
import { authV1 } from '@palomar/contracts'
import { AppError, appError } from '@palomar/errors'
import { eventually, heldClock } from '@palomar/testkit'
import {
  createServer,
  type JwkSet,
  remoteCallerKeys,
  serviceTokenSource,
  signCaller,
  tenancyCallerKeys,
} from '../src/index.ts'
import { callerKeys, key, otherKey, recordingLogger } from './fixture.ts'

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** tenancy's two public methods, as far as a service needs them. */
async function startTenancy(now: () => number) {
  const issued: string[] = []
  const { issueServiceToken, getSigningKeys } = authV1.AuthServiceService
  const server = createServer({ service: 'tenancy', port: 0, logger: recordingLogger(), callerKeys })
  let away = false
  server.add(
    { issueServiceToken, getSigningKeys },
    {
      issueServiceToken: async ({ service, secret }) => {
        if (away) throw appError('unavailable')
        if (secret !== 'right') throw appError('unauthenticated')
        const signed = await signCaller(key, { kind: 'service', service }, { nowMs: now() })
        issued.push(signed.token)
        return signed
      },
      getSigningKeys: async () => ({ jwksJson: JSON.stringify({ keys: [key.publicJwk] }) }),
    },
  )
  const port = await server.start()
  closers.push(() => server.stop(500))
  return { address: `127.0.0.1:${port}`, issued, goAway: () => (away = true), comeBack: () => (away = false) }
}

test('CONTRACTS 35: a service asks for its token once and renews it before it ends', async () => {
  const clock = heldClock(Date.now())
  const tenancy = await startTenancy(clock.now)
  const source = serviceTokenSource({
    service: 'inbox',
    secret: 'right',
    tenancyAddress: tenancy.address,
    now: clock.now,
  })
  closers.push(() => source.close())
  const tokens = await Promise.all(Array.from({ length: 20 }, () => source.get('dispatcher')))
  expect(new Set(tokens).size).toBe(1)
  expect(tenancy.issued).toHaveLength(1)
  clock.advance(6 * 60_000)
  await source.get('dispatcher')
  await eventually(() => expect(tenancy.issued).toHaveLength(2))
  expect(await source.get('dispatcher')).toBe(tenancy.issued[1] as string)
})

test('CONTRACTS 35: with tenancy away the last token is used for its hour, then the call is unavailable', async () => {
  const clock = heldClock(Date.now())
  const tenancy = await startTenancy(clock.now)
  const logger = recordingLogger()
  const { address } = tenancy
  const source = serviceTokenSource({
    service: 'inbox',
    secret: 'right',
    tenancyAddress: address,
    now: clock.now,
    logger,
  })
  closers.push(() => source.close())
  const token = await source.get('dispatcher')
  tenancy.goAway()
  clock.advance(59 * 60_000)
  expect(await source.get('dispatcher')).toBe(token)
  clock.advance(2 * 60_000)
  await eventually(async () => {
    const error = await Promise.resolve(source.get('dispatcher')).catch((e: unknown) => e)
    expect((error as AppError).code).toBe('unavailable')
  })
  tenancy.comeBack()
  expect(await source.get('dispatcher')).not.toBe(token)
})

test('CONTRACTS 35: a wrong secret is unauthenticated', async () => {
  const tenancy = await startTenancy(Date.now)
  const source = serviceTokenSource({ service: 'inbox', secret: 'wrong', tenancyAddress: tenancy.address })
  closers.push(() => source.close())
  const error = await Promise.resolve(source.get('dispatcher')).catch((e: unknown) => e)
  expect((error as AppError).code).toBe('unauthenticated')
})

test('CONTRACTS 35: keys are fetched when an unknown one turns up and go on verifying while tenancy is away', async () => {
  const tenancy = await startTenancy(Date.now)
  const keys = tenancyCallerKeys(tenancy.address)
  closers.push(() => keys.close())
  expect(await keys.get(key.kid)).toBeDefined()
  tenancy.goAway()
  expect(await keys.get(key.kid)).toBeDefined()
})

test('CONTRACTS 35: an unknown key id costs one fetch, not one each', async () => {
  let fetches = 0
  const keys = remoteCallerKeys(async (): Promise<JwkSet> => {
    fetches++
    return { keys: [key.publicJwk] }
  })
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => keys.get(`unknown-${i}`)))
  expect(answers.every((answer) => answer === undefined)).toBe(true)
  expect(await keys.get(otherKey.kid)).toBeUndefined()
  expect(fetches).toBe(1)
})

test('CONTRACTS 35: keys that cannot be fetched say unavailable, not that the token is bad', async () => {
  const keys = remoteCallerKeys(async () => {
    throw new Error('connection refused')
  })
  const error = await keys.get('any').catch((e: unknown) => e)
  expect(error).toBeInstanceOf(AppError)
  expect((error as AppError).code).toBe('unavailable')
})
