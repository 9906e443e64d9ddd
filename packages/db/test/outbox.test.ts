import { afterEach, beforeEach, expect, test } from 'bun:test'
import { idFromUuid, type inboxEventsV1, type liveV1, newId } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { insertLive, insertOutbox, openDb, type Relay, startRelay } from '../src/index.ts'
import { fakeBus } from './fixture/bus.ts'
import { type Fixture, notesDatabase, quiet, tenantA, tenantB } from './fixture/database.ts'

let fixture: Fixture
const relays: Relay[] = []
beforeEach(async () => {
  fixture = await notesDatabase(4)
}, 30_000)
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()))
  await fixture.close()
})

function relay(
  bus: ReturnType<typeof fakeBus>['bus'],
  more: Partial<Parameters<typeof startRelay>[0]> = {},
): Relay {
  const started = startRelay({
    db: fixture.db,
    bus,
    areas: ['inbox'],
    logger: quiet,
    sweepMs: 3_600_000,
    ...more,
  })
  relays.push(started)
  return started
}

function event(id: string, size = 0): inboxEventsV1.Event {
  return {
    header: { id, tenantId: idFromUuid('tenant', tenantA), time: new Date(0), traceparent: '' },
    payload: {
      $case: 'contactChanged',
      value: { contactId: 'con_1', version: 1n, recipientKeys: [], mergedInto: '', name: 'x'.repeat(size) },
    },
  }
}

function frame(tenant: string): liveV1.Frame {
  return {
    header: {
      id: newId('event'),
      tenantId: idFromUuid('tenant', tenant),
      time: new Date(0),
      traceparent: '',
    },
    kind: 'message.created',
    numberId: '',
    conversationId: '',
    before: undefined,
    after: undefined,
    payloadJson: '{}',
    publishedAt: undefined,
    permission: 'conversations:read',
    userId: '',
  }
}

const rows = () => fixture.db.sql<{ area: string }[]>`select area from outbox order by created_at`
/** Makes every row look as if its owner had died long ago. */
const age = (seconds: number) =>
  fixture.db.sql`update outbox set created_at = now() - ${seconds}::int * interval '1 second'`
const write = (ids: string[]) =>
  fixture.db.forTenant(tenantA, async (tx) => {
    await tx`select 1`
    insertOutbox(
      tx,
      'inbox',
      ids.map((id) => event(id)),
    )
  })

test('CONTRACTS 5: events leave right after the commit, and their rows are deleted', async () => {
  const { bus, events } = fakeBus()
  const started = relay(bus)
  await write(['evt_1', 'evt_2'])
  await started.idle()
  expect(events).toEqual(['evt_1', 'evt_2'])
  expect(await rows()).toHaveLength(0)
})

test('CONTRACTS 5: what did not commit never leaves', async () => {
  const { bus, events, frames } = fakeBus()
  const started = relay(bus)
  const failed = fixture.db.forTenant(tenantA, async (tx) => {
    insertOutbox(tx, 'inbox', [event('evt_1')])
    insertLive(tx, [frame(tenantA)])
    await tx`insert into notes (tenant_id, id, body) values (${tenantB}, ${tenantB}, 'foreign')`
  })
  await expect(failed).rejects.toThrow()
  await started.idle()
  expect([events, frames, await rows()]).toEqual([[], [], []] as never)
})

test('CONTRACTS 5: a transaction whose outbox rows are refused is rolled back, says so, and tells nobody', async () => {
  const { bus, events } = fakeBus()
  const started = relay(bus)
  const refused = fixture.db.forTenant(tenantA, async (tx) => {
    await tx`insert into notes (tenant_id, id, body) values (${tenantA}, ${tenantA}, 'lost')`
    insertOutbox(tx, 'inbox', [event('evt_1')])
    // The rows are written behind this, together with the commit.
    await tx`set transaction read only`
  })
  await expect(refused).rejects.toThrow()
  await started.idle()
  const stored = await fixture.db.forTenant(tenantA, (tx) => tx`select from notes where body = 'lost'`)
  expect([events, await rows(), stored.length]).toEqual([[], [], 0] as never)
})

test('CONTRACTS 5: what one transaction says of an area is one row, and one publish', async () => {
  const { bus, state } = fakeBus()
  state.durable = 'away'
  relay(bus)
  await fixture.db.forTenant(tenantA, async (tx) => {
    insertOutbox(tx, 'inbox', [event('evt_1')])
    insertOutbox(tx, 'inbox', [event('evt_2'), event('evt_3')])
  })
  expect(await rows()).toHaveLength(1)
})

test('CONTRACTS 1: a transaction with more than a batch may hold is several rows, none too large', async () => {
  const { bus, events } = fakeBus()
  await fixture.db.forTenant(tenantA, async (tx) => {
    insertOutbox(
      tx,
      'inbox',
      Array.from({ length: 600 }, (_, n) => event(`evt_${n}`)),
    )
    insertOutbox(tx, 'inbox', [event('evt_big', 700_000), event('evt_after', 300_000)])
  })
  const sizes = await fixture.db.sql<{ size: number }[]>`select length(body) as size from outbox`
  expect(sizes.filter((row) => row.size > 512 * 1024)).toHaveLength(1)
  expect(sizes.length).toBeGreaterThan(3)
  await age(6)
  const started = relay(bus)
  await eventually(async () => expect(await rows()).toHaveLength(0))
  await started.idle()
  expect(new Set(events).size).toBe(602)
})

test('CONTRACTS 5: a row whose process died is left alone for 5 s, then any relay takes it', async () => {
  // No relay listens: the process died between commit and publish.
  await write(['evt_orphan'])
  const { bus, events } = fakeBus()
  let sweeps = 0
  await age(3)
  relay(bus, { sweepMs: 20, onAge: () => sweeps++ })
  await eventually(() => expect(sweeps).toBeGreaterThan(1))
  expect(events).toEqual([])
  await age(6)
  await eventually(() => expect(events).toEqual(['evt_orphan']))
  await eventually(async () => expect(await rows()).toHaveLength(0))
})

test('CONTRACTS 5: two relays never hold the same stale row', async () => {
  await write(['evt_1'])
  await write(['evt_2'])
  await age(6)
  const slow = fakeBus()
  slow.state.durable = 'silent'
  const first = relay(slow.bus)
  await eventually(async () => {
    // This very look holds the rows for a moment, and a relay that came then has passed them over.
    first.kick()
    const free = await fixture.db.system((tx) => tx`select 1 from outbox for update skip locked`)
    expect(free).toHaveLength(0)
  })
  const other = fakeBus()
  const second = relay(other.bus)
  await second.stop()
  expect(other.events).toEqual([])
  slow.release()
  await first.stop()
  expect(slow.events.sort()).toEqual(['evt_1', 'evt_2'])
  expect(await rows()).toHaveLength(0)
})

test('CONTRACTS 5: with the bus away rows wait, and leave when it is back', async () => {
  const { bus, events, state } = fakeBus()
  state.durable = 'away'
  const started = relay(bus, { sweepMs: 20 })
  await write(['evt_1'])
  await started.idle()
  expect(await rows()).toHaveLength(1)
  state.durable = 'up'
  await age(6)
  await eventually(() => expect(events).toEqual(['evt_1']))
})

test('CONTRACTS 5: a row that cannot be published does not hold up those behind it', async () => {
  await fixture.db.system(async (tx) => {
    for (let n = 0; n < 64; n++)
      await tx`insert into outbox (id, area, body, tenants) values (gen_random_uuid(), 'no_such_area', '\\x00', '{}')`
  })
  await age(60)
  await write(['evt_behind'])
  await fixture.db.sql`update outbox set created_at = now() - interval '6 s' where area = 'inbox'`
  const { bus, events } = fakeBus()
  relay(bus, { sweepMs: 20 })
  await eventually(() => expect(events).toContain('evt_behind'))
})

test('CONTRACTS 5: the age of the oldest row is reported, and over 30 s it is an alarm', async () => {
  const errors: string[] = []
  const ages: { durable: number; live: number }[] = []
  await write(['evt_1'])
  await age(31)
  const { bus, state } = fakeBus()
  state.durable = 'away'
  relay(bus, {
    onAge: (seen) => ages.push(seen),
    logger: { ...quiet, error: (message) => errors.push(message) },
  })
  await eventually(() => expect(ages).toHaveLength(1))
  expect(ages[0]?.durable).toBeGreaterThan(30)
  expect(ages[0]?.live).toBe(0)
  expect(errors).toEqual(['the outbox does not drain'])
})

test('CONTRACTS 34: live frames leave after the commit and leave no row behind', async () => {
  const { bus, frames } = fakeBus()
  const started = relay(bus)
  await fixture.db.forTenants([tenantA, tenantB], async (tx) =>
    insertLive(tx, [frame(tenantA), frame(tenantB)]),
  )
  await started.idle()
  expect(frames.map((sent) => sent.kind)).toEqual(['message.created', 'message.created'])
  expect(await rows()).toHaveLength(0)
})

test('CONTRACTS 34: a live lane that hangs holds up no durable row', async () => {
  const { bus, events, state, release } = fakeBus()
  state.live = 'silent'
  relay(bus)
  await fixture.db.forTenant(tenantA, async (tx) => {
    insertLive(tx, [frame(tenantA)])
    insertOutbox(tx, 'inbox', [event('evt_1')])
  })
  await eventually(() => expect(events).toEqual(['evt_1']))
  release()
})

test('CONTRACTS 34: frames older than 5 s are dropped, and the next thing published is resync for their tenants', async () => {
  const { bus, frames, state } = fakeBus()
  let now = 0
  state.live = 'away'
  const started = relay(bus, { now: () => now })
  await fixture.db.forTenant(tenantA, async (tx) => insertLive(tx, [frame(tenantA)]))
  now = 5_001
  await fixture.db.forTenant(tenantB, async (tx) => insertLive(tx, [frame(tenantB)]))
  state.live = 'up'
  await started.idle()
  expect(frames).toEqual([
    { kind: 'resync', tenant: idFromUuid('tenant', tenantA) },
    { kind: 'message.created', tenant: idFromUuid('tenant', tenantB) },
  ])
  expect(await rows()).toHaveLength(0)
})

test('CONTRACTS 34: frames of a process that died are told to their tenants as resync', async () => {
  await fixture.db.forTenant(tenantA, async (tx) => insertLive(tx, [frame(tenantA)]))
  await fixture.db.forTenants([tenantA, tenantB], async (tx) =>
    insertLive(tx, [frame(tenantA), frame(tenantB)]),
  )
  await age(6)
  const { bus, frames } = fakeBus()
  relay(bus, { sweepMs: 20 })
  await eventually(() => expect(frames).toHaveLength(2))
  expect(frames.map((sent) => sent.tenant).sort()).toEqual(
    [tenantA, tenantB].map((tenant) => idFromUuid('tenant', tenant)),
  )
  expect(frames.every((sent) => sent.kind === 'resync')).toBe(true)
  await eventually(async () => expect(await rows()).toHaveLength(0))
})

test('CONTRACTS 34: however long LIVE is away, its lost rows stay few', async () => {
  for (let n = 0; n < 20; n++)
    await fixture.db.forTenant(tenantA, async (tx) => insertLive(tx, [frame(tenantA)]))
  await age(6)
  const { bus, state } = fakeBus()
  state.live = 'away'
  relay(bus)
  await eventually(async () => expect(await rows()).toHaveLength(1))
})

test('events given to a savepoint or to a finished transaction are refused, not lost', async () => {
  await fixture.db.system(async (tx) => {
    await tx.savepoint(async (inner) => {
      expect(() => insertOutbox(inner as never, 'inbox', [event('evt_1')])).toThrow('not with a savepoint')
    })
  })
  const kept = await fixture.db.system(async (tx) => ({ tx }))
  expect(() => insertLive(kept.tx, [frame(tenantA)])).toThrow()
})

test('a second process publishes what the first left behind', async () => {
  const { bus, events } = fakeBus()
  await write(['evt_1'])
  const other = openDb({ url: fixture.database.urlFor('inbox'), max: 2, service: 'inbox', logger: quiet })
  await age(6)
  const started = startRelay({ db: other, bus, areas: ['inbox'], logger: quiet, sweepMs: 20 })
  await eventually(() => expect(events).toEqual(['evt_1']))
  await started.stop()
  await other.close()
})
