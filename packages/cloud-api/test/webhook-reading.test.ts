import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import {
  type Exact,
  messagesIn,
  type ParsedChange,
  parseChange,
  parseWebhook,
  statusesIn,
  stringifyExact,
  type Webhook,
  writeChange,
  writeWebhook,
} from '../src/index.ts'
import { parseExact } from '../src/webhook/exact.ts'
import { isOf, payload, payloadNames, webhookOf } from './payloads.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const bodyOf = (...changes: string[]) =>
  bytesOf(`{"object":"whatsapp_business_account","entry":[{"id":"3","changes":[${changes.join(',')}]}]}`)
/** What a body says, without its bytes, its JSON and its raw parts. */
const typed = ({ entries }: Webhook) =>
  entries.map(({ value, changes }) => [value, changes.map((change) => typedChange(change))])
const typedChange = (change: ParsedChange) => ({
  kind: change.kind,
  field: change.field,
  value: 'value' in change ? change.value : undefined,
})
/** Where a body is not understood, from its top on. */
const unknownIn = ({ unknown, entries }: Webhook) => [
  ...unknown.map(({ path }) => path),
  ...entries.flatMap(({ value, changes }, i) =>
    changes.flatMap((change, j) =>
      change.unknown.map(({ path }) => `/entry/${i}${value ? `/changes/${j}` : ''}${path}`),
    ),
  ),
]
const isForeign = (name: string) => name === 'other-object'
const names = payloadNames.filter((name) => !isForeign(name))

/** The paths of each payload file that nobody here understands, counted. Committed, so that each new one is seen. */
const unknownPaths: Record<string, number> = JSON.parse(
  readFileSync(join(import.meta.dir, 'unknown-paths.json'), 'utf8'),
)

test('W3: every payload file has its row in the table of what is not understood', () => {
  expect(Object.keys(unknownPaths).sort()).toEqual([...names].sort())
})

test.each(names)('W3: of %s as much does not fit the schema of its field as the table says', (name) => {
  const paths = unknownIn(webhookOf(payload(name)))
  expect({ count: paths.length, paths }).toEqual({ count: unknownPaths[name] ?? -1, paths })
})

test.each(names)('W5: %s read and written again is what it was', (name) => {
  expect(writeWebhook(webhookOf(payload(name)))).toEqual(parseExact(payload(name)))
})

type Leaf = { path: (string | number)[]; value: string | number | bigint | boolean }

function leavesOf(json: Exact, path: (string | number)[] = []): Leaf[] {
  if (json === null) return []
  if (Array.isArray(json)) return json.flatMap((each, i) => leavesOf(each, [...path, i]))
  if (typeof json === 'object')
    return Object.entries(json).flatMap(([key, each]) => leavesOf(each, [...path, key]))
  return [{ path, value: json }]
}

function otherThan(value: Leaf['value']): Exact {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1
  if (typeof value === 'bigint') return value + 1n
  if (value === 'true' || value === 'false') return value === 'true' ? 'false' : 'true'
  return /^\d+$/.test(value) ? String(BigInt(value) + 1n) : `${value}x`
}

function withLeaf(json: Exact, path: (string | number)[], value: Exact): Exact {
  const [step, ...rest] = path
  if (step === undefined) return value
  const copy = (
    Array.isArray(json)
      ? [...json]
      : Object.defineProperties({}, Object.getOwnPropertyDescriptors(json as object))
  ) as Record<string | number, Exact>
  Object.defineProperty(copy, step, {
    value: withLeaf(copy[step] ?? null, rest, value),
    enumerable: true,
    configurable: true,
    writable: true,
  })
  return copy as Exact
}

test.each(names)('W5: each leaf of %s that changes, changes the typed value', (name) => {
  const json = parseExact(payload(name))
  const before = webhookOf(payload(name))
  const raw = unknownIn(before)
  const unseen: string[] = []
  for (const { path, value } of leavesOf(json)) {
    const pointer = path.map((step) => `/${step}`).join('')
    if (raw.some((each) => pointer === each || pointer.startsWith(`${each}/`))) continue
    const after = parseWebhook(bytesOf(stringifyExact(withLeaf(json, path, otherThan(value)))))
    if (after.ok && Bun.deepEquals(typed(after), typed(before))) unseen.push(pointer)
  }
  expect(unseen).toEqual([])
})

test.each(names)(
  'CONTRACTS 16: each change of %s read by itself, from its kept bytes, says the same',
  (name) => {
    for (const change of webhookOf(payload(name)).changes) {
      const { entryId, entryTime } = change
      const alone = parseChange(Uint8Array.from(change.raw), { entryId, ...(entryTime && { entryTime }) })
      expect(alone).toEqual({ ...change, raw: alone.raw })
      expect(messagesIn(alone)).toEqual(messagesIn(change))
      expect(statusesIn(alone)).toEqual(statusesIn(change))
      expect(writeChange(alone)).toEqual(parseExact(change.raw))
    }
  },
)

const changeOf = (json: string) => parseChange(bytesOf(json), { entryId: '3' })
const kindOf = (field: string, value: object) => changeOf(JSON.stringify({ field, value })).kind

test('a quality update under the field of the status update is known by its score', () => {
  expect(kindOf('message_template_status_update', { new_quality_score: 'RED' })).toBe(
    'message_template_quality_update',
  )
  expect(kindOf('group_participant_update', { groups: [] })).toBe('group_participants_update')
  expect(kindOf('phone_number_username_update', {})).toBe('business_username_updates')
  expect(kindOf('toString', {})).toBe('unknown')
  expect(kindOf('__proto__', {})).toBe('unknown')
})

test('an entry that lists no changes is one itself: what it says is read, another product’s is raw', () => {
  const entry = { id: 7, time: '1795000000', changes: null, messaging: [{ sender: { id: '1' } }] }
  const webhook = webhookOf(
    bytesOf(JSON.stringify({ object: 'whatsapp_business_account', entry: [entry, null], x: 1 })),
  )
  expect(webhook.changes).toMatchObject([
    {
      kind: 'entry',
      entryId: '7',
      entryTime: new Date(1_795_000_000_000),
      value: { id: '7', time: new Date(1_795_000_000_000) },
      unknown: [{ path: '/messaging', json: entry.messaging }],
    },
    { kind: 'unknown', entryId: '', json: null, unknown: [] },
  ])
  expect(webhook.unknown).toEqual([{ path: '/x', json: 1 }])
  expect(unknownIn(webhook)).toEqual(['/x', '/entry/0/messaging'])
})

test('a change that is written stays what it was', () => {
  const calling = { call_hours: { holidays: [12345678901234567890n, 'a\0'] } }
  const settings = stringifyExact({ phone_number_id: '4', calling })
  const change = changeOf(`{"field":"account_settings_update","value":{"phone_number_settings":${settings}}}`)
  const before = structuredClone(change)
  const written = writeChange(change)
  expect(written).toMatchObject({ value: { phone_number_settings: { calling } } })
  expect(change).toEqual(before)
  expect(JSON.stringify(change.json)).toContain('"12345678901234567890","a�"')
})

test('times are dates, whether text, number or milliseconds; ids keep every digit', () => {
  const read = (timestamp: string, id: string) =>
    changeOf(`{"field":"messages","value":{"messages":[{"timestamp":${timestamp},"id":${id}}]}}`)
  const at = new Date(1_795_000_000_000)
  for (const [timestamp, id, wamid] of [
    ['"1795000000"', '"w"', 'w'],
    ['1795000000', '12345678901234567890', '12345678901234567890'],
    ['"1795000000000"', '-1', '-1'],
    ['1795000000000', '9007199254740993', '9007199254740993'],
  ] as const)
    expect(read(timestamp, id)).toMatchObject({
      kind: 'messages',
      unknown: [],
      value: { messages: [{ timestamp: at, id: wamid }] },
    })
  expect(read('"soon"', '{}').unknown).toEqual([
    { path: '/value/messages/0/timestamp', json: 'soon' },
    { path: '/value/messages/0/id', json: {} },
  ])
})

test('a change that is broken or a bomb stands among its neighbours with its bytes', () => {
  const bomb = `{"field":"messages","value":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`
  const broken = '{"field":"messages","value":{"messages":[{"id" oops}]}}'
  const good = '{"field":"messages","value":{"messages":[{"id":"wamid.R09PRA=="}]}}'
  const { changes } = webhookOf(bodyOf(bomb, broken, good))
  expect(changes.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable', 'messages'])
  expect(changes.map(({ raw }) => raw.length)).toEqual([bomb.length, broken.length, good.length])
})

test('byte ranges hold through nested escapes, braces in strings, and keys that come twice', () => {
  const odd =
    '{"value":{"messages":[{"id":"}]\\\\\\"]}{","text":{"body":"\\\\\\\\"}}]},"field":"x","field":"messages"}'
  const plain = '{"field":"messages","value":{}}'
  const bytes = bytesOf(
    `{"entry":[{"id":"1","changes":[${odd}],"changes":[${plain}]}],"object":"x","entry":[{"id":"2","changes":[${plain}]}],"object":"whatsapp_business_account"}`,
  )
  const { changes } = webhookOf(bytes)
  expect(changes.map(({ raw }) => new TextDecoder().decode(raw))).toEqual([odd, plain, plain])
  expect(changes[0]).toMatchObject({ field: 'messages', value: { messages: [{ id: '}]\\"]}{' }] } })
})

test('three megabytes of messages are read', () => {
  const message = JSON.stringify({ id: 'wamid.QQ==', type: 'text', text: { body: 'x'.repeat(1_000) } })
  const value = `{"messages":[${Array.from({ length: 2_900 }, () => message).join(',')}]}`
  const { changes } = webhookOf(bodyOf(`{"field":"history","value":${value}}`))
  const [change] = changes
  expect(isOf(change, 'history') && change.value.messages).toHaveLength(2_900)
})

const anything = fc.jsonValue({ maxDepth: 5 })
const words = fc.constantFrom(
  'messages',
  'statuses',
  'contacts',
  'id',
  'type',
  'text',
  'timestamp',
  'errors',
  'code',
  'edit',
  'message',
  'pricing',
  'standby',
  'history',
  'threads',
  '__proto__',
  'constructor',
  'toString',
)
const wordy = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(
      null,
      true,
      '',
      'text',
      0,
      -1,
      1e300,
      '1795000000',
      1_795_000_000_123,
      2 ** 60,
      '\ud800',
      'a\0',
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(words, tie('value'), { maxKeys: 6 }),
  ),
})).value

test('W5: whatever a body holds is read without a throw, and written again is what it was', () => {
  const fields = fc.constantFrom('messages', 'history', 'standby', 'calls', 'flows', 'security', 'x')
  const changes = fc.array(
    fc.oneof(
      anything,
      wordy,
      fc.record({ field: fc.oneof(fields, wordy), value: fc.oneof(wordy, anything) }),
    ),
  )
  const entries = fc.array(fc.oneof(fc.record({ id: anything, time: wordy, changes }), wordy))
  fc.assert(
    fc.property(entries, (entry) => {
      const bytes = bytesOf(JSON.stringify({ object: 'whatsapp_business_account', entry }))
      expect(writeWebhook(webhookOf(bytes))).toEqual(parseExact(bytes))
    }),
    { numRuns: 250 },
  )
})
