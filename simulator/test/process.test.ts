import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configTable } from '@palomar/runtime'
import { configSchema } from '../src/config.ts'

const folder = join(import.meta.dir, '..')

test('as a process it says once that it is ready, serves, and ends cleanly on SIGTERM', async () => {
  const child = Bun.spawn([process.execPath, join(folder, 'src/main.ts')], {
    env: { PATH: process.env.PATH ?? '', SIMULATOR_PORT: '0', SIMULATOR_LATENCY_MS: '5' },
    stdout: 'pipe',
  })
  const reader = child.stdout.getReader()
  let out = ''
  while (!out.includes('\n')) out += new TextDecoder().decode((await reader.read()).value)
  const ready = JSON.parse(out) as { msg: string; http_port: number }
  expect(ready).toMatchObject({ level: 'info', service: 'simulator', msg: 'ready' })
  const overview = await (await fetch(`http://127.0.0.1:${ready.http_port}/control/overview`)).json()
  expect(overview).toMatchObject({ settings: { latencyMs: 5 } })
  child.kill('SIGTERM')
  expect(await child.exited).toBe(0)
})

test('a wrong environment is told in one message', async () => {
  const child = Bun.spawn([process.execPath, join(folder, 'src/main.ts')], {
    env: { PATH: process.env.PATH ?? '', SIMULATOR_PORT: 'x', SIMULATOR_SEED: '-1' },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const said = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text())
  expect(await child.exited).not.toBe(0)
  expect(said).toContain('SIMULATOR_PORT')
  expect(said).toContain('SIMULATOR_SEED')
})

test('the README names every variable as the program does', () => {
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(configTable(configSchema))
})
