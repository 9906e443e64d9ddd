import { expect, test } from 'bun:test'
import { areas } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { event, logged, nameOf, provisionedNats } from './fixture.ts'
import { raw } from './raw.ts'

const { nats, connect } = await provisionedNats()

test('every replica hears what is published; whoever was away is told that he may have missed something', async () => {
  const replicas = await Promise.all([connect(), connect()])
  const publisher = (await connect()).publisher(areas.tenancy)
  const heard = replicas.map(() => new Set<string>())
  let missed = 0
  for (const [at, bus] of replicas.entries()) {
    bus.tap(
      areas.tenancy,
      (events) => {
        for (const each of events) heard[at]?.add(nameOf(each))
      },
      { onMissed: () => void missed++ },
    )
  }
  const reaches = (name: string) =>
    eventually(async () => {
      await publisher.publish([event(name)])
      expect(heard.map((names) => names.has(name))).toEqual([true, true])
    })
  await reaches('before')
  expect(missed).toBe(0)
  await nats.kill()
  await nats.restart()
  await eventually(() => expect(missed).toBe(2))
  await reaches('after')
})

test('what a tap cannot read, or its handler throws at, is logged and the next one is heard', async () => {
  const bus = await connect()
  const heard: string[] = []
  bus.tap(areas.tenancy, (events) => {
    heard.push(...events.map(nameOf))
    if (heard.length === 1) throw new Error('a bug of the listener')
  })
  const { nc } = await raw(nats.url)
  await eventually(async () => {
    nc.publish('tenancy.v1', new Uint8Array([0xff]))
    await bus.publisher(areas.tenancy).publish([event('a')])
    expect(heard.length).toBeGreaterThan(2)
  })
  await nc.close()
  expect(logged.some(({ msg, err }) => msg.includes('not handled') && String(err).includes('a bug'))).toBe(
    true,
  )
})
