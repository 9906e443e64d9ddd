import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { ConfigError, configTable } from '@palomar/runtime'
import { configSchema, mediaConfig } from './config.ts'

const env = {
  DATABASE_URL: 'postgres://localhost/x',
  NATS_URL: 'nats://localhost',
  SERVICE_SECRET: 's',
  TENANCY_ADDRESS: 'localhost:1',
  URL_SIGNING_KEY: 'k'.repeat(32),
}

test('README’s environment table is the configuration’s', async () => {
  const readme = await Bun.file(join(import.meta.dir, '../README.md')).text()
  expect(readme).toContain(configTable(configSchema))
})

test('S3 is asked for everything that it needs, in one message; a folder for nothing', () => {
  expect(mediaConfig(env).BLOB_DRIVER).toBe('file')
  try {
    mediaConfig({ ...env, BLOB_DRIVER: 's3' })
    throw new Error('it was accepted')
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    const names = (error as ConfigError).problems.map((problem) => problem.split(':')[0])
    expect(names).toEqual(['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])
  }
})
