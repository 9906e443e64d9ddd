import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { eventually, silentLogger } from '@palomar/testkit'
import { tenancyConfig } from '../src/config.ts'
import { type Service, start } from '../src/service.ts'
import { type CuttableProxy, cuttableProxy } from './cuttable-proxy.ts'
import { type Company, clientsAt, type Fixture, refusalOf, startTenancy } from './fixture.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

let t: Fixture
let way: CuttableProxy
let service: Service
let company: Company
beforeAll(async () => {
  t = await startTenancy()
  company = await t.company()
  const url = new URL(t.database.urlFor('tenancy'))
  way = await cuttableProxy(url)
  url.port = String(way.port)
  service = await start(tenancyConfig({ ...t.env, DATABASE_URL: url.href }), { logger: silentLogger })
})
afterAll(async () => {
  await way?.mend()
  await service?.stop()
  await way?.cut()
  await t?.stop()
})

test('R3: with Postgres away every answer is `unavailable`, never a no; and it comes back by itself', async () => {
  const number = await t.number(company)
  const { secret } = await company.admin.tenancy.createApiKey({
    tenantId: '',
    name: 'K',
    scopes: ['messages:read'],
    expiresAt: undefined,
    ratePerSecond: 0,
  })
  const gateway = clientsAt(service.ports.grpc, t.signing, { kind: 'service', service: 'gateway' })
  const ingest = clientsAt(service.ports.grpc, t.signing, { kind: 'service', service: 'ingest' })
  const login = (password: string) =>
    gateway.auth.login({ email: company.email, password, tenantId: '', ip: '', userAgent: '' })
  const session = await login(company.password)
  const exchange = (credential: { $case: 'accessToken' | 'apiKey'; value: string }) =>
    gateway.auth.exchangeCredential({ credential, audiences: ['inbox'], tenantId: '' })
  const calls = {
    login: () => login(company.password),
    'a wrong password': () => login('not his'),
    refresh: () => gateway.auth.refresh({ refreshToken: session.refreshToken }),
    'an access token': () => exchange({ $case: 'accessToken', value: session.accessToken }),
    'an API key': () => exchange({ $case: 'apiKey', value: secret }),
    'an unknown key': () => exchange({ $case: 'apiKey', value: 'plk_unknown' }),
    'a route': () => ingest.numbers.resolveRoute({ phoneNumberId: number.phoneNumberId, metaWabaId: '' }),
    'an unknown route': () => ingest.numbers.resolveRoute({ phoneNumberId: '404', metaWabaId: '' }),
    'an unknown app': () => gateway.numbers.findApp({ slug: 'unknown' }),
  }
  await way.cut()
  for (const [name, call] of Object.entries(calls)) {
    expect([name, (await refusalOf(call())).code]).toEqual([name, 'unavailable'])
  }
  const readyz = () => fetch(`http://127.0.0.1:${service.ports.admin}/readyz`)
  expect((await readyz()).status).toBe(503)
  // What needs no database goes on: other services get their tokens.
  const serviceToken = gateway.auth.issueServiceToken({ service: 'inbox', secret: 'the secret of the inbox' })
  expect((await serviceToken).token).not.toBe('')

  await way.mend()
  await eventually(async () => expect((await readyz()).status).toBe(200))
  await eventually(async () => expect((await calls['an access token']()).identity?.tenantId).toBe(company.id))
  expect((await calls.refresh()).identity?.tenantId).toBe(company.id)
  expect(await refusalOf(calls['an unknown route']())).toMatchObject({ code: 'not_found' })
  gateway.close()
  ingest.close()
}, 60_000)
