import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provision } from '@palomar/bus'
import { silentLogger } from '@palomar/testkit'
import { repositoryRoot, StartFailure, startNats } from '../servers/index.ts'
import type { Manifest } from './chart.ts'
import { composeNatsConfig } from './compose-nats.ts'
import { goModule } from './go-module.ts'
import { problemsBySchema } from './json-schema.ts'

const text = readFileSync(join(repositoryRoot, 'compose.yaml'), 'utf8')
const compose = Bun.YAML.parse(text) as Manifest
const services = Object.entries(compose.services as Record<string, Manifest>)

const folder = mkdtempSync(join(tmpdir(), 'palomar-compose-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The Compose specification, from the source of Compose itself. */
function specification(): object | undefined {
  try {
    const home = goModule('github.com/compose-spec/compose-go/v2', 'v2.9.0')
    return JSON.parse(readFileSync(join(home, 'schema/compose-spec.json'), 'utf8'))
  } catch (error) {
    if (!(error instanceof StartFailure) || process.env.CI === 'true') throw error
    return undefined
  }
}
const schema = specification()

test.if(schema !== undefined)('O7: compose.yaml is a Compose file, by the specification', () => {
  expect(problemsBySchema(schema ?? {}, compose)).toEqual([])
  expect(problemsBySchema(schema ?? {}, { ...compose, servises: {} })).not.toEqual([])
})

test('O7: every data store is there, pinned, watched, and reached from this machine alone', () => {
  expect(services.map(([name]) => name)).toEqual(['postgres', 'nats', 'redis', 's3'])
  for (const [name, service] of services) {
    expect([name, service.image]).toEqual([
      name,
      expect.stringMatching(/^[\w/]+:v?\d+\.\d+(\.\d+)?(-alpine)?$/),
    ])
    expect(service.healthcheck.test[0]).toBe('CMD')
    for (const port of service.ports)
      expect([name, port]).toEqual([name, expect.stringMatching(/^127\.0\.0\.1:\d+:\d+$/)])
  }
})

test('O7: the addresses in its first lines are those of its services, by names that bin/start reads', () => {
  const said = Object.fromEntries(
    [...text.matchAll(/\b([A-Z][A-Z0-9_]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  )
  const portOf = (name: string) => compose.services[name].ports[0].split(':')[1]
  expect(said.DATABASE_URL).toBe(
    `postgres://postgres:${compose.services.postgres.environment.POSTGRES_PASSWORD}@127.0.0.1:${portOf('postgres')}/palomar`,
  )
  expect(said.NATS_URL).toBe(`nats://127.0.0.1:${portOf('nats')}`)
  expect(said.REDIS_URL).toBe(`redis://127.0.0.1:${portOf('redis')}`)
  expect(said.S3_ENDPOINT).toBe(`http://127.0.0.1:${portOf('s3')}`)
  const { ROOT_ACCESS_KEY, ROOT_SECRET_KEY } = compose.services.s3.environment
  expect([said.S3_ACCESS_KEY_ID, said.S3_SECRET_ACCESS_KEY]).toEqual([ROOT_ACCESS_KEY, ROOT_SECRET_KEY])
  expect(compose.services.s3.volumes[0]).toEndWith(`:/s3/${said.S3_BUCKET}`)
})

test('CONTRACTS 7: its NATS syncs before it acknowledges and takes Meta’s largest webhook', async () => {
  const config: string = compose.configs.nats.content.replaceAll('$$', '$')
  expect(config).toBe(composeNatsConfig())
  const server = await startNats({
    folder,
    config: ({ port, storeDir }) =>
      config
        .replace('http: "0.0.0.0:8222"\n', '')
        .replace('"0.0.0.0:4222"', `"127.0.0.1:${port}"`)
        .replace('"/data"', JSON.stringify(storeDir)),
  })
  try {
    const { created } = await provision({ servers: server.url, logger: silentLogger })
    expect(created).toContain('WEBHOOKS')
  } finally {
    await server.stop()
  }
})
