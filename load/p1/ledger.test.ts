import { expect, test } from 'bun:test'
import { requestOf } from './bodies.ts'
import { checkRound } from './ledger.ts'

const run = 'r1'
const bodyOf = (n: number) => {
  const request = requestOf('/webhooks/whatsapp', run, n)
  return request.subarray(request.indexOf('\r\n\r\n') + 4)
}
const answers = (sent: number, failed: number[] = []) => ({ sent, failed, seconds: 1, p50Ms: 0, p99Ms: 0 })
const stored =
  (...numbers: number[]) =>
  async (onBody: (bytes: Uint8Array) => void) => {
    for (const n of numbers) onBody(bodyOf(n))
  }

test('all that was answered 200 is there once: the ledger agrees', async () => {
  expect(await checkRound(run, answers(3), stored(0, 2, 1))).toEqual({
    sent: 3,
    stored: 3,
    lost: 0,
    doubled: 0,
  })
})

test('one answered 200 and not stored is lost, whatever else is stored', async () => {
  expect(await checkRound(run, answers(3), stored(0, 1, 1))).toEqual({
    sent: 3,
    stored: 3,
    lost: 1,
    doubled: 1,
  })
})

test('one refused is not lost, stored or not', async () => {
  expect(await checkRound(run, answers(3, [1, 2]), stored(0, 2))).toMatchObject({
    sent: 1,
    lost: 0,
    doubled: 0,
  })
})

test("another round's bodies do not count", async () => {
  expect(await checkRound('r2', answers(1), stored(0))).toMatchObject({ stored: 0, lost: 1 })
})
