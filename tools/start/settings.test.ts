import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { services } from '@palomar/contracts'
import { environments } from '../chart/environments.ts'
import { parseOptions } from './options.ts'
import { loadSecrets } from './secrets.ts'
import { dashboardEnvironment, type Settings, serviceEnvironment, simulatorEnvironment } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'palomar-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ports = (from: number) =>
  Object.fromEntries(services.map((name, at) => [name, from + at])) as Settings['grpcPorts']
const server = (url: string) => ({ url, port: 1, child: undefined, stop: async () => undefined, says: '' })

function settingsOf(args: string[]): Settings {
  const options = parseOptions(['--data', folder, ...args])
  if (options === 'help') throw new Error('help')
  return {
    options,
    counterpart: 'demo',
    secrets: loadSecrets(folder),
    stores: {
      postgres: server('postgres://postgres:x@127.0.0.1:5432/palomar'),
      nats: server('nats://127.0.0.1:4222'),
      redis: server('redis://127.0.0.1:6379'),
      hasOurUsers: true,
      warning: undefined,
    },
    adminUrl: 'postgres://postgres:x@127.0.0.1:5432/palomar',
    grpcPorts: ports(20_000),
    adminPorts: ports(21_000),
    gatewayPort: 8080,
    dashboardPort: 3000,
    simulatorPort: 4010,
  }
}

describe.each([
  ['with the simulator', []],
  ['with Meta', ['--no-simulator']],
])('bin/start %s', (_what, args) => {
  const settings = settingsOf(args)
  const given: Record<string, Record<string, string>> = {
    ...Object.fromEntries(services.map((name) => [name, serviceEnvironment(name, settings)])),
    simulator: simulatorEnvironment(settings),
    dashboard: dashboardEnvironment(settings),
  }
  test.each(Object.keys(given))(
    'O7: every variable of %s is known to it, and every required one is set and good',
    (role) => {
      const { known = [], required = [], load } = environments[role] ?? {}
      const names = Object.keys(given[role] ?? {})
      // Shared words that a role may pass over: tenancy is told of itself like everyone, and has no secret to show itself.
      const forAll = ['SERVICE_SECRET', 'TENANCY_ADDRESS', 'GRPC_PORT', 'WHATSAPP_MOCK_MODE']
      expect(names.filter((name) => !known.includes(name) && !forAll.includes(name))).toEqual([])
      expect(required.filter((name) => !names.includes(name))).toEqual([])
      expect(() => load?.(given[role] ?? {})).not.toThrow()
    },
  )
})
