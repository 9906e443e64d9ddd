import { expect, test } from 'bun:test'
import { areas } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { event, provisionedNats, shortAckWait } from './fixture.ts'
import { raw } from './raw.ts'

const { nats, connect, empty } = await provisionedNats({ durables: shortAckWait(400) })
const bus = await connect()

/** Restarts the deadly consumer as often as it dies, as an orchestrator would. */
function keepRunning(mutation = '') {
  const effects: string[] = []
  let deaths = 0
  let isOver = false
  let child: ReturnType<typeof start> | undefined
  const start = () =>
    Bun.spawn([process.execPath, `${import.meta.dir}/deadly-consumer.ts`, nats.url, mutation], {
      stdout: 'pipe',
      stderr: 'ignore',
    })
  const ended = (async () => {
    while (!isOver) {
      child = start()
      effects.push(...(await new Response(child.stdout).text()).split('\n').filter(Boolean))
      await child.exited
      if (!isOver) deaths++
    }
  })()
  return {
    deaths: () => deaths,
    /** Ends it; gives every effect there was. */
    async stop(): Promise<string[]> {
      isOver = true
      child?.kill('SIGKILL')
      await ended
      return effects
    },
  }
}

test('CONTRACTS 4: an event that kills the process ends in DEAD, and all others of its batch are handled', async () => {
  await bus.publisher(areas.tenancy).publish(['a', 'poison', 'b', 'c'].map((name) => event(name)))
  const service = keepRunning()
  await eventually(
    async () => {
      const { letters } = await bus.dead.list()
      expect(letters.map(({ eventId }) => eventId)).toEqual([event('poison').header?.id ?? ''])
      expect(letters[0]).toMatchObject({ tries: 8, reasonCode: 'no_answer' })
    },
    { timeoutMs: 50_000 },
  )
  await bus.publisher(areas.tenancy).publish([event('after')])
  const wanted = new Set(['a', 'b', 'c', 'after'])
  const deaths = service.deaths()
  await eventually(async () => {
    const { num_pending, num_ack_pending } = await pendingOf('ingest-tenancy')
    expect([num_pending, num_ack_pending]).toEqual([0, 0])
  })
  const effects = await service.stop()
  expect(new Set(effects)).toEqual(wanted)
  // Twice in its batch, then once per try that it had alone.
  expect(deaths).toBeLessThanOrEqual(8)
  expect(deaths).toBeGreaterThanOrEqual(3)
  expect((await bus.dead.list()).letters).toHaveLength(1)
  await empty()
}, 60_000)

test('the mutation ack-before-commit makes the same kill lose an event: these tests would see it', async () => {
  await bus.publisher(areas.tenancy).publish(['a', 'poison', 'b'].map((name) => event(name)))
  const service = keepRunning('ack-before-commit')
  await eventually(() => expect(service.deaths()).toBe(1), { timeoutMs: 20_000 })
  await eventually(async () => expect((await pendingOf('ingest-tenancy')).num_ack_pending).toBe(0))
  const effects = await service.stop()
  expect(effects).not.toContain('b')
  expect((await bus.dead.list()).letters).toEqual([])
}, 60_000)

async function pendingOf(durable: string) {
  const { nc, jsm } = await raw(nats.url)
  const info = await jsm.consumers.info('TENANCY', durable)
  await nc.close()
  return info
}
