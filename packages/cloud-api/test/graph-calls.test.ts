import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createGraphClient, type GraphClient, parseUsage } from '../src/index.ts'
import { call, calls, number, success, waba } from './graph-call-rows.ts'

interface Seen {
  line: string
  authorization: string
  body: string
  offset: string | null
}

let seen: Seen
let answer: { status: number; json: object; headers?: Record<string, string> }
let server: ReturnType<typeof Bun.serve>
let client: GraphClient

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      seen = {
        line: `${request.method} ${pathname}${decodeURIComponent(search)}`,
        authorization: request.headers.get('authorization') ?? '',
        body: await request.text(),
        offset: request.headers.get('file_offset'),
      }
      return Response.json(answer.json, { status: answer.status, headers: answer.headers ?? {} })
    },
  })
  client = createGraphClient({ baseUrl: `http://127.0.0.1:${server.port}` })
})
afterAll(async () => {
  client.close()
  await server.stop(true)
})

test.each(calls)(
  '%s is what Meta documents, and its answer is read',
  async (line, ask, body, json, value) => {
    answer = { status: 200, json }
    expect(await ask(client)).toEqual({ kind: 'ok', value } as never)
    expect(seen.line).toBe(line)
    expect(seen.body === '' ? undefined : JSON.parse(seen.body)).toEqual(body as never)
  },
)

test('a resumable upload sends the rest of the bytes from its offset, under the word OAuth', async () => {
  answer = { status: 200, json: { h: '4::aW' } }
  const bytes = new TextEncoder().encode('bc')
  const result = await client.continueUpload({
    ...call,
    uploadId: 'upload:MT?sig=x',
    offset: 1,
    size: 3,
    bytes,
  })
  expect(result).toEqual({ kind: 'ok', value: { handle: '4::aW' } })
  expect(seen).toEqual({
    line: 'POST /v26.0/upload:MT?sig=x',
    authorization: 'OAuth EAAB',
    body: 'bc',
    offset: '1',
  })
})

test('an answer that says nothing is in doubt, an error has its code', async () => {
  answer = { status: 200, json: {} }
  expect(await client.deregisterNumber(number)).toMatchObject({ kind: 'in_doubt' })
  answer = { status: 400, json: { error: { code: 133_016, message: '(#133016) Limit' } } }
  expect(await client.deregisterNumber(number)).toMatchObject({ kind: 'error', error: { code: 133_016 } })
})

test('a call names its version, and proves its token when an app secret is given', async () => {
  answer = { status: 200, json: success }
  await client.unsubscribe({ ...waba, version: 'v25.0', appSecret: 's' })
  const proof = new Bun.CryptoHasher('sha256', 's').update('EAAB').digest('hex')
  expect(seen.line).toBe(`DELETE /v25.0/31/subscribed_apps?appsecret_proof=${proof}`)
})

test('a call may go to another host', async () => {
  answer = { status: 200, json: success }
  const elsewhere = createGraphClient({ baseUrl: 'http://graph.invalid' })
  const result = await elsewhere.unsubscribe({ ...waba, host: `http://127.0.0.1:${server.port}` })
  elsewhere.close()
  expect(result.kind).toBe('ok')
})

test("Meta's usage headers come with the answer, and are read as levels", async () => {
  answer = {
    status: 200,
    json: success,
    headers: {
      'x-business-use-case-usage':
        '{"31":[{"type":"whatsapp","call_count":28,"total_cputime":95,"total_time":25,"estimated_time_to_regain_access":2}]}',
      'x-app-usage': '{"call_count":99,"total_time":1,"total_cputime":1}',
      'facebook-api-version': 'v26.0',
    },
  }
  const result = await client.unsubscribe(waba)
  const usage = result.kind === 'ok' ? result.usage : undefined
  expect(usage?.version).toBe('v26.0')
  expect(parseUsage(usage)).toEqual([
    { of: 'app', percent: 99, waitMs: 0 },
    { of: '31', type: 'whatsapp', percent: 95, waitMs: 120_000 },
  ])
  expect(parseUsage({ app: 'x', business: '{"31":[7,null]}' })).toEqual([])
  expect(parseUsage(undefined)).toEqual([])
})
