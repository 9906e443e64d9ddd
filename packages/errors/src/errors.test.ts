import { expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  ackDecision,
  appError,
  type ErrorCode,
  errorCatalogue,
  fromGrpc,
  isErrorCode,
  toGrpc,
  toProblem,
} from './index.ts'

const codes = Object.keys(errorCatalogue) as ErrorCode[]
const someCode = fc.constantFrom(...codes)
/** Long enough not to occur in any public text by chance. */
const secretText = fc.stringMatching(/^[a-z0-9]{24}$/)
const someField = fc.record({ path: fc.string(), code: fc.string(), detail: fc.string() })

test('O16: internal text, meta and causes never come out, whatever the error', () => {
  const thrown = fc.oneof(
    fc.record({ code: someCode, secret: secretText }).map(({ code, secret }) => ({
      secret,
      error: appError(code, {
        internal: secret,
        meta: { secret },
        cause: new Error(secret, { cause: appError('internal', { internal: secret }) }),
      }) as unknown,
    })),
    secretText.map((secret) => ({ secret, error: new Error(secret) as unknown })),
    secretText.map((secret) => ({ secret, error: Object.assign(new TypeError(secret), { detail: secret }) })),
    secretText.map((secret) => ({ secret, error: secret as unknown })),
    secretText.map((secret) => ({ secret, error: { code: 'not_found', detail: secret } as unknown })),
  )
  fc.assert(
    fc.property(thrown, ({ secret, error }) => {
      expect(JSON.stringify(toProblem(error, 'req_1'))).not.toContain(secret)
      expect(JSON.stringify(toGrpc(error))).not.toContain(secret)
      const far = fromGrpc(toGrpc(error))
      expect(JSON.stringify({ ...far, message: far.message, stack: '' })).not.toContain(secret)
    }),
  )
})

test('an error crosses gRPC with code, public text, fields and until', () => {
  const until = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
  const fields = fc.array(someField, { maxLength: 5 })
  fc.assert(
    fc.property(someCode, fc.string({ minLength: 1 }), fields, until, (code, detail, fields, until) => {
      const far = fromGrpc(toGrpc(appError(code, { detail, fields, until, internal: 'ours' })))
      expect(far.code).toBe(code)
      expect(far.detail).toBe(detail)
      expect(far.fields ?? []).toEqual(fields)
      expect(far.until?.toISOString()).toBe(until.toISOString())
      expect(toProblem(far, 'r')).toEqual(toProblem(appError(code, { detail, fields, until }), 'r'))
    }),
  )
})

test('a list of fields too long for a trailer is cut at a whole field', () => {
  const fields = Array.from({ length: 500 }, (_, i) => ({
    path: `messages[${i}]`,
    code: 'required',
    detail: 'é'.repeat(40),
  }))
  const sent = toGrpc(appError('validation_failed', { fields }))
  expect(Buffer.byteLength(sent.metadata['palomar-fields'] ?? '')).toBeLessThanOrEqual(6_000)
  const far = fromGrpc(sent)
  expect(far.fields?.length).toBeGreaterThan(10)
  expect(far.fields).toEqual(fields.slice(0, far.fields?.length))
})

test('a status that is not ours keeps its text internal', () => {
  const text = '14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 10.0.0.7:50051'
  const error = fromGrpc({ code: 14, details: text })
  expect(error.code).toBe('unavailable')
  expect(error.internal).toContain('ECONNREFUSED')
  expect(JSON.stringify(toProblem(error, 'r'))).not.toContain('10.0.0.7')
  expect(fromGrpc({ code: 2, details: 'x' }).code).toBe('internal')
  expect(fromGrpc({ code: 3, details: 'x', metadata: { 'palomar-code': 'constructor' } }).code).toBe(
    'bad_request',
  )
  const cut = { 'palomar-code': 'conflict', 'palomar-fields': '[{', 'palomar-until': 'soon' }
  expect(fromGrpc({ code: 10, details: 'x', metadata: cut })).toMatchObject({ code: 'conflict', detail: 'x' })
})

test('H1 H3 H4: problem+json has the status, the code, the request id and every field', () => {
  const fields = [{ path: 'to', code: 'required', detail: 'Say to whom.' }]
  const { status, body } = toProblem(appError('validation_failed', { fields }), 'req_7')
  expect(status).toBe(422)
  expect(body).toEqual({
    type: 'urn:palomar:error:validation_failed',
    title: 'Validation failed',
    status: 422,
    code: 'validation_failed',
    detail: 'Some fields are not valid; each is listed.',
    errors: fields,
    request_id: 'req_7',
  })
  const until = new Date('2026-01-02T03:04:05.000Z')
  expect(toProblem(appError('window_closed', { until }), 'r').body.until).toBe('2026-01-02T03:04:05.000Z')
})

test('every code has a status of the list, a public sentence, and infrastructure alone is a nak', () => {
  for (const code of codes) {
    const { http, detail, title, ack } = errorCatalogue[code]
    expect([400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 502, 503]).toContain(http)
    expect(detail).toMatch(/^[A-Z].*\.$/)
    expect(title.length).toBeGreaterThan(0)
    if (http === 503) expect(ack).toBe('nak')
    expect(isErrorCode(code)).toBe(true)
  }
  expect(isErrorCode('toString')).toBe(false)
})

test('CONTRACTS 4: infrastructure is a nak, an unknown error is retried alone, a hopeless event is dead with its reason', () => {
  expect(ackDecision(appError('unavailable'))).toEqual({ kind: 'nak' })
  expect(ackDecision(appError('deadline_exceeded'))).toEqual({ kind: 'nak' })
  expect(ackDecision(new Error('a bug'))).toEqual({ kind: 'retry' })
  expect(ackDecision(appError('conflict'))).toEqual({ kind: 'retry' })
  expect(ackDecision(appError('bad_request', { internal: 'no payload' }))).toEqual({
    kind: 'dead',
    reason: 'bad_request: no payload',
  })
})
