import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Id, idFromUuid, type inboxEventsV1, newId, uuidOf, uuidOfFact } from '@palomar/contracts'
import fc from 'fast-check'
import { type Channel, newChannel, numberChanged, stored, updated, type World, world } from './world.ts'

let w: World
beforeAll(async () => {
  w = await world()
}, 30_000)
afterAll(() => w.close())

/** What happens to one message, before it has a company: the same story is told to several. */
interface Life {
  direction: 'inbound' | 'outbound'
  number: number
  seconds: number
  placeholder: boolean
  /** States in the order of their versions. */
  states: { state: 'sent' | 'delivered' | 'read' | 'failed' | 'queued'; seconds: number; code: number }[]
  missing: 'stored' | 'updated' | 'nothing'
}

const seconds = fc.nat({ max: 3 * 3_600 })
const life: fc.Arbitrary<Life> = fc.record({
  direction: fc.constantFrom('inbound' as const, 'outbound' as const),
  number: fc.nat({ max: 2 }),
  seconds,
  placeholder: fc.boolean(),
  states: fc.array(
    fc.record({
      state: fc.constantFrom('sent', 'delivered', 'read', 'failed', 'queued'),
      seconds,
      code: fc.constantFrom(0, 131026, 131049),
    }),
    { maxLength: 4 },
  ),
  missing: fc.constantFrom('stored', 'updated', 'nothing', 'nothing', 'nothing'),
})

const channelsOf = (tenantId: Id<'tenant'>) =>
  Array.from({ length: 3 }, (_, n) => ({
    ...newChannel(tenantId),
    numberId: idFromUuid('number', uuidOfFact(tenantId, 'number', String(n))),
  }))

function tell(channels: readonly Channel[], lives: readonly Life[]): inboxEventsV1.Event[] {
  return lives.flatMap((one, n) => {
    const channel = channels[one.number] as Channel
    const id = idFromUuid('message', uuidOfFact(channel.tenantId, String(n)))
    const { direction } = one
    const first = stored(channel, { id, direction, seconds: one.seconds })
    const placeholder = stored(channel, { id, direction, seconds: one.seconds, type: 'media_placeholder' })
    const updates = one.states.map(({ state, seconds: when, code }, version) =>
      updated(channel, {
        id,
        direction,
        version: version + 1,
        state,
        accepted: one.seconds,
        ...(state === 'queued' ? {} : { [state]: when }),
        ...(state === 'failed' ? { errorCode: code, failureCode: code ? '' : 'window_closed' } : {}),
      }),
    )
    return [
      ...(one.missing === 'stored' ? [] : one.placeholder ? [placeholder, first] : [first]),
      ...(one.missing === 'updated' ? [] : updates),
    ]
  })
}

/** Everything that figures and lists are made of, numbers by their place instead of their id. */
async function figures(channels: readonly Channel[]) {
  const tenant = channels[0]?.tenant ?? ''
  const places = new Map<unknown, number>(channels.map(({ numberId }, n) => [uuidOf(numberId), n]))
  const told = (rows: readonly Record<string, unknown>[]) =>
    rows
      .map(({ number_id, ...row }) => ({ number: places.get(number_id), ...row }))
      .map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? Number(value) : value)))
      .sort()
  const { sql } = w.admin
  return {
    rollups: told(
      await sql`
        select grain, at, number_id, received, accepted, sent, delivered, read, failed from rollups
        where tenant_id = ${tenant} and (received, accepted, sent, delivered, read, failed) <> (0, 0, 0, 0, 0, 0)`,
    ),
    failures: told(
      await sql`
        select grain, at, number_id, error_code, failure_code, count from failures
        where tenant_id = ${tenant} and count <> 0`,
    ),
    events: told(
      await sql`select at, kind, number_id, detail from recent_events where tenant_id = ${tenant}`,
    ),
    facts: told(
      await sql`
        select number_id, direction, type, state, version, stored_at, sent_at, delivered_at, read_at, failed_at,
          error_code
        from facts where tenant_id = ${tenant}`,
    ),
  }
}

/** What the rows of facts say, counted anew by another hand. */
async function counted(channels: readonly Channel[]): Promise<string[]> {
  const rows = await w.admin.sql`
    select grain, date_bin(grain * interval '1 minute', t.at, 'epoch') as at, number_id,
      count(*) filter (where what = 'received')::int as received,
      count(*) filter (where what = 'accepted')::int as accepted,
      count(*) filter (where what = 'sent')::int as sent,
      count(*) filter (where what = 'delivered')::int as delivered,
      count(*) filter (where what = 'read')::int as read,
      count(*) filter (where what = 'failed')::int as failed
    from (values (15), (60)) as g (grain), facts f,
      lateral (values
        ('received', case when direction = 'inbound' then stored_at end),
        ('accepted', case when direction = 'outbound' then coalesce(accepted_at, stored_at) end),
        ('sent', case when direction = 'outbound' then coalesce(sent_at, delivered_at, read_at) end),
        ('delivered', case when direction = 'outbound' then coalesce(delivered_at, read_at) end),
        ('read', case when direction = 'outbound' then read_at end),
        ('failed', case when direction = 'outbound' and state = 'failed' then failed_at end)
      ) as t (what, at)
    where tenant_id = ${channels[0]?.tenant ?? ''} and t.at is not null
    group by 1, 2, 3`
  const places = new Map<unknown, number>(channels.map(({ numberId }, n) => [uuidOf(numberId), n]))
  return rows.map(({ number_id, ...row }) => JSON.stringify({ number: places.get(number_id), ...row })).sort()
}

const shuffled = <T>(items: readonly T[], order: readonly number[]): T[] =>
  items
    .map((item, n) => ({ item, at: order[n % Math.max(1, order.length)] ?? 0, n }))
    .sort((a, b) => a.at - b.at || b.n - a.n)
    .map(({ item }) => item)

test('CONTRACTS 3: the same events in order, shuffled, doubled and all at once give the same figures', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { maxLength: 25 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
      async (lives, order) => {
        const told = await Promise.all([
          // One by one, as they happened.
          tellTo(async (events) => {
            for (const event of events) await w.inbox(event)
          }),
          // Shuffled, every one of them twice, in two batches.
          tellTo(async (events) => {
            const mixed = shuffled([...events, ...events], order)
            await w.inbox(...mixed.slice(0, events.length))
            await w.inbox(...mixed.slice(events.length))
          }),
          // Parallel consumers, whose batches overlap.
          tellTo(async (events) => {
            const mixed = shuffled(events, order)
            await Promise.all([w.inbox(...mixed), w.inbox(...events), w.inbox(...[...mixed].reverse())])
          }),
          // Told again from the start when all of it was counted.
          tellTo(async (events) => {
            await w.inbox(...events)
            await w.inbox(...events)
          }),
        ])
        for (const other of told.slice(1)) expect(other).toEqual(told[0] as never)

        async function tellTo(how: (events: inboxEventsV1.Event[]) => Promise<unknown>) {
          const channels = channelsOf(newId('tenant'))
          await how(tell(channels, lives))
          const result = await figures(channels)
          expect(result.rollups).toEqual(await counted(channels))
          return result
        }
      },
    ),
    { numRuns: 25 },
  )
}, 120_000)

test('CONTRACTS 11: batches of several companies that share messages do not end in a deadlock', async () => {
  const channels = Array.from({ length: 6 }, () => newChannel())
  const ids = channels.map(() => Array.from({ length: 40 }, () => newId('message')))
  const events = channels.flatMap((channel, n) =>
    (ids[n] ?? []).flatMap((id, k) => [
      stored(channel, { id, direction: 'outbound', seconds: k }),
      updated(channel, { id, version: 1, state: 'failed', failed: k, errorCode: 131026 }),
      updated(channel, { id, version: 2, state: 'sent', sent: k }),
    ]),
  )
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) => {
      const turned = [...events.slice(n * 60), ...events.slice(0, n * 60)]
      return w.inbox(...(n % 2 ? turned.reverse() : turned))
    }),
  )
  expect(answers.flat().every((answer) => answer === 'ok')).toBe(true)
  for (const channel of channels) {
    const [row] = await w.admin.sql`
      select sum(accepted)::int as accepted, sum(sent)::int as sent, sum(failed)::int as failed from rollups
      where tenant_id = ${channel.tenant} and grain = 60`
    expect({ ...row }).toEqual({ accepted: 40, sent: 40, failed: 0 })
    expect(await w.admin.sql`select 1 from recent_events where tenant_id = ${channel.tenant}`).toHaveLength(0)
  }
})

test('AN8: a number’s changes of state are the same whichever version comes first, and repetitions are not shown', async () => {
  const channels = [newChannel(), newChannel()]
  const story = (channel: Channel) => [
    numberChanged(channel, { version: 1, state: 'active' }),
    // A new token, say.
    numberChanged(channel, { version: 2, state: 'active' }),
    numberChanged(channel, { version: 3, state: 'paused' }),
    numberChanged(channel, { version: 4, state: 'paused' }),
    numberChanged(channel, { version: 5, state: 'active' }),
  ]
  const [first, second] = channels as [Channel, Channel]
  for (const event of story(first)) await w.tenancy(event)
  await Promise.all(
    story(second)
      .reverse()
      .map((event) => w.tenancy(event)),
  )
  for (const { tenant } of channels) {
    const shown = await w.admin.sql`
      select version::int as version, state from recent_events where tenant_id = ${tenant} and shown order by version`
    expect(shown.map((row) => ({ ...row }))).toEqual([
      { version: 1, state: 'active' },
      { version: 3, state: 'paused' },
      { version: 5, state: 'active' },
    ])
    const [number] = await w.admin
      .sql`select state, version::int as version from numbers where tenant_id = ${tenant}`
    expect({ ...number }).toEqual({ state: 'active', version: 5 })
  }
})
