import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { type CommitLimits, CommitQueue, type Part } from './commit-queue.ts'

const limits: CommitLimits = { eventsMax: 8, bytesMax: 100, queuedPartsMax: 50, queuedBytesMax: 2_000 }
const part = (events: number, bytes: number, deadline = 0): Part => ({
  bytes: new Uint8Array(bytes),
  events,
  deadline,
  done: () => undefined,
})

test('whatever is added is taken once, in order, in batches within both limits unless one part alone exceeds them', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 150 })),
          fc.constant('take'),
        ),
      ),
      (steps) => {
        const queue = new CommitQueue(limits)
        const added: Part[] = []
        const taken: Part[] = []
        const take = () => {
          const batch = queue.take()
          const events = batch.reduce((sum, each) => sum + each.events, 0)
          const bytes = batch.reduce((sum, each) => sum + each.bytes.length, 0)
          if (batch.length > 1) {
            expect(events).toBeLessThanOrEqual(limits.eventsMax)
            expect(bytes).toBeLessThanOrEqual(limits.bytesMax)
          }
          taken.push(...batch)
        }
        for (const step of steps) {
          if (step === 'take') take()
          else {
            const each = part(...(step as [number, number]))
            try {
              queue.add(each)
              added.push(each)
            } catch {
              expect(queue.size).toBeGreaterThan(0)
            }
          }
          expect(queue.size).toBeLessThanOrEqual(limits.queuedPartsMax)
          expect(queue.size).toBe(added.length - taken.length)
        }
        while (queue.size > 0) take()
        expect(taken).toEqual(added)
        expect(queue.bytes).toBe(0)
      },
    ),
  )
})

test('only those whose time is over are dropped, from the front', () => {
  const queue = new CommitQueue(limits)
  const parts = [10, 20, 30].map((deadline) => part(1, 1, deadline))
  for (const each of parts) queue.add(each)
  expect(queue.takeExpired(20)).toEqual(parts.slice(0, 2))
  expect(queue.first).toBe(parts[2])
  expect(queue.bytes).toBe(1)
})

test('it stays small over a long life', () => {
  const queue = new CommitQueue(limits)
  for (let n = 0; n < 5_000; n++) {
    queue.add(part(1, 1))
    queue.take()
  }
  expect([queue.size, queue.bytes]).toEqual([0, 0])
})
