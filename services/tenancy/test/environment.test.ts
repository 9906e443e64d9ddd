/** The first company from the environment, over several starts, replicas and hands in the panel. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { numbersV1 } from '@palomar/contracts'
import type { Logger } from '@palomar/runtime'
import { silentLogger } from '@palomar/testkit'
import { tenancyConfig } from '../src/config.ts'
import { start } from '../src/service.ts'
import { type Clients, type Fixture, startTenancy } from './fixture.ts'

const apiKey = `plk_${'k'.repeat(43)}`
const env = {
  WHATSAPP_PHONE_NUMBER_ID: '106540352242922',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '202290129300001',
  WHATSAPP_ACCESS_TOKEN: 'EAAG-first',
  WHATSAPP_APP_SECRET: '0123456789abcdef0123456789abcdef',
  WHATSAPP_WEBHOOK_VERIFY_TOKEN: 'verify-first',
  SEED_COMPANY_NAME: 'Panadería Sol',
  SEED_API_KEY: apiKey,
}

let f: Fixture
let company: Clients
let tenantId: string

beforeAll(async () => {
  f = await startTenancy(env)
  const { tenants } = await f.platform.tenancy.listTenants({ page: undefined, query: '' })
  tenantId = tenants.find(({ name }) => name === 'Panadería Sol')?.id ?? ''
  company = f.asUser(tenantId, 'tenant_admin')
})
afterAll(() => f.stop())

/** Another start with this environment; what it said of it. */
async function startAgain(change: Record<string, string> = {}): Promise<string[]> {
  const said: string[] = []
  const logger: Logger = {
    ...silentLogger,
    info: (text: string) => void said.push(text),
    warn: (text: string, fields?: object) => void said.push(`${text} ${JSON.stringify(fields ?? {})}`),
    child: () => logger,
  }
  const service = await start(tenancyConfig({ ...f.env, ...change }), { logger })
  await service.stop()
  return said.filter((text) => /^environment: |variables/.test(text))
}

const numbers = async () =>
  (await company.numbers.listNumbers({ tenantId: '', state: '', page: undefined })).numbers
const tokenOf = async (numberId: string) =>
  (await f.asService('dispatcher').numbers.getNumberCredentials({ tenantId, numberId })).accessToken
const apps = async () => (await f.platform.numbers.listApps({ page: undefined })).apps
const tenantOfKey = async (value: string) =>
  f
    .asService('gateway')
    .auth.exchangeCredential({
      credential: { $case: 'apiKey', value },
      audiences: ['inbox'],
      tenantId: '',
    })
    .then(({ identity }) => identity?.tenantId)

test('O9: the environment makes the company, its app, its number with a sealed token, and a key', async () => {
  const [number, ...others] = await numbers()
  expect(others).toEqual([])
  expect(number).toMatchObject({
    phoneNumberId: env.WHATSAPP_PHONE_NUMBER_ID,
    metaWabaId: env.WHATSAPP_BUSINESS_ACCOUNT_ID,
    state: 'active',
  })
  expect(await tokenOf(number?.id ?? '')).toBe('EAAG-first')
  expect((await apps()).map(({ slug, verifyToken }) => [slug, verifyToken])).toEqual([
    ['default', 'verify-first'],
  ])
  expect(await tenantOfKey(apiKey)).toBe(tenantId)
})

test('O9: the same environment again, in two replicas at once, makes and changes nothing', async () => {
  const before = [await numbers(), await apps()]
  expect(await Promise.all([startAgain(), startAgain()])).toEqual([[], []])
  expect([await numbers(), await apps()]).toEqual(before)
})

test('O9 T8: a new token in the environment rotates the number’s, a new secret joins the app’s', async () => {
  const said = await startAgain({
    WHATSAPP_ACCESS_TOKEN: 'EAAG-second',
    WHATSAPP_APP_SECRET: 'fedcba9876543210fedcba9876543210',
  })
  expect(said).toEqual([
    'environment: the default app has a new secret',
    'environment: the number has a new token',
  ])
  const [number] = await numbers()
  expect(await tokenOf(number?.id ?? '')).toBe('EAAG-second')
  const [app] = await apps()
  expect(app?.activeSecrets).toBe(2)
})

test('O9: what people changed since then stays, and each start says so', async () => {
  const now = {
    WHATSAPP_ACCESS_TOKEN: 'EAAG-second',
    WHATSAPP_APP_SECRET: 'fedcba9876543210fedcba9876543210',
  }
  const [number] = await numbers()
  const id = number?.id ?? ''
  await company.numbers.updateNumber({ tenantId: '', id, accessToken: 'EAAG-by-hand' })
  expect(await startAgain(now)).toEqual([
    'environment: the number’s token was changed since WHATSAPP_ACCESS_TOKEN was taken; it stays',
  ])
  expect(await tokenOf(id)).toBe('EAAG-by-hand')
})

test('O9: another key takes the place of the one before; a revoked one stays revoked', async () => {
  const second = `plk_${'s'.repeat(43)}`
  const env = {
    WHATSAPP_ACCESS_TOKEN: 'EAAG-second',
    WHATSAPP_APP_SECRET: 'fedcba9876543210fedcba9876543210',
    SEED_API_KEY: second,
  }
  await startAgain(env)
  expect(await tenantOfKey(second)).toBe(tenantId)
  expect(await tenantOfKey(apiKey).catch((error) => error.code)).toBe('unauthenticated')
  const { apiKeys } = await company.tenancy.listApiKeys({ tenantId: '', page: undefined })
  for (const { id } of apiKeys) await company.tenancy.revokeApiKey({ tenantId: '', id })
  await startAgain(env)
  expect(await tenantOfKey(second).catch((error) => error.code)).toBe('unauthenticated')
})

test('O9: another phone_number_id is one more number of the same company', async () => {
  await startAgain({ WHATSAPP_PHONE_NUMBER_ID: '106540352242923' })
  expect((await numbers()).map(({ phoneNumberId }) => phoneNumberId).sort()).toEqual([
    '106540352242922',
    '106540352242923',
  ])
})

test('O9: a number that people deleted is not made again', async () => {
  const number = (await numbers()).find(({ phoneNumberId }) => phoneNumberId.endsWith('923'))
  await company.numbers.deleteNumber({ tenantId: '', id: number?.id ?? '' })
  expect(await startAgain({ WHATSAPP_PHONE_NUMBER_ID: '106540352242923' })).toContain(
    'environment: its number was deleted, it is not made again',
  )
  expect(await numbers()).toHaveLength(1)
})

test('O9: a number that another company has is left to it, said, and the service starts', async () => {
  const other = await f.company()
  const phoneNumberId = '106540352242924'
  await other.admin.numbers.createNumber(
    numbersV1.CreateNumberRequest.fromPartial({
      name: 'Taken',
      phoneNumberId,
      displayPhoneNumber: '+57 300 1234567',
      metaWabaId: '202290129300009',
      accessToken: 'EAAG-theirs',
    }),
  )
  const said = await startAgain({ WHATSAPP_PHONE_NUMBER_ID: phoneNumberId })
  expect(said.join()).toContain('another company has WHATSAPP_PHONE_NUMBER_ID already')
})

test('O9: variables of unofficial clients are one line in the log, by name alone', async () => {
  const said = await startAgain({ WHATSAPP_SESSION_PATH: '/planted', SUPABASE_URL: 'https://planted.test' })
  const lines = said.filter((text) => text.includes('unofficial'))
  expect(lines).toEqual([
    'variables of unofficial WhatsApp clients are ignored {"variables":["SUPABASE_URL","WHATSAPP_SESSION_PATH"]}',
  ])
})

test('O9: a company that was deleted is not made again', async () => {
  await f.platform.tenancy.deleteTenant({ id: tenantId })
  expect(await startAgain()).toContain('environment: its company was deleted, nothing is made again')
})
