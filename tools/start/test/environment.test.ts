/** A single-company install: only the variables of ACCEPTANCE O9, no panel. */
import { afterAll, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@palomar/testkit'
import { startSimulator } from '../../../simulator/src/index.ts'
import { freePort } from '../../servers/index.ts'
import { apiClient } from '../api-client.ts'
import { binStart, binStartReady, type Ready, type Run } from './bin-start.ts'

const folder = mkdtempSync(join(tmpdir(), 'palomar-environment-'))
chmodSync(folder, 0o711)
/** Nothing that a failed test has started stays. */
const started: Run[] = []
afterAll(async () => {
  for (const { child, ended } of started) {
    child.kill('SIGTERM')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

async function startReady(...args: Parameters<typeof binStartReady>) {
  const run = await binStartReady(...args)
  started.push(run)
  return run
}

const variables = {
  WHATSAPP_PHONE_NUMBER_ID: '106540352242922',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '202290129300001',
  WHATSAPP_ACCESS_TOKEN: 'EAAG-of-the-environment',
  WHATSAPP_APP_SECRET: '0123456789abcdef0123456789abcdef',
  WHATSAPP_WEBHOOK_VERIFY_TOKEN: 'verify-of-the-environment',
  WHATSAPP_API_VERSION: 'v22.0',
  ALLOWED_ORIGINS: 'https://oficina.example',
  JWT_SECRET: 'a secret of the operator, long enough',
  JWT_EXPIRE_HOURS: '8',
}
const customer = '573001112233'

/** A customer writes, the program that has the key sees it, answers, and hears that the answer was delivered. */
async function talk({ ready }: Run & { ready: Ready }, write: () => Promise<unknown>) {
  const api = apiClient(ready.urls.gateway, { authorization: `Bearer ${ready.api_key}` })
  const { data: numbers } = await api.get<{ data: { id: string; phone_number_id: string }[] }>('/v1/numbers')
  expect(numbers.map(({ phone_number_id }) => phone_number_id)).toEqual([variables.WHATSAPP_PHONE_NUMBER_ID])
  await write()
  const slowly = { timeoutMs: 20_000 }
  await eventually(async () => {
    expect(JSON.stringify(await api.get('/v1/conversations'))).toContain('hola desde el entorno')
  }, slowly)
  const { id } = await api.post<{ id: string }>('/v1/messages', {
    number_id: numbers[0]?.id,
    to: customer,
    type: 'text',
    text: { body: 'buenas, sin panel' },
  })
  await eventually(async () => {
    expect((await api.get<{ state: string }>(`/v1/messages/${id}`)).state).toBe('delivered')
  }, slowly)
}

test('O9: with these variables alone a webhook arrives and a send goes out, and no panel is touched', async () => {
  const gatewayPort = await freePort()
  const meta = startSimulator({
    webhookUrl: `http://127.0.0.1:${gatewayPort}/webhooks/whatsapp`,
    phoneNumberId: variables.WHATSAPP_PHONE_NUMBER_ID,
    wabaId: variables.WHATSAPP_BUSINESS_ACCOUNT_ID,
    accessToken: variables.WHATSAPP_ACCESS_TOKEN,
    appSecret: variables.WHATSAPP_APP_SECRET,
    verifyToken: variables.WHATSAPP_WEBHOOK_VERIFY_TOKEN,
  })
  const data = join(folder, 'meta')
  const unofficial = { WHATSAPP_SESSION_PATH: '/planted/session', SUPABASE_KEY: 'planted-key' }
  const env = { ...variables, ...unofficial, WHATSAPP_API_BASE_URL: meta.url }
  const run = await startReady(data, env, [`--gateway-port=${gatewayPort}`])
  const phoneNumberId = variables.WHATSAPP_PHONE_NUMBER_ID
  await talk(run, async () =>
    meta.control.write({ phoneNumberId, waId: customer, text: 'hola desde el entorno' }),
  )
  expect(meta.control.accepted().map(({ to }) => to)).toEqual([customer])
  expect(run.ready.urls.simulator).toBeUndefined()
  const preflight = await fetch(`${run.ready.urls.gateway}/v1/numbers`, {
    method: 'OPTIONS',
    headers: { origin: 'https://oficina.example', 'access-control-request-method': 'GET' },
  })
  expect(preflight.headers.get('access-control-allow-origin')).toBe('https://oficina.example')
  run.child.kill('SIGTERM')
  expect(await run.ended).toBe(0)
  await meta.stop()

  expect(run.said().split('\n')).toContain(
    'warning: variables of unofficial WhatsApp clients are ignored: SUPABASE_KEY, WHATSAPP_SESSION_PATH',
  )
  const lines = readFileSync(join(data, 'logs/tenancy.log'), 'utf8').split('\n')
  expect(lines.filter((line) => line.includes('unofficial'))).toHaveLength(1)
  expect(lines.join('\n')).not.toContain('planted')
}, 180_000)

test('O9 O10: in mock mode the simulator plays Meta for the environment’s number', async () => {
  const { WHATSAPP_PHONE_NUMBER_ID } = variables
  const run = await startReady(join(folder, 'mock'), {
    WHATSAPP_PHONE_NUMBER_ID,
    WHATSAPP_MOCK_MODE: 'true',
  })
  const control = (what: string, body: unknown) =>
    fetch(`${run.ready.urls.simulator}/control/${what}`, { method: 'POST', body: JSON.stringify(body) })
  await talk(run, () =>
    control('write', {
      phone_number_id: WHATSAPP_PHONE_NUMBER_ID,
      wa_id: customer,
      text: 'hola desde el entorno',
    }),
  )
  run.child.kill('SIGTERM')
  expect(await run.ended).toBe(0)
}, 180_000)

test('O9: a wrong value is one clear line and a status that is not 0', async () => {
  const refused = async (name: string, env: Record<string, string>) => {
    const run = binStart(join(folder, name), [], env)
    expect(await run.ended).toBe(1)
    return run.lastLine()
  }
  expect(await refused('wrong', { ...variables, WHATSAPP_PHONE_NUMBER_ID: '+57 300 1112233' })).toMatch(
    /^tenancy ended \(exit \d+\): configuration is not valid: WHATSAPP_PHONE_NUMBER_ID: must be Meta’s id: digits only$/,
  )
  expect(await refused('half', { WHATSAPP_PHONE_NUMBER_ID: '1065' })).toMatch(
    /^tenancy ended .*WHATSAPP_ACCESS_TOKEN: is required with WHATSAPP_PHONE_NUMBER_ID/,
  )
}, 180_000)

test('O9: WHATSAPP_ENABLED=false starts without the number, and says that WhatsApp is off', async () => {
  const run = await startReady(join(folder, 'off'), { ...variables, WHATSAPP_ENABLED: 'false' })
  const { email, password } = run.ready.logins.at(-1) ?? { email: '', password: '' }
  const { access_token } = await apiClient(run.ready.urls.gateway).post<{ access_token: string }>(
    '/v1/auth/login',
    {
      email,
      password,
    },
  )
  expect(access_token).toBeString()
  const health = await fetch(`${run.ready.urls.gateway}/api/health/whatsapp`)
  expect(await health.json()).toEqual({ status: 'off' })
  run.child.kill('SIGTERM')
  expect(await run.ended).toBe(0)
}, 120_000)
