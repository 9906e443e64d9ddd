import { expect, test } from 'bun:test'
import { authV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { heldClock } from '@palomar/testkit'
import { createExchange } from './exchange.ts'

const credential = (value: string) => ({ kind: 'apiKey' as const, value })

function setUp(answer: (value: string) => Partial<authV1.Identity> | Error = () => ({})) {
  const clock = heldClock()
  let asked = 0
  const exchange = createExchange({
    clock,
    async call(request) {
      asked++
      await Promise.resolve()
      const given = answer(request.credential?.value ?? '')
      if (given instanceof Error) throw given
      const identity = authV1.Identity.fromPartial({
        actorId: 'usr_a',
        tenantId: 'ten_a',
        sessionId: 'ses_a',
        ...given,
      })
      return { identity, tokens: { inbox: `token ${asked}` }, expiresAt: new Date(clock.now() + 60_000) }
    },
  })
  return { clock, exchange, asked: () => asked }
}

test('CONTRACTS 35: one exchange in 30 s, however many ask at once', async () => {
  const { exchange, clock, asked } = setUp()
  await Promise.all(Array.from({ length: 50 }, () => exchange.get(credential('k'), '')))
  expect(asked()).toBe(1)
  clock.advance(29_000)
  await exchange.get(credential('k'), '')
  expect(asked()).toBe(1)
  clock.advance(2_000)
  await exchange.get(credential('k'), '')
  expect(asked()).toBe(2)
})

test('CONTRACTS 35: a token handed out has at least half a minute left', async () => {
  const { exchange, clock } = setUp()
  const issued = clock.now()
  await exchange.get(credential('k'), '')
  clock.advance(29_999)
  await exchange.get(credential('k'), '')
  expect(issued + 60_000 - clock.now()).toBeGreaterThanOrEqual(30_000)
})

test('T1: the company that is named is part of what is remembered', async () => {
  const { exchange, asked } = setUp()
  await exchange.get(credential('k'), '')
  await exchange.get(credential('k'), 'ten_b')
  await exchange.get(credential('other'), '')
  expect(asked()).toBe(3)
})

test('CONTRACTS 35: a revocation forgets the user, the key, the session and the company it names, and no one else', async () => {
  const { exchange, asked } = setUp((value) => ({
    actorId: `usr_${value}`,
    sessionId: `ses_${value}`,
    tenantId: `ten_${value}`,
  }))
  for (const value of ['a', 'b']) await exchange.get(credential(value), '')
  expect(asked()).toBe(2)
  for (const drop of [
    () => exchange.dropSubject('usr_a'),
    () => exchange.dropSubject('ses_a'),
    () => exchange.dropTenant('ten_a'),
  ]) {
    const before = asked()
    drop()
    await exchange.get(credential('b'), '')
    expect(asked()).toBe(before)
    await exchange.get(credential('a'), '')
    expect(asked()).toBe(before + 1)
  }
})

test('CONTRACTS 35: an answer that was asked for before a revocation is not remembered after it', async () => {
  const { exchange, asked } = setUp()
  const asking = exchange.get(credential('k'), '')
  exchange.dropSubject('usr_a')
  await asking
  await exchange.get(credential('k'), '')
  expect(asked()).toBe(2)
})

test('HOUSE 12: a refused credential is refused again without asking, for a moment', async () => {
  const { exchange, clock, asked } = setUp(() => appError('unauthenticated'))
  for (let i = 0; i < 10; i++) {
    expect(await exchange.get(credential('k'), '').catch((error) => error.code)).toBe('unauthenticated')
  }
  expect(asked()).toBe(1)
  clock.advance(2_001)
  await exchange.get(credential('k'), '').catch(() => {})
  expect(asked()).toBe(2)
})

test('tenancy being away is not remembered, and neither is a suspended company', async () => {
  for (const code of ['unavailable', 'company_suspended'] as const) {
    const { exchange, asked } = setUp(() => appError(code))
    for (let i = 0; i < 3; i++) await exchange.get(credential('k'), '').catch(() => {})
    expect(asked()).toBe(3)
    expect(exchange.size).toBe(0)
  }
})

test('a credential that is about to end is not used past its end', async () => {
  const clock = heldClock()
  let asked = 0
  const exchange = createExchange({
    clock,
    async call() {
      asked++
      return { identity: authV1.Identity.create(), tokens: {}, expiresAt: new Date(clock.now() + 5_000) }
    },
  })
  await exchange.get(credential('k'), '')
  clock.advance(5_001)
  await exchange.get(credential('k'), '')
  expect(asked).toBe(2)
})
