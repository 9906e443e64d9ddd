import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemClock } from '@palomar/runtime'
import { eventually, heldClock } from '@palomar/testkit'
import type { TakenLease } from '../src/db/leases.ts'
import { createLeaseHolder, type LeaseHolder } from '../src/lanes/lease-holder.ts'
import { ledgerDatabase, quiet } from './harness.ts'

let ledger: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  ledger = await ledgerDatabase()
}, 60_000)
afterAll(() => ledger.close())

function holder(owner: string, clock = systemClock) {
  const taken: TakenLease[] = []
  const leases = createLeaseHolder({
    db: ledger.db,
    owner,
    clock,
    logger: quiet,
    onTaken: (more) => taken.push(...more),
    handoverOf: () => ({ sentAtMs: { n: [1] }, open: 3 }),
  })
  return { leases, taken }
}

const total = (...holders: { leases: LeaseHolder }[]) => holders.flatMap(({ leases }) => leases.partitions())

test('CONTRACTS 22: one owner takes everything; a second one gets an even share, and no partition has two', async () => {
  const first = holder('first')
  await first.leases.start()
  expect(first.leases.partitions()).toHaveLength(64)
  const second = holder('second')
  await second.leases.start()
  await eventually(() => {
    expect(first.leases.partitions()).toHaveLength(32)
    expect(second.leases.partitions()).toHaveLength(32)
  })
  expect(new Set(total(first, second)).size).toBe(64)
  await second.leases.stop()
  await eventually(() => expect(first.leases.partitions()).toHaveLength(64))
  await first.leases.stop()
}, 20_000)

test('CONTRACTS 22: each taking raises the epoch; a lease given back hands its log on', async () => {
  const first = holder('third')
  await first.leases.start()
  const before = new Map(first.taken.map(({ partition, epoch }) => [partition, epoch]))
  await first.leases.stop()
  const second = holder('fourth')
  await second.leases.start()
  for (const { partition, epoch, previous, handover } of second.taken) {
    expect(epoch).toBe((before.get(partition) ?? 0n) + 1n)
    expect(previous).toBeNull()
    expect(handover).toEqual({ sentAtMs: { n: [1] }, open: 3 })
  }
  // Given back properly: no silence is needed.
  expect(second.leases.epochOf(0)).toBeDefined()
  await second.leases.stop()
})

test('CONTRACTS 22: a holder that cannot renew stops by its own clock before the lease can be another’s', async () => {
  const clock = heldClock()
  const { leases } = holder('asleep', clock)
  await leases.start()
  expect(leases.epochOf(5)).toBeDefined()
  const epoch = leases.epochOf(5) ?? 0n
  clock.advance(1_999)
  expect(leases.isCurrent(5, epoch)).toBe(true)
  clock.advance(1)
  expect(leases.isCurrent(5, epoch)).toBe(false)
  expect(leases.epochOf(5)).toBeUndefined()
  // The wall clock's jumps change nothing.
  clock.jump(-3_600_000)
  expect(leases.epochOf(5)).toBeUndefined()
  await leases.stop()
  await ledger.db.sql`update dispatcher.leases set owner = null, expires_at = now()`
})

test('CONTRACTS 23: after a kill the next owner is silent for a second', async () => {
  await ledger.db.sql`update dispatcher.leases set owner = 'killed', expires_at = now() - interval '1 second'`
  const clock = heldClock()
  const { leases, taken } = holder('next', clock)
  await leases.start()
  expect(taken[0]?.previous).toBe('killed')
  expect(leases.partitions()).toHaveLength(64)
  expect(leases.epochOf(0)).toBeUndefined()
  clock.advance(1_000)
  expect(leases.epochOf(0)).toBeDefined()
  await leases.stop()
})

test('CONTRACTS 22: fencing raises the epoch of leases that are ours, and only of those', async () => {
  const { leases } = holder('fencer')
  await leases.start()
  const epoch = leases.epochOf(7) ?? 0n
  expect(await leases.fence([7])).toEqual([{ partition: 7, epoch: epoch + 1n }])
  expect(leases.epochOf(7)).toBe(epoch + 1n)
  expect(leases.wasOurs(7, epoch)).toBe(true)
  await ledger.db.sql`update dispatcher.leases set owner = 'thief' where partition = 8`
  expect(await leases.fence([8])).toEqual([])
  await leases.stop()
})
