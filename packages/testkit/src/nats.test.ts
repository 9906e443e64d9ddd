import { expect, test } from 'bun:test'
import { connect } from 'nats'
import { testBus, testNats } from './nats.ts'

test('what JetStream acknowledged is there after the server was killed and started again', async () => {
  const nats = await testNats()
  const before = await connect({ servers: nats.url })
  const manager = await before.jetstreamManager()
  await manager.streams.add({ name: 'T', subjects: ['t'] })
  await before.jetstream().publish('t', new Uint8Array([7]))
  await nats.kill()
  await before.close()
  await nats.restart()
  const after = await connect({ servers: nats.url })
  const { state } = await (await after.jetstreamManager()).streams.info('T')
  await after.close()
  await nats.stop()
  expect(state.messages).toBe(1)
})

test('a test bus has the streams of the contracts and a user for each service', async () => {
  const bus = await testBus()
  const { servers, user, pass } = bus.login('operator')
  const operator = await connect({ servers, user, pass })
  const names = await (await operator.jetstreamManager()).streams.names().next()
  const ingest = await connect({ ...bus.login('ingest') })
  await Promise.all([operator.close(), ingest.close()])
  await bus.stop()
  expect(names).toContain('WEBHOOKS')
})
