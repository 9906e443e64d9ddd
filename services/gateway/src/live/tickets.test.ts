import { expect, test } from 'bun:test'
import { authV1 } from '@palomar/contracts'
import { createLimiter } from '@palomar/ratelimit'
import { generateKey, keyringOf } from '@palomar/seal'
import { heldClock, silentLogger } from '@palomar/testkit'
import { createTickets } from './tickets.ts'

const ring = keyringOf([{ name: 'k', key: generateKey() }])
const session = {
  identity: authV1.Identity.fromPartial({
    tenantId: 'ten_a',
    actorId: 'usr_a',
    sessionId: 'ses_a',
    permissions: ['messages:read'],
  }),
  permissions: new Set(['messages:read']),
  tokens: {},
}

function setUp(key = ring) {
  const clock = heldClock()
  const limiter = createLimiter({ replicas: 3, logger: silentLogger, clock })
  return { clock, tickets: createTickets(key, limiter, clock) }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  )

test('CONTRACTS 34: a ticket carries who it is for, works once, and not after 30 s', async () => {
  const { clock, tickets } = setUp()
  const { ticket, expiresAt } = tickets.issue(session)
  expect(expiresAt.getTime()).toBe(clock.now() + 30_000)
  expect(await tickets.redeem(ticket)).toMatchObject({
    viewer: { tenantId: 'ten_a', actorId: 'usr_a', sessionId: 'ses_a' },
  })
  expect(await codeOf(tickets.redeem(ticket))).toBe('unauthenticated')
  const late = tickets.issue(session)
  clock.advance(30_001)
  expect(await codeOf(tickets.redeem(late.ticket))).toBe('unauthenticated')
})

test('CONTRACTS 34: a ticket never works again within its life, whatever the limiter forgets by then', async () => {
  const { clock, tickets } = setUp()
  const { ticket } = tickets.issue(session)
  await tickets.redeem(ticket)
  for (let second = 0; second < 30; second++) {
    clock.advance(1_000)
    expect(await codeOf(tickets.redeem(ticket))).toBe('unauthenticated')
  }
})

test('CONTRACTS 34: a ticket that we did not seal is refused', async () => {
  const { tickets } = setUp()
  const foreign = setUp(keyringOf([{ name: 'other', key: generateKey() }])).tickets.issue(session).ticket
  for (const ticket of [foreign, '', 'x', 'x'.repeat(10_000)])
    expect(await codeOf(tickets.redeem(ticket))).toBe('unauthenticated')
})
