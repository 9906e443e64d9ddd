import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { numbersV1 } from '@palomar/contracts'
import { type Clients, type Fixture, missingId, refusalOf, startTenancy, unique } from './fixture.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

let t: Fixture
let ingest: Clients
let dispatcher: Clients
beforeAll(async () => {
  t = await startTenancy()
  ingest = t.asService('ingest')
  dispatcher = t.asService('dispatcher')
})
afterAll(() => t?.stop())

const resolve = (phoneNumberId: string, metaWabaId = '') =>
  ingest.numbers.resolveRoute({ phoneNumberId, metaWabaId })

describe('numbers', () => {
  test('T9: created with what it stands in; read, listed, changed, paused, activated, deleted', async () => {
    const company = await t.company()
    const made = await t.number(company, {
      name: '',
      displayPhoneNumber: '+57 300 765-4321',
      metaBusinessId: '5550001',
      dailyQuota: 1_000n,
      graphVersion: 'v22.0',
    })
    expect(made).toMatchObject({
      tenantId: company.id,
      name: '+573007654321',
      displayPhoneNumber: '+573007654321',
      state: 'active',
      throughputPerSecond: 80,
      dailyQuota: 1_000n,
      graphVersion: 'v22.0',
      appIds: [(await t.defaultApp()).id],
      version: 1n,
    })
    const get = () => company.admin.numbers.getNumber({ id: made.id, tenantId: '' })
    expect(await get()).toEqual(made)
    const list = async (state = '') =>
      (await company.admin.numbers.listNumbers({ tenantId: '', page: undefined, state })).numbers.map(
        ({ id }) => id,
      )
    expect(await list()).toEqual([made.id])

    const changed = await company.admin.numbers.updateNumber({
      id: made.id,
      tenantId: '',
      name: 'Ventas',
      throughputPerSecond: 20,
      displayPhoneNumber: '+57 300 765 4322',
    })
    expect(changed).toMatchObject({
      name: 'Ventas',
      throughputPerSecond: 20,
      displayPhoneNumber: '+573007654322',
      version: 2n,
    })
    expect(
      (await company.admin.numbers.updateNumber({ id: made.id, tenantId: '', name: 'Ventas' })).version,
    ).toBe(2n)

    const set = (state: string) => company.admin.numbers.setNumberState({ id: made.id, tenantId: '', state })
    expect(await set('paused')).toMatchObject({ state: 'paused', version: 3n })
    expect((await set('paused')).version).toBe(3n)
    expect([await list('active'), await list('paused')]).toEqual([[], [made.id]])
    expect(await set('active')).toMatchObject({ state: 'active', version: 4n })
    expect(await refusalOf(set('deleted'))).toMatchObject({ code: 'validation_failed' })

    await company.admin.numbers.deleteNumber({ id: made.id, tenantId: '' })
    for (const call of [
      get,
      () => set('active'),
      () => company.admin.numbers.deleteNumber({ id: made.id, tenantId: '' }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'not_found' })
    }
    expect(await list()).toEqual([])
    expect((await t.number(company, { phoneNumberId: made.phoneNumberId })).id).not.toBe(made.id)
  })

  test('H4: what is wrong with a number is said field by field', async () => {
    const company = await t.company()
    const refusal = await refusalOf(
      t.number(company, {
        phoneNumberId: '12x',
        displayPhoneNumber: '300',
        metaWabaId: 'waba',
        metaBusinessId: '-1',
        accessToken: 'two words',
        throughputPerSecond: 5_000,
        dailyQuota: -1n,
        graphVersion: '22',
      }),
    )
    expect(refusal.fields?.map(({ path }) => path).sort()).toEqual([
      'access_token',
      'daily_quota',
      'display_phone_number',
      'graph_version',
      'meta_business_id',
      'meta_waba_id',
      'phone_number_id',
      'throughput_per_second',
    ])
    const neither = await refusalOf(t.number(company, { metaWabaId: '' }))
    expect(neither.fields).toMatchObject([{ path: 'meta_waba_id', code: 'required' }])
  })

  test('T9: a phone_number_id belongs to one company, and so does a WABA', async () => {
    const [mine, other] = [await t.company(), await t.company()]
    const made = await t.number(mine)
    for (const by of [mine, other]) {
      expect(await refusalOf(t.number(by, { phoneNumberId: made.phoneNumberId }))).toMatchObject({
        code: 'already_exists',
      })
    }
    expect(await refusalOf(t.number(other, { metaWabaId: made.metaWabaId }))).toMatchObject({
      code: 'already_exists',
    })
    // Nothing of the refused ones stays behind.
    expect((await other.admin.numbers.listWabas({ tenantId: '', page: undefined })).wabas).toEqual([])
    expect((await other.admin.numbers.listPortfolios({ tenantId: '', page: undefined })).portfolios).toEqual(
      [],
    )
  })

  test('T9: of companies that add the same number at once, one gets it', async () => {
    const companies = [await t.company(), await t.company(), await t.company()]
    const phoneNumberId = `99887766${unique()}`
    const outcomes = await Promise.allSettled(
      companies.map((company) => t.number(company, { phoneNumberId })),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'already_exists' })
    }
  })

  test('CONTRACTS 31: numbers of one WABA share it, WABAs of one business share the portfolio', async () => {
    const company = await t.company()
    const [metaWabaId, second] = [`77001${unique()}`, `77002${unique()}`]
    const a = await t.number(company, { metaWabaId })
    const b = await t.number(company, { metaWabaId, metaBusinessId: '66001' })
    const c = await t.number(company, { metaWabaId: second, metaBusinessId: '66001' })
    expect(b.wabaId).toBe(a.wabaId)
    expect([b.portfolioId, c.portfolioId]).toEqual([a.portfolioId, a.portfolioId])
    expect(await refusalOf(t.number(company, { metaWabaId, metaBusinessId: '66002' }))).toMatchObject({
      code: 'validation_failed',
      fields: [{ path: 'meta_business_id', code: 'contradicts' }],
    })
    const { portfolios } = await company.admin.numbers.listPortfolios({ tenantId: '', page: undefined })
    expect(portfolios.map(({ metaBusinessId }) => metaBusinessId)).toEqual(['66001'])
  })

  test('CONTRACTS 31: of one company’s numbers added at once to a new WABA, all share it', async () => {
    const company = await t.company()
    await t.defaultApp()
    const metaWabaId = `77003${unique()}`
    const made = await Promise.all(
      [1, 2, 3].map(() => t.number(company, { metaWabaId, metaBusinessId: '66003' })),
    )
    expect(new Set(made.map(({ wabaId }) => wabaId)).size).toBe(1)
    const { wabas } = await company.admin.numbers.listWabas({ tenantId: '', page: undefined })
    expect(wabas).toHaveLength(1)
  })

  test('T9: portfolios and WABAs are made by hand too, and a number is put into one', async () => {
    const company = await t.company()
    const portfolio = await company.admin.numbers.createPortfolio({
      tenantId: '',
      name: 'Grupo',
      metaBusinessId: '66100',
    })
    const again = company.admin.numbers.createPortfolio({
      tenantId: '',
      name: 'Otra',
      metaBusinessId: '66100',
    })
    expect(await refusalOf(again)).toMatchObject({ code: 'already_exists' })
    const metaWabaId = `77100${unique()}`
    const request = { tenantId: '', portfolioId: portfolio.id, name: 'WABA', metaWabaId }
    const waba = await company.admin.numbers.createWaba(request)
    expect(await refusalOf(company.admin.numbers.createWaba(request))).toMatchObject({
      code: 'already_exists',
    })
    const number = await t.number(company, { wabaId: waba.id, metaWabaId: '' })
    expect(number).toMatchObject({ wabaId: waba.id, portfolioId: portfolio.id, metaWabaId })
  })

  test('a number without a default app must say which apps it is in', async () => {
    const bare = await startTenancy()
    try {
      const company = await bare.company()
      const create = (appIds: string[]) => company.admin.numbers.createNumber({ ...numberRequest(), appIds })
      expect(await refusalOf(create([]))).toMatchObject({ fields: [{ path: 'app_ids', code: 'required' }] })
      expect(await refusalOf(create([missingId('app')]))).toMatchObject({
        fields: [{ path: 'app_ids', code: 'not_found' }],
      })
    } finally {
      await bare.stop()
    }
  })
})

function numberRequest(): numbersV1.CreateNumberRequest {
  return {
    tenantId: '',
    name: 'N',
    phoneNumberId: '1065',
    displayPhoneNumber: '+573001112233',
    wabaId: '',
    metaWabaId: '2022',
    metaBusinessId: '',
    accessToken: 'EAAG',
    appIds: [],
    throughputPerSecond: 0,
    dailyQuota: 0n,
    graphVersion: '',
  }
}

describe('tokens', () => {
  test('T8: T11: a rotated token is what senders get from then on, and counts its version up', async () => {
    const company = await t.company()
    const number = await t.number(company, { accessToken: 'EAAG-old' })
    const ask = () => dispatcher.numbers.getNumberCredentials({ tenantId: company.id, numberId: number.id })
    expect(await ask()).toEqual({ accessToken: 'EAAG-old', tokenVersion: 1n })
    const rotated = await company.admin.numbers.updateNumber({
      id: number.id,
      tenantId: '',
      accessToken: 'EAAG-new',
    })
    expect(await ask()).toEqual({ accessToken: 'EAAG-new', tokenVersion: 2n })
    expect(rotated.tokenRotatedAt?.getTime()).toBeGreaterThan(number.tokenRotatedAt?.getTime() ?? 0)
    expect(rotated.version).toBe(number.version + 1n)
  })

  test('T11: only the services that send or download get tokens, and only with the number’s own company', async () => {
    const [company, other] = [await t.company(), await t.company()]
    const number = await t.number(company)
    const ask = { tenantId: company.id, numberId: number.id }
    for (const clients of [company.admin, t.platform, t.asService('gateway'), ingest]) {
      expect(await refusalOf(clients.numbers.getNumberCredentials(ask))).toMatchObject({ code: 'forbidden' })
    }
    const foreign = dispatcher.numbers.getNumberCredentials({ ...ask, tenantId: other.id })
    expect(await refusalOf(foreign)).toMatchObject({ code: 'not_found' })
  })

  test('T11: no answer to people holds the token', async () => {
    const company = await t.company()
    const number = await t.number(company, { accessToken: 'EAAG-planted' })
    const answers = [
      number,
      await company.admin.numbers.getNumber({ id: number.id, tenantId: '' }),
      await company.admin.numbers.listNumbers({ tenantId: '', page: undefined, state: '' }),
      await company.admin.tenancy.listAuditEntries({
        tenantId: '',
        page: undefined,
        action: '',
        entityId: '',
      }),
    ]
    expect(Bun.inspect(answers, { depth: 10 })).not.toContain('planted')
  })
})

describe('routes', () => {
  test('CONTRACTS 15: a number is routed to its company with its apps; an unknown one is certainly not found', async () => {
    const company = await t.company()
    const number = await t.number(company)
    expect(await resolve(number.phoneNumberId)).toEqual({
      tenantId: company.id,
      numberId: number.id,
      portfolioId: number.portfolioId,
      metaWabaId: number.metaWabaId,
      appIds: number.appIds,
      tenantState: 'active',
      phoneNumberId: number.phoneNumberId,
    })
    for (const unknown of ['404', '', "' or true --"]) {
      expect(await refusalOf(resolve(unknown))).toMatchObject({ code: 'not_found' })
    }
    // An unknown number of a known WABA is not guessed at.
    expect(await refusalOf(resolve('404', number.metaWabaId))).toMatchObject({ code: 'not_found' })
  })

  test('CONTRACTS 15: without a number it is routed by WABA, with the apps of all its numbers', async () => {
    const company = await t.company()
    const metaWabaId = `77200${unique()}`
    const app = await t.platform.numbers.createApp({
      name: 'Second',
      slug: `second-${unique()}`,
      metaAppId: `81000${unique()}`,
      appSecret: 'a-second-secret',
      verifyToken: '',
    })
    const first = await t.number(company, { metaWabaId })
    const second = await t.number(company, { metaWabaId, appIds: [app.id] })
    const route = await resolve('', metaWabaId)
    expect(route).toMatchObject({ tenantId: company.id, numberId: '', phoneNumberId: '', metaWabaId })
    expect([...route.appIds].sort()).toEqual([...first.appIds, app.id].sort())
    await company.admin.numbers.deleteNumber({ id: second.id, tenantId: '' })
    expect((await resolve('', metaWabaId)).appIds).toEqual(first.appIds)
  })

  test('a paused number and a suspended company are routed still, and say what they are', async () => {
    const company = await t.company()
    const number = await t.number(company)
    await company.admin.numbers.setNumberState({ id: number.id, tenantId: '', state: 'paused' })
    await t.platform.tenancy.setTenantState({ id: company.id, state: 'suspended' })
    expect(await resolve(number.phoneNumberId)).toMatchObject({
      numberId: number.id,
      tenantState: 'suspended',
    })
    await company.admin.numbers.deleteNumber({ id: number.id, tenantId: '' })
    expect(await refusalOf(resolve(number.phoneNumberId))).toMatchObject({ code: 'not_found' })
  })
})

test('T10: what Meta says of a number is kept by the time it said so: twice, late and by a stranger’s name changes nothing', async () => {
  const [mine, other] = [await t.company(), await t.company()]
  const number = await t.number(mine)
  const say = (change: Partial<numbersV1.RecordStandingRequest>, seconds: number) =>
    ingest.numbers.recordStanding({
      tenantId: mine.id,
      numberId: '',
      displayPhoneNumber: number.displayPhoneNumber.replaceAll('+', '').replace(/(...)$/, '-$1'),
      qualityRating: '',
      messagingTier: '',
      at: new Date(Date.UTC(2026, 10, 20) + seconds * 1000),
      ...change,
    })
  const held = async () => {
    const row = await mine.admin.numbers.getNumber({ id: number.id, tenantId: '' })
    return [row.qualityRating, row.messagingTier, row.version - number.version]
  }
  await say({ qualityRating: 'RED', messagingTier: 'TIER_2K' }, 10)
  expect(await held()).toEqual(['RED', 'TIER_2K', 1n])
  await say({ qualityRating: 'RED', messagingTier: 'TIER_2K' }, 10)
  await say({ qualityRating: 'RED' }, 20)
  expect(await held()).toEqual(['RED', 'TIER_2K', 1n])
  // Said before the last word, heard after it.
  await say({ qualityRating: 'UNKNOWN' }, 15)
  expect(await held()).toEqual(['RED', 'TIER_2K', 1n])
  await say({ numberId: number.id, displayPhoneNumber: '', qualityRating: 'GREEN' }, 30)
  expect(await held()).toEqual(['GREEN', 'TIER_2K', 2n])
  expect(await refusalOf(say({ tenantId: other.id, qualityRating: 'RED' }, 40))).toMatchObject({
    code: 'not_found',
  })
  expect(await refusalOf(say({ tenantId: other.id, numberId: number.id }, 40))).toMatchObject({
    code: 'not_found',
  })
  expect(await refusalOf(say({ at: undefined }, 40))).toMatchObject({ code: 'validation_failed' })
  const asAdmin = mine.admin.numbers.recordStanding({
    tenantId: mine.id,
    numberId: number.id,
    displayPhoneNumber: '',
    qualityRating: 'GREEN',
    messagingTier: '',
    at: new Date(),
  })
  expect(await refusalOf(asAdmin)).toMatchObject({ code: 'forbidden' })
  expect(await held()).toEqual(['GREEN', 'TIER_2K', 2n])
})
