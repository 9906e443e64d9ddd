import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { startService } from './service-process.ts'
import { stack } from './stack.ts'

function program(text: string): string {
  const path = join(stack().folder(), `program-${Math.random().toString(36).slice(2)}.ts`)
  writeFileSync(path, text)
  return path
}

test('a service is handed over when it says ready, with the ports it says', async () => {
  const main = program(`
    process.on('SIGTERM', () => process.exit(7))
    console.log(JSON.stringify({ msg: 'ready', grpc_port: Number(process.env.SOME_PORT) }))
    setInterval(() => {}, 1000)`)
  const service = await startService(main, { SOME_PORT: '42' })
  expect(service.ready.grpc_port).toBe(42)
  expect(await service.stop()).toBe(7)
})

test('a service that dies at start fails the test at once, with its last words', async () => {
  const main = program(`console.error('DATABASE_URL: is required'); process.exit(1)`)
  await expect(startService(main, {})).rejects.toThrow('DATABASE_URL: is required')
})

test('kill leaves no process behind', async () => {
  const main = program(`console.log(JSON.stringify({ msg: 'ready' })); setInterval(() => {}, 1000)`)
  const service = await startService(main, {})
  await service.kill()
  await eventually(() => expect(() => process.kill(service.pid, 0)).toThrow())
})
