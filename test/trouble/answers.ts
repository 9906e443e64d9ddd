import { describe, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { type Trouble, waiting } from './trouble.ts'

/** What Graph answers to a send, or does not. */
export const answers = (trouble: Trouble) =>
  describe('answers of Graph', () => {
    test('R2: the answer is lost after the message was accepted: its status settles it, and it goes once', async () => {
      await trouble.make('lostResponse')
      const { id } = await trouble.send()
      await trouble.untilState(id, 'read')
      await trouble.end('lostResponse')
      expect(await trouble.acceptedTimes(id)).toBe(1)
    })

    test('M31: 131000 and 130429 are tried again until they end: sent once', async () => {
      for (const name of ['somethingWrong', 'tooMany'] as const) {
        await trouble.make(name)
        const { id } = await trouble.send()
        await eventually(
          async () => expect((await trouble.message(id)).attempts.length).toBeGreaterThan(0),
          waiting,
        )
        await trouble.end(name)
        await trouble.untilState(id, 'read')
        expect(await trouble.acceptedTimes(id)).toBe(1)
      }
    })

    test('CONTRACTS 27: a gateway’s page, a reset and silence leave it in doubt: not sent a second time on a guess', async () => {
      for (const name of ['error5xx', 'reset', 'hang'] as const) {
        await trouble.make(name)
        const { id } = await trouble.send()
        await eventually(async () => {
          const { attempts } = await trouble.message(id)
          expect(attempts.map(({ state }: { state: string }) => state)).toEqual(['in_doubt'])
        }, waiting)
        await trouble.end(name)
        const after = await trouble.send()
        await trouble.untilState(after.id, 'read')
        const now = await trouble.message(id)
        expect([now.attempts.length, await trouble.acceptedTimes(id)]).toEqual([1, 0])
      }
    })

    test('an expired token is no reason to fail: what comes after its return is sent', async () => {
      await trouble.make('expiredToken')
      const { id } = await trouble.send()
      await eventually(
        async () => expect((await trouble.message(id)).attempts.length).toBeGreaterThan(0),
        waiting,
      )
      await trouble.end('expiredToken')
      expect(await trouble.acceptedTimes(id)).toBe(0)
    })
  })
