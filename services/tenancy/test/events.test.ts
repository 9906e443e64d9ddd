import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { liveV1, tenancyEventsV1 } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { type Clients, type Fixture, refusalOf, startTenancy } from './fixture.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

let t: Fixture
let gateway: Clients
let told: tenancyEventsV1.Event[]
let frames: liveV1.Frame[]
beforeAll(async () => {
  t = await startTenancy()
  gateway = t.asService('gateway')
  told = (await t.events()).all
  frames = []
  const bus = await t.busAs('gateway')
  const follower = bus.live.follow({ onFrame: (frame) => void frames.push(frame), onEpoch: () => undefined })
  await follower.caughtUp
})
afterAll(() => t?.stop())

type Payload = NonNullable<tenancyEventsV1.Event['payload']>
type Of<C extends Payload['$case']> = Extract<Payload, { $case: C }>['value']

/**
 * What was told of a company, in order. An event that comes again under its id is the same: the outbox publishes at
 * least once.
 */
function of<C extends Payload['$case']>(tenantId: string, $case: C): Of<C>[] {
  const byId = new Map<string, tenancyEventsV1.Event>()
  for (const event of told) {
    const { header, payload } = event
    if (header?.tenantId === tenantId && payload?.$case === $case && !byId.has(header.id))
      byId.set(header.id, event)
  }
  return [...byId.values()].map(({ payload }) => payload?.value as Of<C>)
}
const framesOf = (tenantId: string, kind: string) =>
  frames.filter((frame) => frame.header?.tenantId === tenantId && frame.kind === kind)
const origin = { tenantId: '', ip: '', userAgent: '' }

/** Everything committed before has been told once the marker's event has: the outbox keeps the order of one process. */
async function settled(): Promise<void> {
  const marker = await t.company()
  await eventually(() => expect(of(marker.id, 'tenantChanged')).toHaveLength(1))
}

describe('events', () => {
  test('T6: each change of a company is told once, with its version', async () => {
    const { id } = await t.company('Told')
    await t.platform.tenancy.updateTenant({ id, name: 'Told again' })
    await t.platform.tenancy.updateTenant({ id, name: 'Told again' })
    await t.platform.tenancy.setTenantState({ id, state: 'suspended' })
    await t.platform.tenancy.setTenantState({ id, state: 'suspended' })
    await t.platform.tenancy.setTenantState({ id, state: 'active' })
    await t.platform.tenancy.deleteTenant({ id })
    await settled()
    expect(of(id, 'tenantChanged').map(({ version, state, name }) => [version, state, name])).toEqual([
      [1n, 'active', 'Told'],
      [2n, 'active', 'Told again'],
      [3n, 'suspended', 'Told again'],
      [4n, 'active', 'Told again'],
      [5n, 'deleted', 'Told again'],
    ])
  })

  test('T9: each change of a number is told once, whole, and on the company’s sockets', async () => {
    const company = await t.company()
    const { admin } = company
    const made = await t.number(company, { metaBusinessId: '990001' })
    const set = (state: string) => admin.numbers.setNumberState({ id: made.id, tenantId: '', state })
    await set('paused')
    await set('paused')
    await admin.numbers.updateNumber({
      id: made.id,
      tenantId: '',
      accessToken: 'EAAG-2',
      throughputPerSecond: 20,
    })
    await admin.numbers.deleteNumber({ id: made.id, tenantId: '' })
    await settled()
    const changes = of(company.id, 'numberChanged')
    expect(
      changes.map(({ version, state, tokenVersion, throughputPerSecond }) => [
        version,
        state,
        tokenVersion,
        throughputPerSecond,
      ]),
    ).toEqual([
      [1n, 'active', 1n, 80],
      [2n, 'paused', 1n, 80],
      [3n, 'paused', 2n, 20],
      [4n, 'deleted', 2n, 20],
    ])
    expect(changes[0]).toMatchObject({
      numberId: made.id,
      phoneNumberId: made.phoneNumberId,
      wabaId: made.metaWabaId,
      portfolioId: made.portfolioId,
      metaPortfolioId: '990001',
      displayPhoneNumber: made.displayPhoneNumber,
      appIds: made.appIds,
    })
    await eventually(() => expect(framesOf(company.id, 'number.updated')).toHaveLength(4))
    const [first] = framesOf(company.id, 'number.updated')
    expect(first).toMatchObject({ numberId: made.id, permission: 'numbers:read', userId: '' })
    expect(JSON.parse(first?.payloadJson ?? '')).toMatchObject({
      id: made.id,
      state: 'active',
      daily_quota: 0,
    })
    expect(Bun.inspect([told, frames], { depth: 12 })).not.toContain('EAAG')
  })

  test('CONTRACTS 35: what loses its power is told once, as an event and to the sockets concerned', async () => {
    const company = await t.company()
    const { admin } = company
    const person = await admin.tenancy.createUser({
      tenantId: '',
      email: 'leaving@company.test',
      name: 'L',
      role: 'agent',
      password: 'a password of his',
      language: '',
      timeZone: '',
    })
    const login = () =>
      gateway.auth.login({ email: 'leaving@company.test', password: 'a password of his', ...origin })
    const [out, stolen] = [await login(), await login()]
    await gateway.auth.logout({ refreshToken: out.refreshToken })
    await gateway.auth.logout({ refreshToken: out.refreshToken })
    await gateway.auth.refresh({ refreshToken: stolen.refreshToken })
    for (let tries = 0; tries < 2; tries++) {
      expect(await refusalOf(gateway.auth.refresh({ refreshToken: stolen.refreshToken }))).toMatchObject({
        code: 'refresh_reused',
      })
    }
    const { apiKey } = await admin.tenancy.createApiKey({
      tenantId: '',
      name: 'K',
      scopes: ['messages:read'],
      expiresAt: undefined,
      ratePerSecond: 0,
    })
    await admin.tenancy.revokeApiKey({ id: apiKey?.id ?? '', tenantId: '' })
    await admin.tenancy.revokeApiKey({ id: apiKey?.id ?? '', tenantId: '' })
    await admin.tenancy.updateUser({ id: person.id, tenantId: '', role: 'viewer' })
    await admin.tenancy.removeUser({ id: person.id, tenantId: '' })
    await settled()
    const expected = [
      { kind: 'session', subjectId: out.identity?.sessionId ?? '' },
      { kind: 'session', subjectId: stolen.identity?.sessionId ?? '' },
      { kind: 'api_key', subjectId: apiKey?.id ?? '' },
      { kind: 'membership', subjectId: person.id },
      { kind: 'membership', subjectId: person.id },
    ]
    expect(of(company.id, 'credentialRevoked')).toEqual(expected)
    await eventually(() => expect(framesOf(company.id, 'session.revoked')).toHaveLength(5))
    const heard = framesOf(company.id, 'session.revoked')
    expect(heard.map(({ userId }) => userId)).toEqual([
      person.id,
      person.id,
      apiKey?.id ?? '',
      person.id,
      person.id,
    ])
    expect(heard.map(({ payloadJson }) => JSON.parse(payloadJson))).toEqual(
      expected.map(({ kind, subjectId }) => ({ kind, subject_id: subjectId })),
    )
  })

  test('T6: a suspended company’s sockets are all closed', async () => {
    const { id } = await t.company()
    await t.platform.tenancy.setTenantState({ id, state: 'suspended' })
    await eventually(() => {
      const [frame] = framesOf(id, 'session.revoked')
      expect(frame).toMatchObject({ userId: '' })
      expect(JSON.parse(frame?.payloadJson ?? '')).toEqual({ kind: 'company', subject_id: id })
    })
  })

  test('CONTRACTS 5: a change that is refused tells nothing', async () => {
    const company = await t.company()
    const made = await t.number(company)
    await refusalOf(t.number(company, { phoneNumberId: made.phoneNumberId, metaWabaId: '424243' }))
    await settled()
    expect(of(company.id, 'numberChanged')).toHaveLength(1)
    expect(await t.admin.sql`select 1 from tenancy.wabas where meta_waba_id = '424243'`).toHaveLength(0)
  })

  test('CONTRACTS 2: everything is told again on request, under the ids it had, deleted ones too', async () => {
    const company = await t.company()
    const [kept, gone] = [await t.number(company), await t.number(company)]
    await company.admin.numbers.deleteNumber({ id: gone.id, tenantId: '' })
    await settled()
    const idsOf = (events: tenancyEventsV1.Event[]) =>
      events.flatMap(({ header }) => (header?.tenantId === company.id ? [header.id] : []))
    const before = new Set(idsOf(told))
    const heard = told.length
    const { events } = await t.asService('inbox').numbers.republish({})
    await eventually(() => expect(told.length).toBeGreaterThanOrEqual(heard + events))
    const again = told.slice(heard).filter(({ header }) => header?.tenantId === company.id)
    for (const id of idsOf(again)) expect(before.has(id)).toBe(true)
    const states = again.flatMap(({ payload }) =>
      payload?.$case === 'numberChanged' ? [[payload.value.numberId, payload.value.state]] : [],
    )
    expect(states.sort()).toEqual(
      [
        [kept.id, 'active'],
        [gone.id, 'deleted'],
      ].sort(),
    )
  })

  test('CONTRACTS 2: only those who rebuild from it, and who operates the platform, may ask for that', async () => {
    const company = await t.company()
    expect(await refusalOf(company.admin.numbers.republish({}))).toMatchObject({ code: 'forbidden' })
    expect((await t.platform.numbers.republish({})).events).toBeGreaterThan(0)
  })

  test('CONTRACTS 5: with NATS away a change is committed, and told when NATS is back', async () => {
    await t.nats.kill()
    const company = await t.company('While away')
    expect((await t.platform.tenancy.getTenant({ id: company.id })).name).toBe('While away')
    await t.nats.restart()
    await eventually(() => expect(of(company.id, 'tenantChanged')).not.toHaveLength(0), { timeoutMs: 25_000 })
    expect(new Set(of(company.id, 'tenantChanged').map(({ version }) => version))).toEqual(new Set([1n]))
  }, 40_000)
})
