import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { payloadNames } from './payloads.ts'
import { sends, valid } from './sends.ts'

const cli = join(import.meta.dir, '../bin/cloud-api.ts')
const file = (name: string) => join(import.meta.dir, `payloads/${name}.json`)

async function run(args: string[], input = '') {
  const child = Bun.spawn([process.execPath, cli, ...args], {
    stdin: Buffer.from(input),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  const lines = out.split('\n').filter(Boolean)
  return { code: await child.exited, out, err, lines }
}

const parse = async (args: string[], input?: string) => {
  const { code, lines } = await run(['parse', ...args], input)
  return { code, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

test('parse prints one line per message and status, with its ids and what was not understood', async () => {
  const { code, lines } = await parse([file('mixed-lists'), file('message-unknown-type')])
  expect(code).toBe(0)
  expect(lines.map(({ kind, type, status }) => [kind, type ?? status])).toEqual([
    ['message', 'text'],
    ['message', 'image'],
    ['status', 'sent'],
    ['status', 'read'],
    ['error', undefined],
    ['call', undefined],
    ['user_action', undefined],
    ['message', 'hologram'],
  ])
  expect(lines.at(-1)).toMatchObject({
    file: file('message-unknown-type'),
    field: 'messages',
    phone_number_id: '400000000000041',
    waba_id: '300000000000031',
    ids: { from: '15550100199', from_user_id: 'US.7Qk2Zx0mWp' },
    unknown: ['/value/messages/0/hologram'],
  })
})

test('parse takes every payload file, and nothing of a text is in its lines', async () => {
  const { code, lines } = await parse(payloadNames.map(file))
  expect(code).toBe(0)
  const seen = new Set(lines.map((line) => line.file))
  // An entry without changes says nothing.
  expect(payloadNames.filter((name) => !seen.has(file(name)))).toEqual(['empty-changes'])
  expect(JSON.stringify(lines)).not.toContain('hola')
  for (const line of lines) expect(line).toMatchObject({ kind: expect.any(String) })
})

test('parse looks into history, standby and groups', async () => {
  const { lines } = await parse([
    file('history-threads'),
    file('standby'),
    file('group-settings'),
    file('account-update-ban'),
  ])
  expect(lines.map(({ field, kind }) => `${field} ${kind}`)).toEqual([
    'history message',
    'history message',
    'standby message',
    'standby status',
    'group_settings_update group',
    'account_update account_update',
  ])
})

test.each([
  ['a change', { field: 'messages', value: { messages: [{ id: 'wamid.A', type: 'text' }] } }],
  ['a value', { messaging_product: 'whatsapp', messages: [{ id: 'wamid.A', type: 'text' }] }],
  [
    'an entry',
    { id: '3', changes: [{ field: 'messages', value: { messages: [{ id: 'wamid.A', type: 'text' }] } }] },
  ],
  [
    'a body without object',
    { entry: [{ changes: [{ field: 'messages', value: { messages: [{ id: 'wamid.A', type: 'text' }] } }] }] },
  ],
  ['a message', { id: 'wamid.A', type: 'text', from: '1' }],
  ['a list', [{ id: 'wamid.A', type: 'text', from: '1' }]],
])('parse takes %s for what it is a part of', async (_, json) => {
  const { lines } = await parse(['-'], JSON.stringify(json))
  expect(lines).toMatchObject([{ kind: 'message', type: 'text', ids: { id: 'wamid.A' } }])
})

test.each([
  ['', 'empty'],
  ['nothing', 'not_json'],
  ['7', 'not_an_object'],
  ['{"object":"page","entry":[]}', 'other_object'],
])('parse says why %j cannot be parsed, and succeeds', async (text, reason) => {
  expect(await parse(['-'], text)).toEqual({ code: 0, lines: [{ file: '-', kind: 'unparsed', reason }] })
})

test('validate says ok, or code, path and reason, one line per body, and succeeds', async () => {
  const good = Object.keys(sends).map((name) => valid(name as keyof typeof sends))
  const bad = [
    { messaging_product: 'whatsapp', to: '573001234567', type: 'text', text: {} },
    { ...valid('text'), text: { body: 'x'.repeat(4097) } },
    { messaging_product: 'whatsapp', status: 'read' },
    7,
  ]
  const receipt = {
    messaging_product: 'whatsapp',
    status: 'read',
    message_id: 'wamid.A',
    typing_indicator: { type: 'text' },
  }
  const { code, lines } = await run(['validate', '-'], JSON.stringify([...good, receipt, ...bad]))
  expect(code).toBe(0)
  expect(lines.slice(0, good.length + 1).every((line) => /^-#\d+: ok$/.test(line))).toBe(true)
  expect(lines.slice(good.length + 1)).toEqual([
    expect.stringContaining(": 131008 text.body The parameter text['body'] is required. ("),
    expect.stringMatching(
      /: 100 text\.body .*4096 characters long\. \(limit 4096; https:\/\/developers\.facebook\.com/,
    ),
    expect.stringContaining(': 131008 message_id '),
    expect.stringContaining(': 100 $ '),
  ])
})

test('validate takes one body a line, and a template to be', async () => {
  const template = {
    name: 'A b',
    language: 'es',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Hola' }],
  }
  const { lines } = await run(
    ['validate', '-'],
    [valid('text'), template].map((body) => JSON.stringify(body)).join('\n'),
  )
  expect(lines).toEqual(['-#1: ok', expect.stringContaining('-#2: 131009 name ')])
  expect((await run(['validate', '-'], 'nothing')).lines).toEqual(['-: 100 $ The body is not JSON.'])
})

test('a file that cannot be read does not stop the others; no command is said', async () => {
  const { code, lines, err } = await run(['parse', '/no/such/file', file('message-text')])
  expect([code, lines.length]).toEqual([0, 1])
  expect(err).toContain('/no/such/file')
  expect(await run(['dance', 'x'])).toMatchObject({ code: 2 })
})
