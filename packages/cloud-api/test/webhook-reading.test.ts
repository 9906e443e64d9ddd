import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Exact, readChange, readWebhook, stringifyExact, writeWebhook } from '../src/index.ts'
import { parseExact } from '../src/reading/exact.ts'
import { pointerOf } from '../src/reading/part.ts'
import { payload, payloadNames } from './payloads.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const bodyOf = (...changes: string[]) =>
  bytesOf(`{"object":"whatsapp_business_account","entry":[{"id":"3","changes":[${changes.join(',')}]}]}`)
const reading = (bytes: Uint8Array) => {
  const result = readWebhook(bytes)
  if (!result.ok) throw new Error(result.reason)
  return result
}
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
  const { unknown, changes } = reading(payload(name))
  const paths = [...unknown, ...changes.flatMap((change) => change.unknown)].map(({ path }) => path)
  expect({ count: paths.length, paths }).toEqual({ count: unknownPaths[name] ?? -1, paths })
})

test.each(names)('W5: %s read and written again is what it was', (name) => {
  const { body, parts } = reading(payload(name))
  if (!body) throw new Error('no body')
  expect(writeWebhook(body, parts)).toEqual(parseExact(payload(name)))
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
  const before = reading(payload(name))
  const raw = before.parts.filter(({ understood }) => !understood).map(({ path }) => pointerOf(path))
  const unseen: string[] = []
  for (const { path, value } of leavesOf(json)) {
    const pointer = pointerOf(path)
    if (raw.some((each) => pointer === each || pointer.startsWith(`${each}/`))) continue
    const after = readWebhook(bytesOf(stringifyExact(withLeaf(json, path, otherThan(value)))))
    if (after.ok && Bun.deepEquals(after.body, before.body)) unseen.push(pointer)
  }
  expect(unseen).toEqual([])
})

test.each(names)(
  'CONTRACTS 16: each change of %s read by itself, from its kept bytes, says the same',
  (name) => {
    const { body, changes } = reading(payload(name))
    const listed = body?.entry?.flatMap((entry) => entry.changes ?? []) ?? []
    const alone = changes.filter(({ kind }) => kind !== 'changed_fields')
    expect(alone.map(({ kind, field }) => ({ kind, field }))).toEqual(
      listed.map(({ kind, field }) => ({ kind, field })),
    )
    for (const [i, change] of alone.entries())
      expect('value' in change ? change.value : undefined).toEqual(
        (listed[i] && 'value' in listed[i] ? listed[i].value : undefined) as never,
      )
  },
)

const kindOf = (field: string, value: object) => readChange(bytesOf(JSON.stringify({ field, value }))).kind

test('a quality update under the field of the status update is known by its score', () => {
  expect(kindOf('message_template_status_update', { new_quality_score: 'RED' })).toBe(
    'message_template_quality_update',
  )
  expect(kindOf('group_participant_update', { groups: [] })).toBe('group_participants_update')
  expect(kindOf('phone_number_username_update', {})).toBe('business_username_updates')
  expect(kindOf('toString', {})).toBe('unknown')
  expect(kindOf('__proto__', {})).toBe('unknown')
})

test('times are dates, whether text, number or milliseconds; ids keep every digit', () => {
  const read = (timestamp: string, id: string) =>
    readChange(bytesOf(`{"field":"messages","value":{"messages":[{"timestamp":${timestamp},"id":${id}}]}}`))
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
  const { changes, body } = reading(bodyOf(bomb, broken, good))
  expect(changes.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable', 'messages'])
  expect(changes.map(({ raw }) => raw.length)).toEqual([bomb.length, broken.length, good.length])
  expect(body).toBeUndefined()
})

test('byte ranges hold through nested escapes, braces in strings, and keys that come twice', () => {
  const odd =
    '{"value":{"messages":[{"id":"}]\\\\\\"]}{","text":{"body":"\\\\\\\\"}}]},"field":"x","field":"messages"}'
  const plain = '{"field":"messages","value":{}}'
  const bytes = bytesOf(
    `{"entry":[{"id":"1","changes":[${odd}],"changes":[${plain}]}],"object":"x","entry":[{"id":"2","changes":[${plain}]}],"object":"whatsapp_business_account"}`,
  )
  const { changes } = reading(bytes)
  expect(changes.map(({ raw }) => new TextDecoder().decode(raw))).toEqual([odd, plain, plain])
  expect(changes[0]).toMatchObject({ field: 'messages', value: { messages: [{ id: '}]\\"]}{' }] } })
})

test('three megabytes of messages are read', () => {
  const message = JSON.stringify({ id: 'wamid.QQ==', type: 'text', text: { body: 'x'.repeat(1_000) } })
  const value = `{"messages":[${Array.from({ length: 2_900 }, () => message).join(',')}]}`
  const { changes } = reading(bodyOf(`{"field":"history","value":${value}}`))
  expect(changes[0]?.kind === 'history' && changes[0].value.messages?.length).toBe(2_900)
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
      const { body, parts } = reading(bytes)
      expect(body && writeWebhook(body, parts)).toEqual(parseExact(bytes))
    }),
    { numRuns: 250 },
  )
})
