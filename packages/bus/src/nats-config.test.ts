import { expect, test } from 'bun:test'
import { testNats } from '@palomar/testkit'
import { raw } from '../test/raw.ts'
import { natsConfig, operatorUser } from './nats-config.ts'

const place = { port: 4222, storeDir: '/data' }

test('CONTRACTS 7: it syncs before it acknowledges and takes 8 MB, unless told otherwise', () => {
  const config = natsConfig(place)
  expect(config).toContain('sync_interval: always')
  expect(config).toContain('max_payload: 8388608')
  expect(natsConfig({ ...place, sync: false })).toContain('sync_interval: "2m"')
})

test('a user that is no service would have no permissions: refused', () => {
  expect(() => natsConfig({ ...place, users: [{ name: 'intruder', pass: 'x' }] })).toThrow('intruder')
})

test('with users nobody comes in without a password, whatever is in it', async () => {
  const pass = 'p"a\\ss $word {#}'
  const hashed = Bun.password.hashSync('secret', { algorithm: 'bcrypt', cost: 4 })
  const nats = await testNats((at) =>
    natsConfig({
      ...at,
      users: [
        { name: operatorUser, pass },
        { name: 'inbox', pass: hashed },
      ],
    }),
  )
  const isIn = (login: { user?: string; pass?: string }) =>
    raw(nats.url, login).then(
      ({ nc }) => nc.close().then(() => true),
      () => false,
    )
  expect(await isIn({ user: operatorUser, pass })).toBe(true)
  expect(await isIn({ user: 'inbox', pass: 'secret' })).toBe(true)
  expect(await isIn({ user: operatorUser, pass: 'wrong' })).toBe(false)
  expect(await isIn({})).toBe(false)
  await nats.stop()
})
