import { afterAll, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseServices } from '@palomar/db'
import { eventually, stack, testNats } from '@palomar/testkit'
import postgres from 'postgres'
import { startPostgres } from '../../servers/index.ts'
import { apiClient } from '../api-client.ts'
import { binStart, binStartReady, isAlive, type Ready } from './bin-start.ts'

const folder = mkdtempSync(join(tmpdir(), 'palomar-start-'))
chmodSync(folder, 0o711)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const numbersOf = (ready: Ready) =>
  apiClient(ready.urls.gateway, { authorization: `Bearer ${ready.api_key}` }).get<{
    data: { name: string }[]
  }>('/v1/numbers')

test('the one line of --json is all a program needs, a second start keeps the data, SIGTERM ends everything', async () => {
  const first = await binStartReady(folder)
  expect(first.out().trim().split('\n')).toHaveLength(1)
  expect(first.ready.ready).toBe(true)
  expect(first.ready.logins.map(({ role }) => role)).toEqual([
    'tenant_admin',
    'supervisor',
    'agent',
    'platform_admin',
  ])
  expect((await numbersOf(first.ready)).data.map(({ name }) => name)).toEqual(['Palomar Demo'])
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  expect(Object.values(first.ready.pids).filter(isAlive)).toEqual([])

  const second = await binStartReady(folder)
  expect([second.ready.tenant_id, second.ready.api_key]).toEqual([first.ready.tenant_id, first.ready.api_key])
  for (const { email, password } of second.ready.logins) {
    const answer = await apiClient(second.ready.urls.gateway).post<{ access_token: string | null }>(
      '/v1/auth/login',
      {
        email,
        password,
      },
    )
    expect(answer.access_token).toBeString()
  }
  second.child.kill('SIGINT')
  expect(await second.ended).toBe(0)
}, 240_000)

test('a process that dies is named in one line, everything else is stopped, and the exit status says so', async () => {
  const { ready, said, ended } = await binStartReady(folder)
  process.kill(ready.pids.inbox as number, 'SIGKILL')
  expect(await ended).toBe(1)
  expect(said().split('\n')).toContainEqual(expect.stringMatching(/^inbox ended \(SIGKILL\): /))
  await eventually(() => expect(Object.values(ready.pids).filter(isAlive)).toEqual([]))
}, 120_000)

test('when bin/start itself is killed, nothing that it started stays', async () => {
  const { child, ready, ended } = await binStartReady(folder)
  child.kill('SIGKILL')
  await ended
  await eventually(() => expect(Object.values(ready.pids).filter(isAlive)).toEqual([]), { timeoutMs: 20_000 })
}, 120_000)

test('a wrong value that only a service can judge is its one line, and the servers are stopped', async () => {
  const run = binStart(folder, [], { LOG_LEVEL: 'chatty' })
  expect(await run.ended).toBe(1)
  expect(run.lastLine()).toMatch(/^tenancy ended \(exit \d+\): .*LOG_LEVEL/)
}, 120_000)

test('servers that the environment names are used, and left running', async () => {
  // Of its own: a start gives the roles of the whole server new passwords.
  const server = await startPostgres({
    folder: mkdtempSync(join(folder, 'server-')),
    password: 'test',
    durable: false,
  })
  const clusterUrl = server.url
  const admin = postgres(clusterUrl, { max: 1, onnotice: () => undefined })
  const name = `named_${process.pid}`
  await admin.unsafe(`create database ${name}`)
  const named = new URL(clusterUrl)
  named.pathname = `/${name}`
  const nats = await testNats()
  const REDIS_URL = await stack().redisUrl()
  const run = await binStartReady(join(folder, 'named'), {
    DATABASE_URL: named.href,
    NATS_URL: nats.url,
    REDIS_URL,
  })
  const connected = await admin`
    select distinct usename from pg_stat_activity where datname = ${name} and usename like 'palomar_%' order by 1`
  expect((await numbersOf(run.ready)).data).toHaveLength(1)
  run.child.kill('SIGTERM')
  expect(await run.ended).toBe(0)
  expect(connected.map(({ usename }) => usename)).toEqual(
    databaseServices.map((service) => `palomar_${service}`).sort(),
  )
  expect(await admin`select 1 as still`).toHaveLength(1)
  await admin.unsafe(`drop database ${name} with (force)`)
  await admin.end()
  await nats.stop()
  await server.stop()
}, 120_000)
