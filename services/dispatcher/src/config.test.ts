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

const good = {
  DATABASE_URL: 'postgres://palomar_dispatcher:x@127.0.0.1/palomar',
  NATS_URL: 'nats://127.0.0.1:4222',
  SERVICE_SECRET: 'x',
  TENANCY_ADDRESS: 'tenancy:50051',
}

test('O9 O10: mock mode never talks to Meta, and a base URL carries no version', () => {
  expect(() => loadConfig(configSchema, { ...good, WHATSAPP_MOCK_MODE: 'true' })).toThrow(
    'WHATSAPP_MOCK_MODE: needs the simulator’s address in WHATSAPP_API_BASE_URL',
  )
  const played = { ...good, WHATSAPP_MOCK_MODE: 'true', WHATSAPP_API_BASE_URL: 'http://simulator:4010' }
  expect(loadConfig(configSchema, played).GRAPH_BASE_URL).toBe('http://simulator:4010')
  const versioned = { ...good, WHATSAPP_API_BASE_URL: 'https://graph.facebook.com/v18.0' }
  expect(() => loadConfig(configSchema, versioned)).toThrow(
    'WHATSAPP_API_BASE_URL: must not end in a version',
  )
  expect(loadConfig(configSchema, { ...good, WHATSAPP_API_VERSION: 'v18.0' }).GRAPH_VERSION).toBe('v18.0')
})
