import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { contactsIn, errorItems, messagesIn, namelessIn, parseWebhook, statusesIn } from '../src/index.ts'
import { changeIn, changesIn, isOf, payload, payloadNames } from './payloads.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bodyOf = (change: string) =>
  bytesOf(`{"object":"whatsapp_business_account","entry":[{"id":"3","changes":[${change}]}]}`)

test('W5: every entry and every change is found, in order, each with its own number', () => {
  const changes = changesIn('several-entries')
  expect(changes.map(({ entryId, route }) => [entryId, route.phoneNumberId])).toEqual([
    ['300000000000031', '400000000000041'],
    ['300000000000031', '400000000000041'],
    ['300000000000032', '400000000000042'],
    ['300000000000032', '400000000000042'],
  ])
})

test('W5: messages, statuses, errors and what else one value holds are all read', () => {
  const change = changeIn('mixed-lists')
  expect(messagesIn(change).map(({ type }) => type)).toEqual(['text', 'image'])
  expect(statusesIn(change).map(({ status }) => status)).toEqual(['sent', 'read'])
  expect(change).toMatchObject({
    kind: 'messages',
    value: { errors: [{ code: 131051 }], calls: [{}], user_actions: [{}] },
  })
  const refused = changeIn('errors-only')
  expect(isOf(refused, 'messages') && errorItems(refused.value.errors)).toMatchObject([
    { code: 130429, details: 'slow down' },
  ])
})

test.each(payloadNames)('CONTRACTS 16: each change of %s is kept byte for byte', (name) => {
  const body = payload(name)
  const parsed = parseWebhook(body)
  const changes = parsed.ok ? parsed.changes : []
  for (const { raw } of changes) {
    expect(raw.buffer).toBe(body.buffer as ArrayBuffer)
    expect(textOf(raw)).toMatch(/^\{[\s\S]*\}$/)
    expect(textOf(body)).toContain(textOf(raw))
  }
  const json = JSON.parse(textOf(body)) as { object: string; entry: { changes?: unknown[] }[] }
  const kept =
    json.object === 'whatsapp_business_account' ? json.entry.flatMap((entry) => entry.changes ?? [entry]) : []
  expect(changes.map(({ raw }) => JSON.parse(textOf(raw)))).toEqual(kept as never)
})

test('ids beyond 2^53 given as numbers keep every digit, and digits in texts stay as they are', () => {
  const change = changeIn('ids-as-numbers')
  expect(change.entryId).toBe('300000000000000000031')
  expect(change.entryTime).toEqual(new Date(1_795_000_000_000))
  expect(change.route).toEqual({
    phoneNumberId: '400000000000000000041',
    displayPhoneNumber: '15550100100',
    wabaId: '300000000000000000031',
  })
  const [message] = messagesIn(changeIn('ids-as-numbers'))
  expect(message?.from.waId).toBe('15550100199')
  expect(message?.timestamp).toEqual(new Date(1_795_000_000_000))
  expect(message?.content).toEqual({
    kind: 'text',
    body: '12345678901234567890 en texto, "9999999999999999999": y 0.5',
  })
  const id = { message_template_id: '1234567890123456789' }
  expect(changeIn('template-status')).toMatchObject({ value: id, json: id })
})

test('CONTRACTS 11: U+0000 and lone surrogates are replaced, whole emoji and written-out escapes are not', () => {
  const change = changeIn('text-that-postgres-refuses')
  const [message] = messagesIn(change)
  expect(message?.content).toEqual({ kind: 'text', body: 'a\ufffdb \ufffd lone \ufffd whole 😀 \\u0000' })
  expect(message?.from.profileName).toBe('nul\ufffdname \ufffd')
  expect(JSON.stringify([message, change.json, isOf(change, 'messages') && change.value])).not.toMatch(
    /\0|\\u0000(?!")|\\ud83d/,
  )
})

test('a change that is not JSON is kept as unreadable, its neighbour is read', () => {
  const broken = '{"field":"messages","value":{"messages":[{"id":"wamid.QkFE=" oops}]}}'
  const good =
    '{"field":"messages","value":{"messages":[{"id":"wamid.R09PRA==","type":"text","text":{"body":"x"}}]}}'
  const parsed = parseWebhook(bodyOf(`${broken},${good}`))
  const [first, second] = parsed.ok ? parsed.changes : []
  expect(first).toMatchObject({ kind: 'unreadable', reason: 'not JSON' })
  expect(textOf(first?.raw ?? new Uint8Array())).toBe(broken)
  expect(second).toMatchObject({ kind: 'messages', value: { messages: [{ id: 'wamid.R09PRA==' }] } })
})

test('a change nested beyond reason is kept as unreadable', () => {
  const deep = `${'['.repeat(300)}1${']'.repeat(300)}`
  const parsed = parseWebhook(bodyOf(`{"field":"messages","value":{"x":${deep}}}`))
  expect(parsed).toMatchObject({
    ok: true,
    changes: [{ kind: 'unreadable', reason: 'nested too deep' }],
  })
})

test('three megabytes of brackets are answered, not a stack overflow', () => {
  const parsed = parseWebhook(
    bodyOf(`{"field":"x","value":${'['.repeat(1_500_000)}${']'.repeat(1_500_000)}}`),
  )
  expect(parsed).toMatchObject({ ok: true, changes: [{ kind: 'unreadable' }] })
})

test('bad items stand beside good ones: what has no id is kept apart, the rest is read', () => {
  const change = changeIn('good-beside-bad')
  expect(messagesIn(change).map(({ own }) => own)).toEqual([{ body: 'bueno' }])
  expect(statusesIn(change)).toHaveLength(1)
  expect(namelessIn(change)).toEqual([{ type: 'text', text: { body: 'sin id' } }, { status: 'sent' }])
})

test('null counts as absent everywhere', () => {
  const messages = messagesIn(changeIn('nulls'))
  expect(contactsIn(changeIn('nulls'))).toEqual([])
  expect(messages).toHaveLength(1)
  expect(messages[0]).not.toHaveProperty('context')
  expect(messages[0]).not.toHaveProperty('referral')
})

test.each([
  ['account-update', 'account_update', {}],
  ['account-settings', 'account_settings_update', { phoneNumberId: '400000000000041' }],
  ['phone-number-quality', 'phone_number_quality_update', { displayPhoneNumber: '+1 555-010-0100' }],
  [
    'handover',
    'messaging_handovers',
    { phoneNumberId: '400000000000041', displayPhoneNumber: '15550100100' },
  ],
  [
    'user-preferences',
    'user_preferences',
    { phoneNumberId: '400000000000041', displayPhoneNumber: '15550100100' },
  ],
  ['echoes', 'smb_message_echoes', { phoneNumberId: '400000000000041', displayPhoneNumber: '15550100100' }],
  ['history', 'history', { phoneNumberId: '400000000000041', displayPhoneNumber: '15550100100' }],
  ['standby', 'standby', { phoneNumberId: '400000000000041', displayPhoneNumber: '15550100100' }],
  ['calls', 'calls', { phoneNumberId: '400000000000041', displayPhoneNumber: '15550100100' }],
  ['unknown-field', 'hologram_update', {}],
])('%s has its JSON, and says which number it is of', (name, field, route) => {
  const change = changeIn(name)
  expect(change).toMatchObject({ field, kind: name === 'unknown-field' ? 'unknown' : field })
  expect(change.json).toEqual(JSON.parse(textOf(change.raw)).value)
  expect(change.route).toEqual({ wabaId: '300000000000031', ...route })
})

test('an entry without changes is a change of its own, with all its bytes', () => {
  const change = changeIn('changed-fields-only')
  expect(change).toMatchObject({ field: '', entryId: '300000000000031', kind: 'entry' })
  expect(textOf(change.raw)).toContain('changed_fields')
  expect(changesIn('empty-changes')).toEqual([])
})

test.each([
  ['', 'empty'],
  ['  \n', 'empty'],
  ['null', 'not_an_object'],
  ['[1,2]', 'not_an_object'],
  ['"text"', 'not_an_object'],
  ['nothing', 'not_json'],
  ['{', 'not_json'],
  ['{"object":"whatsapp_business_account","entry":[{]}', 'not_json'],
  ['{"object":"whatsapp_business_account","entry":[]} and more', 'not_json'],
  ['{"object":"whatsapp_business_account"}', 'no_entries'],
  ['{"object":"whatsapp_business_account","entry":{}}', 'no_entries'],
  ['{"entry":[]}', 'other_object'],
])('a body of %j is refused as %s', (body, reason) => {
  expect(parseWebhook(bytesOf(body))).toEqual({ ok: false, reason: reason as never })
})

test('a byte order mark before the body is passed over', () => {
  expect(parseWebhook(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), payload('message-text')])).ok).toBe(
    true,
  )
})

test('spaces, escaped keys and another order of keys change nothing', () => {
  const parsed = parseWebhook(
    bytesOf(
      '\n{ "entry" : [ { "ch\\u0061nges":[ { "value":{"metadata":{"phone_number_id":"7"}},"field":"messages" } ] , "id":"3" } ],"object":"whatsapp_business_account" }\n',
    ),
  )
  expect(parsed).toMatchObject({
    ok: true,
    changes: [{ entryId: '3', field: 'messages', route: { phoneNumberId: '7' } }],
  })
})

test('no bytes make the parser throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => typeof parseWebhook(bytes).ok === 'boolean'),
    {
      numRuns: 2_000,
    },
  )
})

test('no JSON makes the parser throw, and every change of it is kept', () => {
  const anything = fc.jsonValue({ maxDepth: 4 })
  const changes = fc.array(
    fc.oneof(anything, fc.record({ field: fc.oneof(fc.constant('messages'), anything), value: anything })),
  )
  fc.assert(
    fc.property(fc.array(fc.record({ id: anything, time: anything, changes })), (entry) => {
      const body = bytesOf(JSON.stringify({ object: 'whatsapp_business_account', entry }))
      const parsed = parseWebhook(body)
      expect(parsed.ok && parsed.changes.map(({ raw }) => JSON.parse(textOf(raw)))).toEqual(
        entry.flatMap((one) => JSON.parse(JSON.stringify(one.changes)) as never[]),
      )
    }),
    { numRuns: 500 },
  )
})

test('no message-like value makes the parser throw, whatever stands where', () => {
  const words = [
    'id',
    'type',
    'text',
    'from',
    'timestamp',
    'context',
    'contacts',
    'profile',
    'status',
    'errors',
    'pricing',
    'interactive',
    'image',
    'edit',
    'message',
    'reaction',
    'system',
    'order',
    'product_items',
    '__proto__',
    'constructor',
    'toString',
  ]
  const anything = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(null, true, '', 'text', 'edit', 'image', 'constructor', '__proto__', 0, 1e300, -1),
      fc.string(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 5 }),
    ),
  })).value
  const list = fc.array(fc.dictionary(fc.constantFrom(...words), anything))
  fc.assert(
    fc.property(
      fc.record({
        metadata: anything,
        contacts: fc.oneof(list, anything),
        messages: fc.oneof(list, anything),
        statuses: fc.oneof(list, anything),
        errors: anything,
      }),
      (value) => {
        const parsed = parseWebhook(bodyOf(JSON.stringify({ field: 'messages', value })))
        expect(parsed).toMatchObject({ ok: true, changes: [{ kind: 'messages' }] })
      },
    ),
    { numRuns: 1_000 },
  )
})

test('a payload cut anywhere, or with any byte changed, never throws', () => {
  const body = bytesOf(textOf(payload('mixed-lists')).trim())
  for (let end = 0; end < body.length; end += 7) expect(parseWebhook(body.subarray(0, end)).ok).toBe(false)
  fc.assert(
    fc.property(fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const changed = Uint8Array.from(body)
      changed[at] = byte
      return typeof parseWebhook(changed).ok === 'boolean'
    }),
  )
})
