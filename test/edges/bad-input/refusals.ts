import { newId } from '@palomar/contracts'
import type { CallOptions } from '../../product.ts'
import { type Edge, megabyte } from './edge.ts'

/** What the API must refuse, and how. */
export interface Refusal {
  what: string
  method: string
  path: string
  options?: () => CallOptions
  status: number
  code: string
}

const text = (more: Record<string, unknown> = {}) => ({
  to: '573001112233',
  type: 'text',
  text: { body: 'x' },
  ...more,
})

export const refusalsFor = (edge: Edge): Refusal[] => [
  {
    what: 'broken JSON',
    method: 'POST',
    path: '/v1/users',
    options: edge.asAdmin('{"email":'),
    status: 400,
    code: 'bad_request',
  },
  {
    what: 'JSON in no UTF-8',
    method: 'POST',
    path: '/v1/users',
    options: edge.asAdmin(new Uint8Array([0x22, 0xff, 0x22])),
    status: 400,
    code: 'bad_request',
  },
  {
    what: 'brackets without end',
    method: 'POST',
    path: '/v1/users',
    options: edge.asAdmin('['.repeat(100_000)),
    status: 400,
    code: 'bad_request',
  },
  {
    what: 'no JSON type',
    method: 'POST',
    path: '/v1/users',
    options: edge.asAdmin('{}', { 'content-type': 'text/plain' }),
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    what: 'an oversize body',
    method: 'POST',
    path: '/v1/users',
    options: edge.asAdmin(`"${'x'.repeat(megabyte)}"`),
    status: 413,
    code: 'payload_too_large',
  },
  {
    what: 'an oversize send',
    method: 'POST',
    path: '/v1/messages',
    options: edge.asAdmin(`"${'x'.repeat(6 * megabyte)}"`),
    status: 413,
    code: 'payload_too_large',
  },
  {
    what: 'a body that is a list',
    method: 'POST',
    path: '/v1/users',
    options: edge.asAdmin([]),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'an unknown field',
    method: 'POST',
    path: '/v1/users',
    options: edge.asAdmin({ email: 'a@b.test', name: 'A', role: 'agent', is_admin: true }),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'an unknown query',
    method: 'GET',
    path: '/v1/users?sort=x',
    options: edge.asAdmin(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'U+0000',
    method: 'POST',
    path: '/v1/users',
    options: edge.asAdmin({ email: 'a@b.test', name: 'A\u0000', role: 'agent' }),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'U+0000 in a query',
    method: 'GET',
    path: '/v1/contacts?query=%00',
    options: edge.asAdmin(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'a page of nothing',
    method: 'GET',
    path: '/v1/messages?limit=0',
    options: edge.asAdmin(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'a page that is no number',
    method: 'GET',
    path: '/v1/messages?limit=many',
    options: edge.asAdmin(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'a number nobody has',
    method: 'POST',
    path: '/v1/messages',
    options: edge.asAdmin(text({ number_id: newId('number') })),
    status: 422,
    code: 'number_unknown',
  },
  {
    what: 'a phone_number_id nobody has',
    method: 'POST',
    path: '/v1/messages',
    options: edge.asAdmin(text({ from: '999' })),
    status: 422,
    code: 'number_unknown',
  },
  {
    what: 'a message of no type',
    method: 'POST',
    path: '/v1/messages',
    options: () => edge.asAdmin(text({ number_id: edge.numberId, type: 'telegram' }))(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'a blank idempotency key',
    method: 'POST',
    path: '/v1/messages',
    options: () => edge.asAdmin(edge.template('573001112233'), { 'idempotency-key': 'a b' })(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'an unsupported method',
    method: 'DELETE',
    path: '/v1/messages',
    options: edge.asAdmin(),
    status: 405,
    code: 'method_not_allowed',
  },
  {
    what: 'a path that is none',
    method: 'GET',
    path: '/v1/nothing',
    options: edge.asAdmin(),
    status: 404,
    code: 'not_found',
  },
  {
    what: 'a malformed id',
    method: 'GET',
    path: '/v1/messages/1%27%20or%201=1',
    options: edge.asAdmin(),
    status: 404,
    code: 'not_found',
  },
  {
    what: 'an id of another kind',
    method: 'GET',
    path: `/v1/messages/${newId('contact')}`,
    options: edge.asAdmin(),
    status: 404,
    code: 'not_found',
  },
  { what: 'no credential', method: 'GET', path: '/v1/messages', status: 401, code: 'unauthenticated' },
  {
    what: 'a garbage token',
    method: 'GET',
    path: '/v1/messages',
    options: () => ({ token: 'garbage' }),
    status: 401,
    code: 'unauthenticated',
  },
  {
    what: 'a garbage JWT',
    method: 'GET',
    path: '/v1/messages',
    options: () => ({ token: 'eyJhbGciOiJub25lIn0.e30.' }),
    status: 401,
    code: 'unauthenticated',
  },
  {
    what: 'a JWT with another payload',
    method: 'GET',
    path: '/v1/messages',
    options: () => ({ token: forged(edge.admin) }),
    status: 401,
    code: 'unauthenticated',
  },
  {
    what: 'a company that is not his, there or not',
    method: 'GET',
    path: '/v1/messages',
    options: edge.asAdmin(undefined, { 'x-tenant-id': newId('tenant') }),
    status: 403,
    code: 'forbidden',
  },
  {
    what: 'a company that cannot be',
    method: 'GET',
    path: '/v1/messages',
    options: edge.asAdmin(undefined, { 'x-tenant-id': 'ten_x' }),
    status: 404,
    code: 'not_found',
  },
  {
    what: 'what only the platform may',
    method: 'GET',
    path: '/v1/dead-letters',
    options: edge.asAdmin(),
    status: 403,
    code: 'forbidden',
  },
  {
    what: 'a wrong password',
    method: 'POST',
    path: '/v1/auth/login',
    options: () => ({ body: { email: 'ana@palomar.demo', password: 'x' } }),
    status: 401,
    code: 'unauthenticated',
  },
  {
    what: 'a refresh token that is none',
    method: 'POST',
    path: '/v1/auth/refresh',
    options: () => ({ body: { refresh_token: 'x' } }),
    status: 401,
    code: 'unauthenticated',
  },
  { what: 'a socket without handshake', method: 'GET', path: '/v1/live', status: 400, code: 'bad_request' },
  {
    what: 'a socket with a garbage ticket',
    method: 'GET',
    path: '/v1/live?ticket=x',
    options: () => ({ headers: { upgrade: 'websocket', connection: 'upgrade' } }),
    status: 401,
    code: 'unauthenticated',
  },
]

/** Another payload under the same signature. */
function forged(token: string): string {
  const [header, payload = '', signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return [
    header,
    Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString('base64url'),
    signature,
  ].join('.')
}
