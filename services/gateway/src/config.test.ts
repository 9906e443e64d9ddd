import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { ConfigError, configTable, loadConfig } from '@palomar/runtime'
import { gatewayConfig } from './config.ts'

test('README’s environment table is the configuration’s', async () => {
  const readme = await Bun.file(join(import.meta.dir, '../README.md')).text()
  expect(readme).toContain(configTable(gatewayConfig))
})

test('every problem is listed in one message, and the key is not quoted', () => {
  const secret = 'a:bm90IGEga2V5'
  const load = () =>
    loadConfig(gatewayConfig, { APP_SECRETS_KEY: secret, HTTP_PORT: 'x', INBOX_ADDRESS: 'nowhere' })
  expect(load).toThrow(ConfigError)
  try {
    load()
  } catch (error) {
    const { problems } = error as ConfigError
    const names = problems.map((problem) => problem.split(':')[0])
    for (const name of [
      'APP_SECRETS_KEY',
      'HTTP_PORT',
      'INBOX_ADDRESS',
      'NATS_URL',
      'SERVICE_SECRET',
      'TENANCY_ADDRESS',
    ])
      expect(names).toContain(name)
    expect(problems.join()).not.toContain('bm90IGEga2V5')
  }
})
