import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const home = join(import.meta.dir, '..')
const work = mkdtempSync(join(tmpdir(), 'packed-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

function run(command: string[], cwd = work) {
  const result = Bun.spawnSync(command, { cwd, stdout: 'pipe', stderr: 'pipe' })
  return { code: result.exitCode, out: result.stdout.toString(), err: result.stderr.toString() }
}
/** A dependency as this repository has it: nothing is fetched. */
const dependency = (name: string) => {
  const from = join(home, 'node_modules', name)
  return existsSync(from) ? from : join(home, '../../node_modules', name)
}

const user = `
import { build, createGraphClient, errorPolicy, messagesIn, parseWebhook, validateSend } from '@palomar/cloud-api'
import type { ParsedChange, SendMessage } from '@palomar/cloud-api'

const message: SendMessage = build.text({ to: '573001234567' }, 'hola')
const change = { field: 'messages', value: { messages: [{ id: 'wamid.A', type: 'text', text: { body: 'hola' } }] } }
const body = { object: 'whatsapp_business_account', entry: [{ id: '1', changes: [change] }] }
const bytes = new TextEncoder().encode(JSON.stringify(body))
const parsed = parseWebhook(bytes)
const changes = parsed.ok ? parsed.changes : []
const kinds: ParsedChange['kind'][] = changes.map(({ kind }) => kind)
const client = createGraphClient({ baseUrl: 'http://127.0.0.1:9' })
const sent = await client.sendMessage({ token: 't', version: 26, deadlineMs: 2_000, phoneNumberId: '1', body: message })
client.close()
console.log(JSON.stringify([validateSend(message).ok, changes.flatMap(messagesIn)[0]?.wamid, kinds, errorPolicy(131047).class, sent.kind]))
`

test('the packed form installs beside one dependency, has types, README and licence, and works', () => {
  const packed = run([process.execPath, join(home, 'bin/pack.ts'), work])
  expect(packed).toMatchObject({ code: 0 })
  const modules = join(work, 'node_modules')
  mkdirSync(join(modules, '@palomar'), { recursive: true })
  expect(run(['tar', 'xzf', packed.out.trim()]).code).toBe(0)
  run(['mv', 'package', join(modules, '@palomar/cloud-api')])
  symlinkSync(dependency('libphonenumber-js'), join(modules, 'libphonenumber-js'))

  const own = join(modules, '@palomar/cloud-api')
  const manifest = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as Record<string, object>
  expect(manifest).toMatchObject({ name: '@palomar/cloud-api', license: 'Apache-2.0' })
  expect(manifest).not.toHaveProperty('private')
  expect(Object.keys(manifest.dependencies ?? {})).toEqual(['libphonenumber-js'])
  for (const file of ['README.md', 'LICENSE', 'index.js', 'types/index.d.ts'])
    expect(existsSync(join(own, file))).toBe(true)
  expect(readFileSync(join(own, 'index.js'), 'utf8')).not.toContain('@palomar/')

  writeFileSync(join(work, 'package.json'), '{"type":"module"}')
  writeFileSync(join(work, 'user.ts'), user)
  const used = run([process.execPath, 'user.ts'])
  expect(used.err).toBe('')
  expect(JSON.parse(used.out)).toEqual([true, 'wamid.A', ['messages'], 'fix-request', 'not_sent'])

  const command = run([
    process.execPath,
    join(own, 'cloud-api.js'),
    'parse',
    join(home, 'test/payloads/message-text.json'),
  ])
  expect(JSON.parse(command.out)).toMatchObject({ kind: 'message', type: 'text' })

  symlinkSync(dependency('@types'), join(modules, '@types'))
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--types', 'node']
  const checked = run([
    process.execPath,
    join(dependency('typescript'), 'bin/tsc'),
    ...options,
    '--skipLibCheck',
    'false',
    'user.ts',
  ])
  expect(checked).toMatchObject({ code: 0, out: '' })
}, 300_000)
