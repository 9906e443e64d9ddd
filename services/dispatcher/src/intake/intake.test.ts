import { describe, expect, test } from 'bun:test'
import { durables } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { createLogger } from '@palomar/runtime'
import { createWindowSettled } from '../doubt/window-settled.ts'
import { createIntake } from './intake.ts'

const logger = createLogger({ service: 'test', level: 'error', write: () => undefined })
const chain = [durables.ingestWebhooks, durables.inboxIngest]

/** Two streams with their readers, moved by the test. */
function streams() {
  const state = { webhooks: { last: 0, through: 0 }, ingest: { last: 0, through: 0 }, away: false }
  const looks: string[] = []
  const intake = createIntake({
    chain,
    logger,
    progress: async ({ stream }) => {
      if (state.away) throw appError('unavailable')
      looks.push(stream)
      return { ...(stream === 'WEBHOOKS' ? state.webhooks : state.ingest) }
    },
  })
  return { state, looks, intake }
}

/** Resolves when the intake has looked once more. */
async function nextLook(looks: string[]): Promise<void> {
  const before = looks.length
  while (looks.length === before) await Bun.sleep(1)
}

describe('how far the webhooks have been applied', () => {
  test('CONTRACTS 29: nothing under way is seen in one look at each stream', async () => {
    const { state, looks, intake } = streams()
    state.webhooks = { last: 7, through: 7 }
    state.ingest = { last: 9, through: 9 }
    expect(await intake.applied(0)).toBe(true)
    expect(looks).toEqual(['WEBHOOKS', 'INGEST'])
  })

  test('CONTRACTS 29: a webhook is awaited through ingest and then through inbox; what came after the call is not', async () => {
    const { state, looks, intake } = streams()
    state.webhooks = { last: 8, through: 7 }
    state.ingest = { last: 9, through: 9 }
    expect(await intake.applied(0)).toBe(false)
    let answer: boolean | undefined
    const applied = intake.applied(Number.POSITIVE_INFINITY).then((yes) => {
      answer = yes
    })
    await nextLook(looks)
    // Ingest has it and has published; more webhooks come meanwhile.
    state.webhooks = { last: 50, through: 8 }
    state.ingest = { last: 10, through: 9 }
    while (!looks.includes('INGEST')) await nextLook(looks)
    await nextLook(looks)
    expect(answer).toBeUndefined()
    state.ingest = { last: 40, through: 10 }
    await applied
    expect(answer).toBe(true)
  })

  test('CONTRACTS 29: after the wait, or when NATS cannot say, the answer is no', async () => {
    const { state, intake } = streams()
    state.webhooks = { last: 8, through: 7 }
    expect(await intake.applied(1)).toBe(false)
    state.away = true
    expect(await intake.applied(Number.POSITIVE_INFINITY)).toBe(false)
    state.away = false
    state.webhooks.through = 8
    expect(await intake.applied(0)).toBe(true)
  })
})

describe('through when a no of inbox’s is final', () => {
  function settled() {
    const around = { ...streams(), kept: 0, now: 1_000 }
    const until = createWindowSettled({
      intake: around.intake,
      keptAside: async () => around.kept,
      clock: { now: () => around.now, monotonic: () => around.now },
      logger,
    })
    /** Reads until a walk that began after this call has ended. */
    const read = async () => {
      let at: Date | undefined
      for (let i = 0; i < 3; i++) at = await until.read()
      return at?.getTime()
    }
    return { around, read }
  }

  test('CONTRACTS 29: it is the time at which a walk began that has ended, and never falls', async () => {
    const { around, read } = settled()
    expect(await read()).toBe(1_000)
    around.now = 2_000
    around.state.webhooks = { last: 1, through: 0 }
    expect(await read()).toBe(1_000)
    around.state.webhooks.through = 1
    around.now = 3_000
    while ((await read()) === 1_000) await Bun.sleep(1)
    expect(await read()).toBeGreaterThanOrEqual(2_000)
  })

  test('CONTRACTS 29: it stands still while an event of the intake waits for another try or an operator', async () => {
    const { around, read } = settled()
    around.kept = 1
    expect(await read()).toBeUndefined()
    around.kept = 0
    expect(await read()).toBe(1_000)
  })
})
