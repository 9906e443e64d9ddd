import { expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ConfigError, configTable } from '@palomar/runtime'
import { configSchema, tenancyConfig } from './config.ts'

const key = () => randomBytes(32).toString('base64')
const env = () => ({
  DATABASE_URL: 'postgres://palomar_tenancy:x@127.0.0.1/palomar',
  NATS_URL: 'nats://127.0.0.1:4222',
  MASTER_KEYS: `m2:${key()},m1:${key()}`,
  APP_SECRETS_KEY: `a1:${key()}`,
  SIGNING_KEY_SEED: `${key()},${key()}`,
  SERVICE_SECRETS: JSON.stringify({ inbox: 'sixteen characters' }),
})

test('README’s environment table is the configuration’s', async () => {
  const readme = await Bun.file(join(import.meta.dir, '../README.md')).text()
  expect(readme).toContain(configTable(configSchema))
})

test('U5: the life of tokens is configurable, a quarter of an hour by default', () => {
  expect(tenancyConfig(env()).JWT_EXPIRE_HOURS).toBe(0.25)
  expect(tenancyConfig({ ...env(), JWT_EXPIRE_HOURS: '8' }).JWT_EXPIRE_HOURS).toBe(8)
})

test('U5: JWT_SECRET stands in for the seed, the same everywhere, and a short one is refused', () => {
  const { SIGNING_KEY_SEED: _, ...without } = env()
  const seedOf = (JWT_SECRET: string) => tenancyConfig({ ...without, JWT_SECRET }).SIGNING_KEY_SEED
  const secret = 'a secret of at least 32 characters'
  expect(seedOf(secret)).toEqual(seedOf(secret))
  expect(Buffer.from(seedOf(secret)[0] ?? '', 'base64')).toHaveLength(32)
  expect(seedOf(`${secret}!`)).not.toEqual(seedOf(secret))
  expect(() => seedOf('short')).toThrow('JWT_SECRET')
  expect(() => tenancyConfig(without)).toThrow('SIGNING_KEY_SEED: is required, or JWT_SECRET in its place')
})

test('keyrings, seeds and secrets are parsed once, the current one first', () => {
  const config = tenancyConfig(env())
  expect(config.MASTER_KEYS.currentId).toBe('m2')
  expect(config.SIGNING_KEY_SEED).toHaveLength(2)
  expect(config.SERVICE_SECRETS.get('inbox')).toBe('sixteen characters')
})

test('every problem is in one message, and no secret is', () => {
  const planted = 'planted-secret'
  let message = ''
  try {
    tenancyConfig({
      ...env(),
      DATABASE_URL: planted,
      MASTER_KEYS: planted,
      APP_SECRETS_KEY: `a:${planted}`,
      SIGNING_KEY_SEED: planted,
      SERVICE_SECRETS: `{"inbox":"${planted}"`,
      SEED_ADMIN_EMAIL: planted,
      SEED_ADMIN_PASSWORD: 'short',
    })
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    message = String(error)
  }
  for (const name of [
    'DATABASE_URL',
    'MASTER_KEYS',
    'APP_SECRETS_KEY',
    'SIGNING_KEY_SEED',
    'SERVICE_SECRETS',
    'SEED_ADMIN_EMAIL',
    'SEED_ADMIN_PASSWORD',
  ]) {
    expect(message).toContain(name)
  }
  expect(message).not.toContain(planted)
})
