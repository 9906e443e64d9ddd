import { afterAll, expect, test } from 'bun:test'
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@palomar/testkit'
import { repositoryRoot } from '../../servers/index.ts'
import { apiClient } from '../api-client.ts'

const folder = mkdtempSync(join(tmpdir(), 'palomar-start-'))
chmodSync(folder, 0o711)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ready {
  ready: boolean
  urls: { gateway: string; simulator: string }
  logins: { role: string; email: string; password: string }[]
  api_key: string
  tenant_id: string
  pids: Record<string, number>
}

interface Run {
  child: ChildProcess
  ready: Ready
  said(): string
  ended: Promise<number | null>
}

/** bin/start as people run it, up to its line of JSON. */
async function run(): Promise<Run> {
  const args = ['--json', '--no-dashboard', '--gateway-port=0', '--simulator-port=0', '--data', folder]
  const child = spawn('/bin/sh', [join(repositoryRoot, 'bin/start'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env.PATH}` },
  })
  let said = ''
  let out = ''
  child.stderr.on('data', (bytes) => {
    said += bytes
  })
  child.stdout.on('data', (bytes) => {
    out += bytes
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  await eventually(
    () => {
      if (!out.includes('\n')) throw new Error(`not ready: ${said}`)
    },
    { timeoutMs: 100_000, unless: () => child.exitCode !== null },
  )
  expect(out.trim().split('\n')).toHaveLength(1)
  return { child, ready: JSON.parse(out) as Ready, said: () => said, ended }
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`)

test('the one line of --json is all a program needs, a second start keeps the data, SIGTERM ends everything', async () => {
  const first = await run()
  expect(first.ready.ready).toBe(true)
  expect(first.ready.logins.map(({ role }) => role)).toEqual([
    'tenant_admin',
    'supervisor',
    'agent',
    'platform_admin',
  ])
  const numbers = await apiClient(first.ready.urls.gateway, {
    authorization: `Bearer ${first.ready.api_key}`,
  }).get<{ data: { name: string }[] }>('/v1/numbers')
  expect(numbers.data.map(({ name }) => name)).toEqual(['Palomar Demo'])
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  expect(Object.values(first.ready.pids).filter(isAlive)).toEqual([])

  const second = await run()
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
  const { child, ready, said, ended } = await run()
  process.kill(ready.pids.inbox as number, 'SIGKILL')
  expect(await ended).toBe(1)
  expect(child.exitCode).toBe(1)
  expect(said().split('\n')).toContainEqual(expect.stringMatching(/^inbox ended \(SIGKILL\): /))
  await eventually(() => expect(Object.values(ready.pids).filter(isAlive)).toEqual([]))
}, 120_000)

test('when bin/start itself is killed, nothing that it started stays', async () => {
  const { child, ready, ended } = await run()
  child.kill('SIGKILL')
  await ended
  await eventually(() => expect(Object.values(ready.pids).filter(isAlive)).toEqual([]), { timeoutMs: 20_000 })
}, 120_000)
