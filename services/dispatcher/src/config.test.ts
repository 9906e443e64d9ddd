import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { ConfigError, configTable, loadConfig } from '@palomar/runtime'
import { configSchema } from './config.ts'

test('README’s environment table is the configuration’s', async () => {
  const readme = await Bun.file(join(import.meta.dir, '../README.md')).text()
  expect(readme).toContain(configTable(configSchema))
})

test('every problem is in one message, and no secret is', () => {
  let message = ''
  try {
    loadConfig(configSchema, { DATABASE_URL: 'planted', GRAPH_VERSION: '22', SERVICE_SECRET: '' })
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    message = String(error)
  }
  for (const name of ['DATABASE_URL', 'NATS_URL', 'SERVICE_SECRET', 'TENANCY_ADDRESS', 'GRAPH_VERSION']) {
    expect(message).toContain(name)
  }
  expect(message).not.toContain('planted')
})
