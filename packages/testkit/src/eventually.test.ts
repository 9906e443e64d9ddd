import { expect, test } from 'bun:test'
import { eventually } from './eventually.ts'
import { heldClock } from './held-clock.ts'

test('eventually returns what the first call that succeeds returns', async () => {
  let calls = 0
  const value = await eventually(() => {
    if (++calls < 3) throw new Error('not yet')
    return calls
  })
  expect(value).toBe(3)
})

test('eventually ends with the last failure, which is what the reader must see', async () => {
  let calls = 0
  const failing = eventually(() => Promise.reject(new Error(`failure ${++calls}`)), {
    timeoutMs: 30,
    everyMs: 10,
  })
  await expect(failing).rejects.toThrow(/failure [2-9]/)
})

test('a held clock moves only when told, and a wall jump leaves the monotonic time alone', () => {
  const clock = heldClock(0)
  const monotonic = clock.monotonic()
  clock.advance(5)
  clock.jump(-100)
  expect([clock.now(), clock.monotonic() - monotonic]).toEqual([-95, 5])
})
