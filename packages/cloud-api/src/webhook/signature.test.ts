import { expect, test } from 'bun:test'
import { answerHandshake, signPayload, verifySignature } from '../index.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('W2: the signature is the HMAC-SHA256 of the raw bytes under the app secret', () => {
  // RFC 4231, test case 2.
  const body = bytes('what do ya want for nothing?')
  const header = 'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
  expect(verifySignature(body, header, ['Jefe'])).toBe(true)
  expect(signPayload(body, 'Jefe')).toBe(header)
})

test('W2: the same JSON in other bytes has another signature', () => {
  const [plain, escaped] = [bytes('{"name":"é"}'), bytes('{"name":"\\u00e9"}')]
  expect(verifySignature(plain, signPayload(plain, 's'), ['s'])).toBe(true)
  expect(verifySignature(escaped, signPayload(plain, 's'), ['s'])).toBe(false)
})

test('W2: while a secret rotates the old and the new one are good', () => {
  const body = bytes('{}')
  expect(verifySignature(body, signPayload(body, 'old'), ['new', 'old'])).toBe(true)
  expect(verifySignature(body, signPayload(body, 'other'), ['new', 'old'])).toBe(false)
})

test.each([
  ['no header', undefined],
  ['an empty header', ''],
  ['no prefix', signPayload('{}', 's').slice(7)],
  ['SHA-1', 'sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709'],
  ['too short', signPayload('{}', 's').slice(0, -1)],
  ['too long', `${signPayload('{}', 's')}0`],
  ['capitals', signPayload('{}', 's').toUpperCase()],
  ['not hex', `sha256=${'z'.repeat(64)}`],
])('W2: %s fails closed', (_, header) => {
  expect(verifySignature(bytes('{}'), header, ['s'])).toBe(false)
})

test('W2: without a secret nothing is signed, also not by an empty one', () => {
  expect(verifySignature(bytes('{}'), signPayload('{}', ''), [])).toBe(false)
  expect(verifySignature(bytes('{}'), signPayload('{}', ''), [''])).toBe(false)
})

const question = { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': 'right' }

test('W1: the challenge comes back as it was when the token matches', () => {
  expect(answerHandshake(question, 'right')).toEqual({ ok: true, challenge: '1158201444' })
  expect(answerHandshake(new URLSearchParams(question), ['old', 'right'])).toEqual({
    ok: true,
    challenge: '1158201444',
  })
})

test.each([
  ['another token', { ...question, 'hub.verify_token': 'wrong' }],
  ['no token', { ...question, 'hub.verify_token': undefined }],
  ['another mode', { ...question, 'hub.mode': 'unsubscribe' }],
  ['no challenge', { ...question, 'hub.challenge': undefined }],
  ['nothing', {}],
])('W1: %s is refused', (_, query) => {
  expect(answerHandshake(query, 'right')).toEqual({ ok: false })
})

test('W1: an empty verify token opens nothing', () => {
  expect(answerHandshake({ ...question, 'hub.verify_token': '' }, '')).toEqual({ ok: false })
})
