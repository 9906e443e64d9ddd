import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createGraphClient, type GraphAnswer, type GraphClient, parseUsage } from '../src/index.ts'

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

const call = { token: 'EAAB', version: 26, deadlineMs: 5_000 }
const number = { ...call, phoneNumberId: '41' }
const waba = { ...call, wabaId: '31' }
const success = { success: true }
const page = { data: [{ id: '1' }], paging: { cursors: { after: 'c2' }, next: 'https://evil.example' } }

test.each<
  [
    line: string,
    ask: (client: GraphClient) => Promise<GraphAnswer<unknown>>,
    body: unknown,
    answer: object,
    value: unknown,
  ]
>([
  [
    'POST /v26.0/41/messages',
    (c) => c.markRead({ ...number, messageId: 'wamid.A=', typing: true }),
    {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: 'wamid.A=',
      typing_indicator: { type: 'text' },
    },
    success,
    true,
  ],
  [
    'POST /v26.0/31/message_templates',
    (c) => c.createTemplate({ ...waba, template: { name: 'a' } }),
    { name: 'a' },
    { id: '9', status: 'PENDING', category: 'UTILITY' },
    { id: '9', status: 'PENDING', category: 'UTILITY' },
  ],
  [
    'POST /v26.0/9',
    (c) => c.editTemplate({ ...call, templateId: '9', changes: { category: 'UTILITY' } }),
    { category: 'UTILITY' },
    success,
    true,
  ],
  [
    'GET /v26.0/9?fields=status,quality_score',
    (c) => c.getTemplate({ ...call, templateId: '9', fields: ['status', 'quality_score'] }),
    undefined,
    { status: 'PAUSED' },
    { status: 'PAUSED' },
  ],
  [
    'DELETE /v26.0/31/message_templates?name=a&hsm_id=9',
    (c) => c.deleteTemplate({ ...waba, name: 'a', templateId: '9' }),
    undefined,
    success,
    true,
  ],
  [
    'POST /v26.0/9/unpause',
    (c) => c.unpauseTemplate({ ...call, templateId: '9' }),
    undefined,
    { success: false, reason: 'too early' },
    { success: false, reason: 'too early' },
  ],
  [
    'GET /v26.0/31/phone_numbers?limit=10&after=c1&fields=id',
    (c) => c.listNumbers({ ...waba, limit: 10, after: 'c1', fields: ['id'] }),
    undefined,
    page,
    { data: [{ id: '1' }], after: 'c2' },
  ],
  ['GET /v26.0/41', (c) => c.getNumber(number), undefined, { id: '41' }, { id: '41' }],
  [
    'POST /v26.0/31/phone_numbers',
    (c) => c.addNumber({ ...waba, number: { cc: '57', phone_number: '3001234567', verified_name: 'Pal' } }),
    { cc: '57', phone_number: '3001234567', verified_name: 'Pal' },
    { id: '41' },
    { id: '41' },
  ],
  [
    'POST /v26.0/41/request_code',
    (c) => c.requestCode({ ...number, method: 'SMS', language: 'es' }),
    { code_method: 'SMS', language: 'es' },
    success,
    true,
  ],
  [
    'POST /v26.0/41/verify_code',
    (c) => c.verifyCode({ ...number, code: '123456' }),
    { code: '123456' },
    { success: true, id: '41' },
    true,
  ],
  [
    'POST /v26.0/41/register',
    (c) => c.registerNumber({ ...number, pin: '123456', dataLocalizationRegion: 'BR' }),
    { messaging_product: 'whatsapp', pin: '123456', data_localization_region: 'BR' },
    success,
    true,
  ],
  [
    'POST /v26.0/41/deregister',
    (c) => c.deregisterNumber(number),
    { messaging_product: 'whatsapp' },
    success,
    true,
  ],
  [
    'POST /v26.0/41',
    (c) => c.updateNumber({ ...number, changes: { pin: '654321' } }),
    { pin: '654321' },
    success,
    true,
  ],
  [
    'GET /v26.0/41/settings',
    (c) => c.getSettings(number),
    undefined,
    { calling: { status: 'ENABLED' } },
    { calling: { status: 'ENABLED' } },
  ],
  [
    'POST /v26.0/41/settings',
    (c) => c.updateSettings({ ...number, settings: { calling: {} } }),
    { calling: {} },
    success,
    true,
  ],
  [
    'GET /v26.0/41/whatsapp_business_profile?fields=about,address,description,email,profile_picture_url,websites,vertical',
    (c) => c.getProfile(number),
    undefined,
    { data: [{ about: 'hola' }] },
    { about: 'hola' },
  ],
  [
    'POST /v26.0/41/whatsapp_business_profile',
    (c) => c.updateProfile({ ...number, profile: { about: 'x' } }),
    { messaging_product: 'whatsapp', about: 'x' },
    success,
    true,
  ],
  [
    'POST /v26.0/41/whatsapp_commerce_settings?is_cart_enabled=true',
    (c) => c.updateCommerceSettings({ ...number, settings: { is_cart_enabled: true } }),
    undefined,
    success,
    true,
  ],
  [
    'GET /v26.0/41/whatsapp_commerce_settings',
    (c) => c.getCommerceSettings(number),
    undefined,
    { data: [{ is_cart_enabled: true }] },
    { data: [{ is_cart_enabled: true }] },
  ],
  [
    'POST /v26.0/41/conversational_automation',
    (c) => c.updateConversationalAutomation({ ...number, automation: { prompts: ['a'] } }),
    { prompts: ['a'] },
    success,
    true,
  ],
  [
    'GET /v26.0/41/message_qrdls',
    (c) => c.listQrCodes(number),
    undefined,
    { data: [{ code: 'A', prefilled_message: 'm', deep_link_url: 'u' }, { odd: 1 }] },
    [{ code: 'A', prefilled_message: 'm', deep_link_url: 'u' }],
  ],
  [
    'GET /v26.0/41/message_qrdls/A',
    (c) => c.getQrCode({ ...number, code: 'A' }),
    undefined,
    { data: [{ code: 'A', prefilled_message: 'm', deep_link_url: 'u' }] },
    { code: 'A', prefilled_message: 'm', deep_link_url: 'u' },
  ],
  [
    'POST /v26.0/41/message_qrdls',
    (c) => c.saveQrCode({ ...number, message: 'm', image: 'SVG' }),
    { prefilled_message: 'm', generate_qr_image: 'SVG' },
    { code: 'A', prefilled_message: 'm', deep_link_url: 'u', qr_image_url: 'i' },
    { code: 'A', prefilled_message: 'm', deep_link_url: 'u', qr_image_url: 'i' },
  ],
  [
    'DELETE /v26.0/41/message_qrdls/A',
    (c) => c.deleteQrCode({ ...number, code: 'A' }),
    undefined,
    success,
    true,
  ],
  [
    'POST /v26.0/41/block_users',
    (c) => c.blockUsers({ ...number, users: [{ user: '57300' }, { user_id: 'CO.1' }] }),
    { messaging_product: 'whatsapp', block_users: [{ user: '57300' }, { user_id: 'CO.1' }] },
    {
      block_users: {
        added_users: [{ input: '57300', wa_id: '57300' }],
        failed_users: [{ input: 'CO.1', errors: [{ code: 139_103, error_data: { details: 'why' } }] }],
      },
      error: { code: 139_100, message: 'partial' },
    },
    {
      done: [{ input: '57300', waId: '57300' }],
      failed: [{ input: 'CO.1', code: 139_103, details: 'why' }],
    },
  ],
  [
    'DELETE /v26.0/41/block_users',
    (c) => c.unblockUsers({ ...number, users: [{ user: '57300' }] }),
    { messaging_product: 'whatsapp', block_users: [{ user: '57300' }] },
    { block_users: { removed_users: [{ input: '57300' }] } },
    { done: [{ input: '57300' }], failed: [] },
  ],
  [
    'GET /v26.0/41/block_users?limit=5',
    (c) => c.listBlockedUsers({ ...number, limit: 5 }),
    undefined,
    page,
    { data: [{ id: '1' }], after: 'c2' },
  ],
  [
    'POST /v26.0/31/subscribed_apps',
    (c) => c.subscribe({ ...waba, override: { callbackUri: 'https://a', verifyToken: 't' } }),
    { override_callback_uri: 'https://a', verify_token: 't' },
    success,
    true,
  ],
  ['POST /v26.0/31/subscribed_apps', (c) => c.subscribe(waba), undefined, success, true],
  ['GET /v26.0/31/subscribed_apps', (c) => c.listSubscriptions(waba), undefined, { data: [] }, { data: [] }],
  ['DELETE /v26.0/31/subscribed_apps', (c) => c.unsubscribe(waba), undefined, success, true],
  [
    'GET /v26.0/31?fields=name,currency',
    (c) => c.getAccount({ ...waba, fields: ['name', 'currency'] }),
    undefined,
    { name: 'A' },
    { name: 'A' },
  ],
  [
    'GET /v26.0/41?fields=health_status',
    (c) => c.getHealth({ ...call, nodeId: '41' }),
    undefined,
    {
      health_status: {
        can_send_message: 'BLOCKED',
        entities: [
          {
            entity_type: 'WABA',
            id: '31',
            can_send_message: 'BLOCKED',
            errors: [{ error_code: 141_006, error_description: 'd', possible_solution: 's' }],
          },
        ],
      },
    },
    {
      canSendMessage: 'BLOCKED',
      entities: [
        {
          type: 'WABA',
          id: '31',
          canSendMessage: 'BLOCKED',
          errors: [{ code: 141_006, description: 'd', solution: 's' }],
        },
      ],
    },
  ],
  [
    'GET /v26.0/31?fields=pricing_analytics.start(1).end(2).granularity(DAILY).dimensions(["COUNTRY","PHONE"])',
    (c) =>
      c.getAnalytics({
        ...waba,
        edge: 'pricing_analytics',
        start: 1,
        end: 2,
        granularity: 'DAILY',
        lists: { dimensions: ['COUNTRY', 'PHONE'] },
      }),
    undefined,
    { pricing_analytics: { data: [] }, id: '31' },
    { data: [] },
  ],
  [
    'GET /v26.0/oauth/access_token?client_id=1&client_secret=s&code=c',
    (c) => c.exchangeCode({ version: 26, deadlineMs: 5_000, clientId: '1', clientSecret: 's', code: 'c' }),
    undefined,
    { access_token: 'EAAC', token_type: 'bearer', expires_in: 60 },
    { accessToken: 'EAAC', expiresInSeconds: 60 },
  ],
  [
    'GET /v26.0/debug_token?input_token=EAAC',
    (c) => c.debugToken({ ...call, inputToken: 'EAAC' }),
    undefined,
    {
      data: {
        is_valid: true,
        app_id: '1',
        scopes: ['whatsapp_business_messaging'],
        expires_at: 0,
        granular_scopes: [{ scope: 'whatsapp_business_messaging', target_ids: ['31'] }],
      },
    },
    {
      isValid: true,
      appId: '1',
      scopes: ['whatsapp_business_messaging'],
      targets: { whatsapp_business_messaging: ['31'] },
    },
  ],
  [
    'POST /v26.0/1/subscriptions',
    (c) =>
      c.subscribeApp({
        ...call,
        appId: '1',
        callbackUrl: 'https://a',
        verifyToken: 't',
        fields: ['messages', 'calls'],
      }),
    {
      object: 'whatsapp_business_account',
      callback_url: 'https://a',
      verify_token: 't',
      fields: 'messages,calls',
    },
    success,
    true,
  ],
  [
    'POST /v26.0/1/uploads?file_name=a.png&file_length=3&file_type=image/png',
    (c) => c.startUpload({ ...call, appId: '1', filename: 'a.png', size: 3, mimeType: 'image/png' }),
    undefined,
    { id: 'upload:MT?sig=x' },
    { id: 'upload:MT?sig=x' },
  ],
  [
    'GET /v26.0/upload:MT?sig=x',
    (c) => c.uploadOffset({ ...call, uploadId: 'upload:MT?sig=x' }),
    undefined,
    { id: 'upload:MT', file_offset: 2 },
    { offset: 2 },
  ],
])('%s is what Meta documents, and its answer is read', async (line, ask, body, json, value) => {
  answer = { status: 200, json }
  expect(await ask(client)).toEqual({ kind: 'ok', value } as never)
  expect(seen.line).toBe(line)
  expect(seen.body === '' ? undefined : JSON.parse(seen.body)).toEqual(body as never)
})

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
