import { expect, test } from 'bun:test'
import { ConfigError } from '@palomar/runtime'
import { tenancyConfig } from '../config.ts'
import { ignoredVariables } from './variables.ts'

const key = Buffer.alloc(32, 1).toString('base64')
const own = {
  DATABASE_URL: 'postgres://palomar_tenancy:x@127.0.0.1/palomar',
  NATS_URL: 'nats://127.0.0.1:4222',
  MASTER_KEYS: `m1:${key}`,
  APP_SECRETS_KEY: `a1:${key}`,
  SIGNING_KEY_SEED: key,
  SERVICE_SECRETS: '{"inbox":"sixteen characters"}',
}
const whole = {
  WHATSAPP_PHONE_NUMBER_ID: '106540352242922',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '202290129300001',
  WHATSAPP_ACCESS_TOKEN: 'EAAGtoken',
  WHATSAPP_APP_SECRET: '0123456789abcdef0123456789abcdef',
  WHATSAPP_WEBHOOK_VERIFY_TOKEN: 'verify-me',
}

function problemsOf(env: Record<string, string>): string[] {
  try {
    tenancyConfig({ ...own, ...env })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('O9: the five variables name the first company’s number, and nothing does when there are none', () => {
  expect(tenancyConfig({ ...own, ...whole }).firstCompany).toMatchObject({
    phoneNumberId: whole.WHATSAPP_PHONE_NUMBER_ID,
    accessToken: whole.WHATSAPP_ACCESS_TOKEN,
  })
  expect(tenancyConfig(own).firstCompany).toBeUndefined()
  expect(tenancyConfig({ ...own, ...whole, WHATSAPP_ENABLED: 'false' }).firstCompany).toBeUndefined()
})

test('O9: WHATSAPP_TOKEN is the access token too; two different ones are refused', () => {
  const { WHATSAPP_ACCESS_TOKEN: _, ...without } = whole
  const alias = { ...without, WHATSAPP_TOKEN: 'EAAGother' }
  expect(tenancyConfig({ ...own, ...alias }).firstCompany?.accessToken).toBe('EAAGother')
  expect(problemsOf({ ...whole, WHATSAPP_TOKEN: 'EAAGother' })).toEqual([
    'WHATSAPP_TOKEN: differs from WHATSAPP_ACCESS_TOKEN; give one of the two',
  ])
})

test('O9: half a number is refused, each missing variable by its name', () => {
  expect(problemsOf({ WHATSAPP_PHONE_NUMBER_ID: '1065' })).toEqual(
    ['BUSINESS_ACCOUNT_ID', 'ACCESS_TOKEN', 'APP_SECRET', 'WEBHOOK_VERIFY_TOKEN'].map(
      (name) => `WHATSAPP_${name}: is required with WHATSAPP_PHONE_NUMBER_ID`,
    ),
  )
})

test('O9: in mock mode nothing else is required, and what is given counts', () => {
  const played = tenancyConfig({ ...own, WHATSAPP_MOCK_MODE: 'true', WHATSAPP_PHONE_NUMBER_ID: '777' })
  expect(played.firstCompany).toMatchObject({ phoneNumberId: '777', wabaId: '200000000000001' })
})

test('O9: wrong values are said with all others, and never shown', () => {
  const problems = problemsOf({
    ...whole,
    WHATSAPP_PHONE_NUMBER_ID: '+57 300',
    WHATSAPP_TOKEN: 'planted',
    PORT: '',
  })
  expect(problems).toEqual([
    'WHATSAPP_PHONE_NUMBER_ID: must be Meta’s id: digits only',
    'WHATSAPP_TOKEN: differs from WHATSAPP_ACCESS_TOKEN; give one of the two',
  ])
})

test('O9: variables of unofficial clients and misspelt ones are told apart from ours', () => {
  const env = {
    ...whole,
    WHATSAPP_API_VERSION: 'v22.0',
    WHATSAPP_SESSION_PATH: '/x',
    WHATSAPP_PUPPETEER_ARGS: '--no-sandbox',
    SUPABASE_URL: 'https://x',
    SUPABASE_KEY: 'x',
    WHATSAPP_PHONE_ID: '1',
    SUPABASE_EMPTY: '',
  }
  expect(ignoredVariables(env)).toEqual({
    unofficial: ['SUPABASE_KEY', 'SUPABASE_URL', 'WHATSAPP_PUPPETEER_ARGS', 'WHATSAPP_SESSION_PATH'],
    unknown: ['WHATSAPP_PHONE_ID'],
  })
})
