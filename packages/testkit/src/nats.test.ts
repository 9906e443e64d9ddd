import { expect, test } from 'bun:test'
import { connect } from 'nats'
import { testNats } from './nats.ts'

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
