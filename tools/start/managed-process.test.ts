import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../servers/index.ts'
import { manageProcess } from './managed-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'palomar-process-'))
afterAll(() => rmSync(folder, { recursive: true }))

const serves = `Bun.serve({ port: Number(process.env.PORT), hostname: '127.0.0.1', fetch: () => new Response('ok') })
process.on('SIGTERM', () => process.exit(0))`

async function processOf(name: string, text: string) {
  const file = join(folder, `${name}.ts`)
  writeFileSync(file, text)
  const port = await freePort()
  const deaths: string[] = []
  const readyUrl = `http://127.0.0.1:${port}/`
  const place = { program: [file], cwd: folder }
  const spec = { name, ...place, env: { PORT: String(port) }, readyUrl, logFolder: folder }
  const dead = Promise.withResolvers<string>()
  const managed = manageProcess(spec, (line) => {
    deaths.push(line)
    dead.resolve(line)
  })
  return { managed, deaths, died: dead.promise }
}

test('a process that dies at start fails it with its last words', async () => {
  const { managed } = await processOf('stillborn', `throw new Error('no such role')`)
  await expect(managed.start()).rejects.toThrow(/^stillborn ended \(exit 1\): error: no such role$/)
})

test('a process that dies later is reported in one line', async () => {
  const { managed, died } = await processOf(
    'frail',
    `${serves}\nsetTimeout(() => { console.log(JSON.stringify({ level: 'error', msg: 'lost its head' })); process.exit(3) }, 300)`,
  )
  await managed.start()
  expect(await died).toBe('frail ended (exit 3): lost its head')
})

test('a process that is killed by a test and started again is nobody’s failure', async () => {
  const { managed, deaths } = await processOf('phoenix', serves)
  await managed.start()
  const first = managed.pid
  await managed.kill()
  await managed.start()
  expect(managed.pid).not.toBe(first)
  await managed.stop()
  expect(deaths).toEqual([])
})
