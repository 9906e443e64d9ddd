import { expect, test } from 'bun:test'
import { heldClock } from '@palomar/testkit'
import type { Frame } from './frame.ts'
import { createRing } from './ring.ts'

const limits = { ageMs: 300_000, bytesMax: 10_000, tenantBytesMax: 4_000 }

function frame(seq: number, tenantId = 'ten_a', bytes = 100): Frame {
  const nothing = {
    kind: 'k',
    permission: '',
    userId: '',
    before: undefined,
    after: undefined,
    resourceId: '',
  }
  return { seq, tenantId, bytes, ...nothing, text: () => '' }
}

function ringAt() {
  const clock = heldClock()
  const ring = createRing(() => clock.monotonic(), limits)
  return { clock, ring }
}

const seqs = (frames: readonly Frame[] | undefined) => frames?.map(({ seq }) => seq)

test('CONTRACTS 34: what a company missed behind its cursor, in order, and nothing of others', () => {
  const { ring } = ringAt()
  ring.restart(0)
  for (let seq = 1; seq <= 10; seq++) ring.add(frame(seq, seq % 2 === 0 ? 'ten_even' : 'ten_odd'))
  expect(seqs(ring.after('ten_even', 4))).toEqual([6, 8, 10])
  expect(seqs(ring.after('ten_odd', 4))).toEqual([5, 7, 9])
  expect(seqs(ring.after('ten_even', 10))).toEqual([])
  expect(seqs(ring.after('ten_none', 4))).toEqual([])
})

test('CONTRACTS 34: a cursor older than the ring is told to reload, also by a company without frames', () => {
  const { ring, clock } = ringAt()
  ring.restart(0)
  ring.add(frame(1))
  clock.advance(200_000)
  ring.add(frame(2))
  clock.advance(150_000)
  ring.sweep()
  expect(ring.after('ten_a', 0)).toBeUndefined()
  expect(seqs(ring.after('ten_a', 1))).toEqual([2])
  expect(ring.after('ten_quiet', 0)).toBeUndefined()
  expect(ring.after('ten_quiet', 1)).toEqual([])
})

test('CONTRACTS 34: another life of the stream voids what was known; a cursor before it reloads', () => {
  const { ring } = ringAt()
  ring.restart(0)
  ring.add(frame(1))
  ring.restart(50)
  expect(ring.after('ten_a', 1)).toBeUndefined()
  expect(ring.after('ten_a', 49)).toBeUndefined()
  expect(ring.after('ten_a', 50)).toEqual([])
})

test('CONTRACTS 34: a gateway that starts knows as far back as the first frame it read', () => {
  const { ring } = ringAt()
  ring.restart(1_000)
  ring.add(frame(700))
  ring.add(frame(900))
  expect(ring.after('ten_a', 600)).toBeUndefined()
  expect(seqs(ring.after('ten_a', 699))).toEqual([700, 900])
  expect(seqs(ring.after('ten_a', 700))).toEqual([900])
})

test('HOUSE 12: bytes are bounded, and one company cannot push out the minutes of another', () => {
  const { ring } = ringAt()
  ring.restart(0)
  ring.add(frame(1, 'ten_calm'))
  for (let seq = 2; seq <= 500; seq++) ring.add(frame(seq, 'ten_storm'))
  expect(ring.bytes).toBeLessThanOrEqual(limits.tenantBytesMax + 100)
  expect(seqs(ring.after('ten_calm', 0))).toEqual([1])
  expect(ring.after('ten_storm', 100)).toBeUndefined()
  expect(seqs(ring.after('ten_storm', 498))).toEqual([499, 500])
})

test('HOUSE 12: with many companies the oldest frames go first', () => {
  const { ring } = ringAt()
  ring.restart(0)
  for (let seq = 1; seq <= 1_000; seq++) ring.add(frame(seq, `ten_${seq % 50}`))
  expect(ring.bytes).toBeLessThanOrEqual(limits.bytesMax)
  expect(ring.after('ten_1', 800)).toBeUndefined()
  expect(seqs(ring.after('ten_1', 950))).toEqual([951])
})

test('CONTRACTS 34: a hole in one company makes it reload and leaves the others', () => {
  const { ring } = ringAt()
  ring.restart(0)
  ring.add(frame(1, 'ten_a'))
  ring.add(frame(2, 'ten_b'))
  ring.restartTenant('ten_a', 3)
  ring.add(frame(4, 'ten_a'))
  expect(ring.after('ten_a', 1)).toBeUndefined()
  expect(seqs(ring.after('ten_a', 3))).toEqual([4])
  expect(seqs(ring.after('ten_b', 1))).toEqual([2])
})

test('a long run takes from the front without losing its place', () => {
  const { ring, clock } = ringAt()
  ring.restart(0)
  for (let seq = 1; seq <= 20_000; seq++) {
    ring.add(frame(seq, `ten_${seq % 7}`, 10))
    clock.advance(1_000)
    ring.sweep()
  }
  expect(ring.bytes).toBe(3_000)
  expect(seqs(ring.after('ten_3', 19_980))).toEqual([19_981, 19_988, 19_995].filter((seq) => seq % 7 === 3))
})
