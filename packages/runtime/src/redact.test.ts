import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { runWithContext } from './context.ts'
import { createLogger } from './logger.ts'

function logged(fields: Record<string, unknown>, msg = 'x'): string {
  const lines: string[] = []
  createLogger({ service: 'test', level: 'debug', write: (line) => lines.push(line) }).info(msg, fields)
  return lines.join('')
}

const digitsOf = (text: string) => text.replace(/[\s().+-]/g, '')
const phone = fc.stringMatching(/^[1-9]\d{9,13}$/)
const written = phone.map((digits) => [
  digits,
  `+${digits}`,
  `+${digits.slice(0, 2)} ${digits.slice(2, 5)} ${digits.slice(5, 8)}-${digits.slice(8)}`,
  `(${digits.slice(0, 3)}) ${digits.slice(3)}`,
])
const someKey = fc.constantFrom('to', 'from', 'recipient', 'wa_id', 'detail', 'reason', 'x', 'phone', 'items')

test('O16: a whole phone number never comes out, as text, as number, in a sentence, a key, a list or an error', () => {
  fc.assert(
    fc.property(phone, written, someKey, (digits, forms, key) => {
      for (const form of forms) {
        const line = logged(
          {
            [key]: form,
            sentence: `no answer from ${form}, given up`,
            list: [form],
            [form]: 'by recipient',
            error: new Error(`bad recipient ${form}`, { cause: new Error(form) }),
            number: Number(digits),
            nested: { deeper: { [key]: form } },
            map: new Map([[form, 1]]),
          },
          `calling ${form}`,
        )
        // The time of the line is digits too.
        expect(digitsOf(line.replace(/"time":"[^"]*"/, ''))).not.toContain(digits)
        expect(line).toContain(digits.slice(-2))
      }
    }),
  )
})

test('O16: planted text, tokens, passwords and signatures never come out', () => {
  const planted = 'Hola Ana te espero'
  const keys = ['text', 'body', 'message_text', 'caption', 'content', 'contentJson', 'token', 'accessToken']
  keys.push(
    'app_secret',
    'password',
    'authorization',
    'Authorization',
    'x-hub-signature',
    'last_message_preview',
  )
  keys.push('cookie', 'apiKey', 'master_keys', 'raw_json', 'SERVICE_SECRET', 'payload', 'profileName', 'echo')
  for (const key of keys) {
    expect(logged({ [key]: planted })).not.toContain('Ana')
    expect(logged({ outer: [{ [key]: { deeper: planted } }] })).not.toContain('Ana')
  }
})

test('O16: credentials are known by their shape wherever they stand', () => {
  const tokens = [
    'EAAGm0PX4ZCpsBAKZAn1234567890abcdef',
    'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3IifQ.c2lnbmF0dXJl',
    'f00dbabe'.repeat(8),
    'pk_Zx81QmW0v7LrT5yUeJ3cBnA9KsDf2GhP',
  ]
  for (const token of tokens) {
    const line = logged({
      url: `https://graph/v1?a=${token}`,
      note: token,
      error: new Error(`refused ${token}`),
    })
    expect(line).not.toContain(token)
    expect(line).not.toContain(token.slice(4, 24))
  }
  const line = logged({
    dsn: 'postgres://inbox:pa55@db:5432/x',
    header: 'Bearer abc.def',
    sig: 'sha256=abcdef01',
  })
  expect(line).not.toMatch(/pa55|abc\.def|abcdef01/)
  expect(line).toContain('db:5432/x')
})

test('what an operator needs stays readable: ids, counts, sizes, durations, times', () => {
  const fields = {
    message_id: 'msg_01h455vb4pex5vsknk084sn02q',
    wamid: 'wamid.HBgLNTczMDAxMjM0NTY3',
    phone_number_id: '106540352242922',
    batch: 256,
    body_bytes: 1_234_567_890_123,
    started_at: 1_763_700_000_000,
    took_ms: 12.5,
    uuid: '018f5e2c-7b1d-7c3e-9a55-0123456789ab',
    at: new Date('2026-11-21T08:00:00.000Z'),
    day: '2026-11-21',
    token_version: 3,
    address: '127.0.0.1:50051',
    seq: 12_345_678_901n,
  }
  const line = JSON.parse(logged(fields))
  expect(line).toMatchObject({ ...fields, at: '2026-11-21T08:00:00.000Z', seq: '12345678901' })
})

test('a Postgres error says what failed without the row that failed', () => {
  const error = Object.assign(new Error('invalid input syntax for type json: "{hola Ana"'), {
    severity: 'ERROR',
    code: '22P02',
    detail: 'Failing row contains (hola Ana).',
    parameters: ['hola Ana'],
    query: 'insert into messages',
  })
  const line = logged({ error })
  expect(line).not.toContain('Ana')
  expect(JSON.parse(line).error).toMatchObject({
    code: '22P02',
    message: 'invalid input syntax for type json',
  })
})

test('nothing breaks the logger: cycles, depth, functions, bytes, odd dates, long lists and texts', () => {
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  const fields = {
    cycle,
    fn: () => 1,
    bytes: new Uint8Array(5),
    when: new Date(Number.NaN),
    nan: Number.NaN,
    list: Array.from({ length: 1_000 }, (_, i) => i),
    long: 'a '.repeat(10_000),
    set: new Set(['a']),
    symbol: Symbol('x'),
    nothing: undefined,
  }
  const line = logged(fields)
  expect(line.length).toBeLessThan(10_000)
  expect(JSON.parse(line)).toMatchObject({
    bytes: '5 bytes',
    when: 'invalid date',
    nan: 'NaN',
    fn: '[function]',
  })
})

test('H3 O16: a line is one JSON object with service, level and the request, trace, tenant and actor of the work', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const context = { requestId: 'req_1', traceparent, tenantId: 'ten_1', actorId: 'usr_1' }
  const lines: string[] = []
  const logger = createLogger({ service: 'inbox', write: (line) => lines.push(line) }).child({
    part: 'relay',
  })
  runWithContext(context, () => logger.warn('slow\nvery', { a: 1 }))
  logger.debug('below the level')
  expect(lines).toHaveLength(1)
  expect(lines[0]?.trimEnd()).not.toContain('\n')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'warn',
    service: 'inbox',
    request_id: 'req_1',
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    tenant_id: 'ten_1',
    actor_id: 'usr_1',
    part: 'relay',
    a: 1,
  })
})
