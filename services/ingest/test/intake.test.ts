import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { textOfKey } from '../src/domain/route.ts'
import {
  bodyOf,
  idsOf,
  messagesChange,
  newNumber,
  numberChanged,
  type Rig,
  rig,
  statusChange,
  wamidsOf,
  webhook,
} from './fixture.ts'

let r: Rig
beforeAll(async () => {
  r = await rig()
  await r.start()
})
afterAll(() => r?.close())

const eventsOf = (tenantId: string) => r.events.filter(({ header }) => header?.tenantId === tenantId)
const unrouted = (phoneNumberId: string) =>
  r.admin.sql<{ state: string; reason: string }[]>`
    select state, reason from ingest.unrouted where phone_number_id = ${phoneNumberId} order by id`
const archived = (phoneNumberId: string) =>
  r.admin.sql<{ id: string; messages: number; statuses: number; field: string }[]>`
    select id, messages, statuses, field from ingest.changes where phone_number_id = ${phoneNumberId} order by id`

test('W4 W5 W6: the same body twice is the same events, and one row of the archive', async () => {
  const number = newNumber()
  r.tenancy.add(number)
  const status = {
    id: 'wamid.S1',
    status: 'delivered',
    timestamp: '1795000001',
    recipient_id: '5491122000011',
  }
  const body = bodyOf(number, messagesChange(number, { wamid: 'wamid.M1' }), statusChange(number, status))
  await r.deliver(number.appId, body)
  await r.settled()
  await r.deliver(number.appId, body)
  await r.settled()
  const events = await eventually(() => {
    expect(eventsOf(number.tenantId)).toHaveLength(4)
    return eventsOf(number.tenantId)
  })
  expect(new Set(idsOf(events)).size).toBe(2)
  expect(idsOf(events.slice(0, 2)).sort()).toEqual(idsOf(events.slice(2)).sort())
  const rows = await archived(number.phoneNumberId)
  expect(rows.map(({ messages, statuses }) => [messages, statuses]).sort()).toEqual([
    [0, 1],
    [1, 0],
  ])
})

test('CONTRACTS 3: a retry of Meta’s that groups the same updates otherwise gives the same ids', async () => {
  const number = newNumber()
  r.tenancy.add(number)
  const [a, b] = [{ wamid: 'wamid.A', from: '5491122000012' }, { wamid: 'wamid.B' }]
  await r.deliver(number.appId, bodyOf(number, messagesChange(number, a), messagesChange(number, b)))
  await r.settled()
  await r.deliver(number.appId, bodyOf(number, messagesChange(number, b, a)))
  const ids = await eventually(() => {
    const events = eventsOf(number.tenantId)
    expect(events).toHaveLength(4)
    return Object.groupBy(events, (event) => wamidsOf([event])[0] ?? '')
  })
  for (const wamid of ['wamid.A', 'wamid.B']) expect(new Set(idsOf(ids[wamid] ?? [])).size).toBe(1)
})

test('W5: of two entries with one that cannot be read the good one goes through, and the bad one is kept and shown', async () => {
  const number = newNumber()
  r.tenancy.add(number)
  const good = { id: number.wabaId, changes: [messagesChange(number, { wamid: 'wamid.GOOD' })] }
  const text = JSON.stringify(webhook(good, { id: number.wabaId, changes: [] }))
  const broken = text.replace('"changes":[]', '"changes":"none of it makes sense"')
  await r.deliver(number.appId, broken)
  await eventually(() => expect(wamidsOf(eventsOf(number.tenantId))).toEqual(['wamid.GOOD']))
  await r.settled()
  const kept = await r.admin.sql<{ state: string; field: string }[]>`
    select state, field from ingest.unrouted where waba_id = ${number.wabaId}`
  expect([...kept]).toEqual([{ state: 'unparsed', field: '' }])
})

test('W5: what is no webhook at all is kept whole, counted and shown, and holds nothing up', async () => {
  const number = newNumber()
  r.tenancy.add(number)
  await r.deliver(
    number.appId,
    'this is no JSON',
    { object: 'page', entry: [] },
    bodyOf(number, messagesChange(number, { wamid: 'wamid.N' })),
  )
  await r.settled()
  await eventually(() => expect(wamidsOf(eventsOf(number.tenantId))).toEqual(['wamid.N']))
  const kept = await r.admin.sql<{ state: string; reason: string; is_body: boolean }[]>`
    select state, reason, is_body from ingest.unrouted where app_id = ${number.appId} order by reason`
  expect([...kept]).toEqual([
    { state: 'unparsed', reason: 'not_json', is_body: true },
    { state: 'unparsed', reason: 'other_object', is_body: true },
  ])
})

test('CONTRACTS 15: an unknown number is parked, and replayed by itself when it is added', async () => {
  const number = newNumber()
  await r.deliver(number.appId, bodyOf(number, messagesChange(number, { wamid: 'wamid.EARLY' })))
  await r.settled()
  expect(eventsOf(number.tenantId)).toHaveLength(0)
  expect([...(await unrouted(number.phoneNumberId))]).toEqual([
    { state: 'parked', reason: 'no company has this number' },
  ])
  r.tenancy.add(number)
  await r.tell(numberChanged(number))
  await eventually(() => expect(wamidsOf(eventsOf(number.tenantId))).toEqual(['wamid.EARLY']))
  await r.settled()
  expect([...(await unrouted(number.phoneNumberId))]).toEqual([])
  expect(await archived(number.phoneNumberId)).toHaveLength(1)
  // The number is known at once: the short memory of "nobody has it" was dropped by the event.
  await r.deliver(number.appId, bodyOf(number, messagesChange(number, { wamid: 'wamid.LATER' })))
  await eventually(() => expect(wamidsOf(eventsOf(number.tenantId))).toEqual(['wamid.EARLY', 'wamid.LATER']))
})

test('CONTRACTS 15: a number added while its message was being parked is found by asking once more', async () => {
  const number = newNumber()
  // The company adds it right after the first answer; its event was heard before anything was parked.
  r.tenancy.beforeAnswer = (text) => {
    if (text === textOfKey(number)) r.tenancy.add(number)
  }
  try {
    await r.deliver(number.appId, bodyOf(number, messagesChange(number, { wamid: 'wamid.RACE' })))
    await eventually(() => expect(wamidsOf(eventsOf(number.tenantId))).toContain('wamid.RACE'))
    await r.settled()
  } finally {
    r.tenancy.beforeAnswer = () => {}
  }
  expect(new Set(idsOf(eventsOf(number.tenantId))).size).toBe(1)
  expect([...(await unrouted(number.phoneNumberId))]).toEqual([])
  expect(await archived(number.phoneNumberId)).toHaveLength(1)
})

test('CONTRACTS 15: a number of another app is quarantined: whoever knows one secret cannot speak for all numbers', async () => {
  const [victim, attacker] = [newNumber(), newNumber()]
  r.tenancy.add(victim)
  r.tenancy.add(attacker)
  const forged = bodyOf(victim, messagesChange(victim, { wamid: 'wamid.FORGED' }))
  await r.deliver(attacker.appId, forged)
  await r.settled()
  expect((await unrouted(victim.phoneNumberId)).map(({ state }) => state)).toEqual(['quarantined'])
  expect(eventsOf(victim.tenantId)).toHaveLength(0)
  // Nor by the detour of an event about the number.
  await r.tell(numberChanged(victim, 2n))
  await r.settled()
  expect(eventsOf(victim.tenantId)).toHaveLength(0)
  // The genuine one, byte for byte the same, is not kept away by it.
  await r.deliver(victim.appId, forged)
  await eventually(() => expect(wamidsOf(eventsOf(victim.tenantId))).toEqual(['wamid.FORGED']))
})

test('CONTRACTS 15: a change that names no number goes by its account', async () => {
  const number = newNumber()
  r.tenancy.add(number)
  const change = {
    field: 'message_template_status_update',
    value: { event: 'APPROVED', message_template_id: 90001, message_template_name: 'hola' },
  }
  await r.deliver(number.appId, webhook({ id: number.wabaId, time: 1795000000, changes: [change] }))
  const [event] = await eventually(() => {
    expect(eventsOf(number.tenantId)).toHaveLength(1)
    return eventsOf(number.tenantId)
  })
  expect(event?.payload).toMatchObject({
    $case: 'changeReceived',
    value: { field: change.field, entryId: number.wabaId, number: { numberId: '', wabaId: number.wabaId } },
  })
  expect(event?.header?.time).toEqual(new Date(1_795_000_000_000))
})

test('while tenancy is away nothing is parked and nothing is lost: it waits and goes through', async () => {
  const number = newNumber()
  r.tenancy.add(number)
  r.tenancy.away = true
  try {
    await r.deliver(number.appId, bodyOf(number, messagesChange(number, { wamid: 'wamid.WAIT' })))
    await eventually(() => expect(r.tenancy.refusals).toBeGreaterThan(1))
    expect([...(await unrouted(number.phoneNumberId))]).toEqual([])
    expect(eventsOf(number.tenantId)).toHaveLength(0)
  } finally {
    r.tenancy.away = false
  }
  await eventually(() => expect(wamidsOf(eventsOf(number.tenantId))).toEqual(['wamid.WAIT']), {
    timeoutMs: 20_000,
  })
  await r.settled()
  expect([...(await unrouted(number.phoneNumberId))]).toEqual([])
})

test('CONTRACTS 4: a number that cannot be asked for holds up nobody else, and goes through once it can', async () => {
  const good = newNumber()
  const odd = newNumber({ appId: good.appId })
  r.tenancy.add(good)
  r.tenancy.add(odd)
  const oddKey = textOfKey(odd)
  r.tenancy.beforeAnswer = (text) => {
    if (text === oddKey) throw new Error('a bug in tenancy')
  }
  try {
    await r.deliver(
      good.appId,
      bodyOf(odd, messagesChange(odd, { wamid: 'wamid.ODD' })),
      bodyOf(good, messagesChange(good, { wamid: 'wamid.FINE' })),
    )
    await eventually(() => expect(wamidsOf(eventsOf(good.tenantId))).toEqual(['wamid.FINE']))
    await r.settled()
    expect(await archived(good.phoneNumberId)).toHaveLength(1)
    expect(eventsOf(odd.tenantId)).toEqual([])
  } finally {
    r.tenancy.beforeAnswer = () => {}
  }
  await eventually(
    async () => {
      expect(new Set(wamidsOf(eventsOf(odd.tenantId)))).toEqual(new Set(['wamid.ODD']))
      expect(await archived(odd.phoneNumberId)).toHaveLength(1)
    },
    { timeoutMs: 25_000 },
  )
}, 40_000)

test('CONTRACTS 11: U+0000 in a text is stored and sent on as U+FFFD, and its neighbours do not suffer', async () => {
  const number = newNumber()
  r.tenancy.add(number)
  const text = JSON.stringify(
    bodyOf(number, messagesChange(number, { wamid: 'wamid.NUL', body: 'a\u0000b' }, { wamid: 'wamid.NEXT' })),
  )
  expect(text).toContain('\\u0000')
  await r.deliver(number.appId, text)
  const events = await eventually(() => {
    expect(eventsOf(number.tenantId)).toHaveLength(2)
    return eventsOf(number.tenantId)
  })
  const [nul] = events
  expect(nul?.payload?.$case === 'messageReceived' && JSON.parse(nul.payload.value.contentJson)).toEqual({
    body: 'a\ufffdb',
  })
  await r.settled()
  expect(await archived(number.phoneNumberId)).toHaveLength(1)
})

test('CONTRACTS 1: a batch says how old its oldest webhook is', async () => {
  const number = newNumber()
  r.tenancy.add(number)
  const before = Date.now() - 1_000
  await r.deliver(number.appId, bodyOf(number, messagesChange(number, { wamid: 'wamid.AGE' })))
  await eventually(() => expect(r.oldestWebhookAts.at(-1)?.getTime()).toBeGreaterThan(before))
})

test('CONTRACTS 16: the archive holds no text in clear, and hashes of the people instead of their numbers', async () => {
  const number = newNumber()
  r.tenancy.add(number)
  const planted = 'palabra-plantada-8731'
  await r.deliver(
    number.appId,
    bodyOf(number, messagesChange(number, { wamid: 'wamid.SEALED', body: planted })),
  )
  await r.settled()
  await r.deliver(number.appId, planted)
  await r.settled()
  const dump = await r.admin.sql<{ row: string }[]>`
    select c::text as row from ingest.changes c union all select i::text from ingest.change_identities i
    union all select u::text from ingest.unrouted u`
  const hex = Buffer.from(planted).toString('hex')
  for (const { row } of dump) {
    expect(row).not.toContain(planted)
    expect(row).not.toContain(hex)
    expect(row).not.toContain('5491122000011')
  }
  const [people] = await r.admin.sql<{ rows: bigint }[]>`
    select count(*) as rows from ingest.change_identities i join ingest.changes c on c.id = i.change_id
    where c.phone_number_id = ${number.phoneNumberId}`
  expect(people?.rows).toBe(1n)
})

test('CONTRACTS 30: of one body with changes of two companies, the subscriber’s pass on byte for byte with their wamids, and nobody else’s', async () => {
  const [mine, other] = [newNumber(), newNumber()]
  for (const number of [mine, other]) r.tenancy.add(number)
  await r.subscribe(mine.tenantId)
  const raw = `{ "value" : ${JSON.stringify(messagesChange(mine, { wamid: 'wamid.B1', body: 'ñ' }, { wamid: 'wamid.B2' }).value)}, "field":"messages" }`
  const statuses = JSON.stringify(
    statusChange(mine, { id: 'wamid.B3', status: 'sent', timestamp: '1795000001' }),
  )
  const foreign = JSON.stringify(messagesChange(other, { wamid: 'wamid.B4' }))
  const entry = (number: typeof mine, ...changes: string[]) =>
    `{"id":"${number.wabaId}","changes":[${changes.join(' , ')}]}`
  const body = `{"object":"whatsapp_business_account","entry":[${entry(other, foreign)},${entry(mine, raw, statuses)}]}`
  const bytesOf = () =>
    r.bytes
      .filter(({ number }) => number?.phoneNumberId === mine.phoneNumberId)
      .map((one) => [Buffer.from(one.raw).toString(), one.wamids, one.entryId])
  await eventually(async () => {
    await r.deliver(mine.appId, body)
    await r.settled()
    expect(bytesOf().length).toBeGreaterThan(0)
  })
  expect(bytesOf().slice(0, 2)).toEqual([
    [raw, ['wamid.B1', 'wamid.B2'], mine.wabaId],
    [statuses, [], mine.wabaId],
  ])
  expect(r.bytes.some(({ number }) => number?.phoneNumberId === other.phoneNumberId)).toBe(false)
})
