import { expect, test } from 'bun:test'
import { buckets } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { provisionedNats } from './fixture.ts'

const { nats, connect } = await provisionedNats()
const bytes = (text: string) => Buffer.from(text)

test('a key is put, read, changed and deleted; revisions rise', async () => {
  const kv = (await connect()).kv(buckets.appSecrets.name)
  expect(await kv.get('app')).toBeUndefined()
  const first = await kv.put('app', bytes('one'))
  const second = await kv.put('app', bytes('two'))
  expect(second).toBeGreaterThan(first)
  const entry = await kv.get('app')
  expect(entry).toMatchObject({ key: 'app', revision: second })
  expect(String(Buffer.from(entry?.value ?? []))).toBe('two')
  await kv.put('app.other', bytes('x'))
  expect(await kv.keys()).toEqual(['app', 'app.other'])
  await kv.delete('app')
  expect(await kv.get('app')).toBeUndefined()
  expect(await kv.keys()).toEqual(['app.other'])
})

test('a key that would be another subject is refused', async () => {
  const kv = (await connect()).kv(buckets.appSecrets.name)
  for (const key of ['a.>', '*', 'a b', '', '.a'])
    expect((await kv.put(key, bytes('x')).catch((error) => error)).code).toBe('internal')
})

test('a watch tells what is there, then what changes, over the death of the server too', async () => {
  const [writer, reader] = [await connect(), await connect()]
  const kv = writer.kv(buckets.callerKeys.name)
  await kv.put('a', bytes('1'))
  await kv.put('a', bytes('2'))
  await kv.put('b', bytes('1'))
  const told: string[] = []
  const watch = reader.kv(buckets.callerKeys.name).watch({
    onEntry: ({ key, value }) => void told.push(`${key}=${value && Buffer.from(value)}`),
  })
  await watch.caughtUp
  expect(told).toEqual(['a=2', 'b=1'])
  await kv.put('a', bytes('3'))
  await kv.delete('b')
  await eventually(() => expect(told.slice(2)).toEqual(['a=3', 'b=undefined']))
  await nats.kill()
  await nats.restart()
  await eventually(() => kv.put('a', bytes('4')))
  await eventually(() => expect(told.at(-1)).toBe('a=4'))
  await watch.stop()
})

test('with the server away it says `unavailable`, not "no such key"', async () => {
  const bus = await connect()
  const kv = bus.kv(buckets.callerKeys.name)
  await kv.put('a', bytes('1'))
  await nats.kill()
  await eventually(() => expect(bus.isConnected()).toBe(false))
  const [got, listed] = await Promise.all([
    kv.get('a').catch((error) => error.code),
    kv.keys().catch((error) => error.code),
  ])
  expect([got, listed]).toEqual(['unavailable', 'unavailable'])
  await nats.restart()
  await eventually(async () => expect(await kv.get('a')).toBeDefined())
}, 20_000)
