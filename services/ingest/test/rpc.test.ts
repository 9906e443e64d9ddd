import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Id, ingestV1, newId, parseId, type Role, rolePermissions } from '@palomar/contracts'
import { createClient, type RpcClient, signCaller } from '@palomar/rpc'
import { eventually } from '@palomar/testkit'
import {
  bodyOf,
  idsOf,
  messagesChange,
  type NumberOfOurs,
  newNumber,
  type Rig,
  rig,
  signingKey,
  statusChange,
  wamidsOf,
  webhook,
} from './fixture.ts'

type Client = RpcClient<typeof ingestV1.IngestServiceService>
let r: Rig
let client: Client
const [mine, other] = [newNumber(), newNumber()]
const stranger = newNumber()

beforeAll(async () => {
  r = await rig()
  const { ports } = await r.start()
  client = createClient(ingestV1.IngestServiceService, {
    address: `127.0.0.1:${ports.grpc}`,
    audience: 'ingest',
    deadlineMs: 20_000,
  })
  r.tenancy.add(mine)
  r.tenancy.add(other)
  for (let n = 0; n < 7; n++) {
    await r.deliver(
      mine.appId,
      bodyOf(mine, messagesChange(mine, { wamid: `wamid.mine.${n}`, body: `texto ${n}` })),
    )
  }
  const status = { id: 'wamid.mine.s', status: 'sent', timestamp: '1', recipient_id: '549112' }
  const update = { field: 'account_update', value: { event: 'VERIFIED_ACCOUNT' } }
  await r.deliver(mine.appId, bodyOf(mine, statusChange(mine, status)), bodyOf(mine, update))
  await r.deliver(other.appId, bodyOf(other, messagesChange(other, { wamid: 'wamid.other' })))
  await r.deliver(
    mine.appId,
    bodyOf(stranger, messagesChange(stranger, { wamid: 'wamid.stranger' })),
    'no JSON',
  )
  await r.deliver(other.appId, bodyOf(mine, messagesChange(mine, { wamid: 'wamid.forged' })))
  await r.settled()
  await eventually(() => expect(r.events).toHaveLength(10))
})
afterAll(async () => {
  client?.close()
  await r?.close()
})

async function as(role: Role, tenantId: Id<'tenant'>): Promise<{ token: string }> {
  const permissions = new Set<string>(rolePermissions[role])
  const caller = { kind: 'tenant', tenantId, actorId: newId('user'), role, permissions } as const
  return signCaller(signingKey, caller, { audience: 'ingest' })
}

const list = (given: Partial<ingestV1.ListChangesRequest> = {}): ingestV1.ListChangesRequest => ({
  page: undefined,
  numberId: '',
  field: '',
  state: '',
  from: undefined,
  to: undefined,
  ...given,
})
const admin = () => as('tenant_admin', mine.tenantId)
const operator = () => as('platform_admin', newId('tenant'))

test('W7: the company’s changes, newest first, page by page, each once', async () => {
  const caller = await admin()
  const seen: ingestV1.Change[] = []
  let cursor = ''
  do {
    const page = await client.listChanges(list({ page: { limit: 2, cursor } }), caller)
    expect(page.changes.length).toBeLessThanOrEqual(2)
    seen.push(...page.changes)
    cursor = page.nextCursor
  } while (cursor !== '')
  expect(seen).toHaveLength(9)
  expect(new Set(seen.map(({ id }) => id)).size).toBe(9)
  const times = seen.map(({ receivedAt }) => receivedAt?.getTime() ?? 0)
  expect(times).toEqual([...times].sort((a, b) => b - a))
  for (const change of seen) {
    expect(change).toMatchObject({ tenantId: mine.tenantId, state: 'routed', appId: mine.appId, rawJson: '' })
    expect(parseId('change', change.id)).toBeDefined()
  }
})

test('changes are listed by field, by number and by time', async () => {
  const caller = await admin()
  const count = async (given: Partial<ingestV1.ListChangesRequest>) =>
    (await client.listChanges(list(given), caller)).changes.length
  expect(await count({ field: 'account_update' })).toBe(1)
  expect(await count({ numberId: mine.numberId })).toBe(8)
  expect(await count({ numberId: other.numberId })).toBe(0)
  expect(await count({ numberId: 'nonsense' })).toBe(0)
  expect(await count({ to: new Date(Date.now() - 3_600_000) })).toBe(0)
  expect(await count({ from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 60_000) })).toBe(9)
})

test('H4: a cursor or a state that is none is refused by field', async () => {
  const caller = await admin()
  await expect(client.listChanges(list({ page: { limit: 5, cursor: 'x' } }), caller)).rejects.toMatchObject({
    code: 'validation_failed',
    fields: [{ path: 'cursor' }],
  })
  await expect(client.listChanges(list({ state: 'lost' }), caller)).rejects.toMatchObject({
    code: 'validation_failed',
    fields: [{ path: 'state' }],
  })
})

async function firstOf(number: NumberOfOurs): Promise<ingestV1.Change> {
  const caller = await as('tenant_admin', number.tenantId)
  const { changes } = await client.listChanges(list({ field: 'messages' }), caller)
  if (!changes[0]) throw new Error('no change')
  return changes[0]
}

test('W4: a change is read with Meta’s bytes, and only by its company', async () => {
  const change = await client.getChange(
    { id: (await firstOf(other)).id },
    await as('tenant_admin', other.tenantId),
  )
  expect(JSON.parse(change.rawJson)).toEqual(messagesChange(other, { wamid: 'wamid.other' }))
  expect(change).toMatchObject({ messages: 1, statuses: 0, numberId: other.numberId })
})

test('T2: a foreign id gets the same answer as a missing one, for reading and for replaying', async () => {
  const foreign = { id: (await firstOf(other)).id }
  for (const role of ['tenant_admin', 'platform_admin'] as const) {
    const caller = await as(role, mine.tenantId)
    for (const method of ['getChange', 'replayChange'] as const) {
      const answers = await Promise.all(
        [foreign.id, newId('change'), 'nonsense'].map((id) =>
          (client[method]({ id }, caller) as Promise<unknown>).catch(({ code, detail }) => ({
            code,
            detail,
          })),
        ),
      )
      expect(answers).toEqual(answers.map(() => ({ code: 'not_found', detail: expect.any(String) })))
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    }
  }
})

test('T2: what has no company is for platform admins alone', async () => {
  const states = ['parked', 'quarantined', 'unparsed']
  const [tenantSees, operatorSees] = await Promise.all(
    [await admin(), await operator()].map((caller) =>
      Promise.all(states.map(async (state) => (await client.listChanges(list({ state }), caller)).changes)),
    ),
  )
  expect(tenantSees?.flat()).toEqual([])
  expect(operatorSees?.map((changes) => changes.length)).toEqual([1, 1, 1])
  const [parked, quarantined, unparsed] = (operatorSees ?? []).flat()
  expect(parked).toMatchObject({ state: 'parked', phoneNumberId: stranger.phoneNumberId, tenantId: '' })
  expect(quarantined).toMatchObject({ phoneNumberId: mine.phoneNumberId, appId: other.appId })
  expect(quarantined?.reason).toContain('signed by an app')
  const opened = await client.getChange({ id: unparsed?.id ?? '' }, await operator())
  expect(opened).toMatchObject({ rawJson: 'no JSON', reason: 'not_json' })
  await expect(client.getChange({ id: unparsed?.id ?? '' }, await admin())).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('the figures of the intake', async () => {
  expect(await client.getIntakeSummary({}, await operator())).toEqual({
    parked: 1n,
    quarantined: 1n,
    unparsed: 1n,
    routed: 10n,
  })
  await expect(client.getIntakeSummary({}, await admin())).rejects.toMatchObject({ code: 'forbidden' })
})

test('W7: replayed by id: the same event again, with the same id', async () => {
  const before = r.events.length
  const change = await firstOf(other)
  expect(await client.replayChange({ id: change.id }, await as('tenant_admin', other.tenantId))).toEqual({
    changes: 1,
    events: 1,
  })
  await eventually(() => expect(r.events).toHaveLength(before + 1))
  const again = r.events.at(-1)
  const first = r.events.find((event) => wamidsOf([event])[0] === 'wamid.other')
  expect(again).toEqual(first as NonNullable<typeof first>)
})

test('W7: replayed by time and number: exactly that company’s, the same ids, and nothing archived twice', async () => {
  const before = r.events.length
  const mineBefore = r.events.filter(({ header }) => header?.tenantId === mine.tenantId)
  const range = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 60_000) }
  const caller = await admin()
  expect(await client.replayRange({ ...range, numberId: mine.numberId }, caller)).toEqual({
    changes: 8,
    events: 8,
  })
  expect(await client.replayRange({ ...range, numberId: '' }, caller)).toEqual({ changes: 9, events: 9 })
  await eventually(() => expect(r.events).toHaveLength(before + 17))
  const replayed = r.events.slice(before)
  expect(replayed.every(({ header }) => header?.tenantId === mine.tenantId)).toBe(true)
  expect(new Set(idsOf(replayed))).toEqual(new Set(idsOf(mineBefore)))
  expect((await client.getIntakeSummary({}, await operator())).routed).toBe(10n)
  // Nothing of the past says how far the live path has come.
  const none = { from: range.to, to: new Date(range.to.getTime() + 1), numberId: '' }
  expect(await client.replayRange(none, caller)).toEqual({ changes: 0, events: 0 })
})

test('H4: a range without ends, or ends the wrong way round, is refused by field', async () => {
  const caller = await admin()
  const refusal = (request: ingestV1.ReplayRangeRequest) =>
    client.replayRange(request, caller).then(
      () => [],
      ({ fields }) => fields.map(({ path }: { path: string }) => path),
    )
  expect(await refusal({ from: undefined, to: undefined, numberId: 'x' })).toEqual([
    'from',
    'to',
    'number_id',
  ])
  const now = new Date()
  expect(await refusal({ from: now, to: now, numberId: '' })).toEqual(['to'])
})

test('a platform admin replays what was parked once its number is known; until then it stays', async () => {
  const caller = await operator()
  const { changes } = await client.listChanges(list({ state: 'parked' }), caller)
  const parked = changes.find(({ phoneNumberId }) => phoneNumberId === stranger.phoneNumberId)
  expect(await client.replayChange({ id: parked?.id ?? '' }, caller)).toEqual({ changes: 0, events: 0 })
  r.tenancy.add({ ...stranger, appId: mine.appId })
  expect(await client.replayChange({ id: parked?.id ?? '' }, caller)).toEqual({ changes: 1, events: 1 })
  await eventually(() => expect(wamidsOf(r.events)).toContain('wamid.stranger'))
  const moved = await client.getChange({ id: parked?.id ?? '' }, await as('tenant_admin', stranger.tenantId))
  expect(moved.state).toBe('routed')
})

test('CONTRACTS 16: when a company’s key is destroyed its archive cannot be read any more', async () => {
  const gone = newNumber()
  r.tenancy.add(gone)
  await r.deliver(
    gone.appId,
    webhook({ id: gone.wabaId, changes: [messagesChange(gone, { wamid: 'wamid.gone' })] }),
  )
  await r.settled()
  const { id } = await firstOf(gone)
  r.tenancy.keys.delete(gone.tenantId)
  await r.forgetKeys(gone)
  await expect(client.getChange({ id }, await as('tenant_admin', gone.tenantId))).rejects.toMatchObject({
    code: 'internal',
  })
})

const refused = async (call: Promise<unknown>) =>
  call.then(
    () => 'let in',
    ({ code }) => code as string,
  )

test('U7: each method is refused without a caller, to a lesser role, and to a service', async () => {
  const agent = await as('agent', mine.tenantId)
  const supervisor = await as('supervisor', mine.tenantId)
  const service = await signCaller(signingKey, { kind: 'service', service: 'gateway' }, {})
  const range = { from: new Date(0), to: new Date(), numberId: '' }
  const calls = {
    list: (with_: object) => client.listChanges(list(), with_),
    get: (with_: object) => client.getChange({ id: newId('change') }, with_),
    replay: (with_: object) => client.replayChange({ id: newId('change') }, with_),
    range: (with_: object) => client.replayRange(range, with_),
    summary: (with_: object) => client.getIntakeSummary({}, with_),
  }
  for (const call of Object.values(calls)) {
    expect(await refused(call({}))).toBe('unauthenticated')
    expect(await refused(call(service))).toBe('forbidden')
    expect(await refused(call(agent))).toBe('forbidden')
  }
  // A supervisor reads and does not replay.
  expect(await refused(calls.list(supervisor))).toBe('let in')
  expect(await refused(calls.replay(supervisor))).toBe('forbidden')
  expect(await refused(calls.range(supervisor))).toBe('forbidden')
})
