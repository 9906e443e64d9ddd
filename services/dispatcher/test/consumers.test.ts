import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Delivered } from '@palomar/bus'
import {
  areas,
  type Id,
  type inboxEventsV1,
  type ingestEventsV1,
  newId,
  type tenancyEventsV1,
  uuidOf,
} from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { systemClock } from '@palomar/runtime'
import fc from 'fast-check'
import { createInboxHandler } from '../src/consumers/inbox.ts'
import { createIngestHandler } from '../src/consumers/ingest.ts'
import { createTenancyHandler } from '../src/consumers/tenancy.ts'
import { readNumbers, readWindows } from '../src/db/sending-state.ts'
import { ledgerDatabase } from './harness.ts'
import { Client } from './world.ts'

let ledger: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  ledger = await ledgerDatabase()
}, 60_000)
afterAll(() => ledger.close())

const delivered = <E>(events: E[]): Delivered<E>[] =>
  events.map((event) => ({ event, meta: {}, streamTime: new Date(), redelivered: false, tries: 0 }))

/** The events in every order the property asks for, some twice, in groups of any size. */
const disorder = <E>(events: E[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...events, ...events], {
        minLength: events.length * 2,
        maxLength: events.length * 2,
      }),
      fc.integer({ min: 1, max: 4 }),
    )
    .map(([shuffled, size]) =>
      Array.from({ length: Math.ceil(shuffled.length / size) }, (_, i) =>
        shuffled.slice(i * size, (i + 1) * size),
      ),
    )

describe('dispatcher-tenancy', () => {
  test('CONTRACTS 19: copies of numbers and companies keep the highest version, whatever the order', async () => {
    const handle = createTenancyHandler({ db: ledger.db, wake: () => undefined })
    const template = new Client()
    const changes = [
      template.numberChanged({ throughputPerSecond: 80 }),
      template.numberChanged({ state: 'paused' }),
      template.numberChanged({ state: 'active', throughputPerSecond: 1_000, tokenVersion: 2n }),
    ]
    await fc.assert(
      fc.asyncProperty(disorder([0, 1, 2, 3, 4]), async (groups) => {
        const tenant = newId('tenant')
        const number = newId('number')
        const tenantChanged = (version: bigint, state: string): tenancyEventsV1.Event => ({
          header: { id: newId('event'), tenantId: tenant, time: new Date(), traceparent: '' },
          payload: {
            $case: 'tenantChanged',
            value: { tenantId: tenant, version, state, name: 'x', language: 'es' },
          },
        })
        const events = [
          ...changes.map((event) => {
            if (event.payload?.$case !== 'numberChanged' || !event.header) throw new Error('not a number')
            return {
              header: { ...event.header, tenantId: tenant },
              payload: { ...event.payload, value: { ...event.payload.value, numberId: number } },
            }
          }),
          tenantChanged(1n, 'active'),
          tenantChanged(2n, 'suspended'),
        ]
        for (const group of groups) {
          const answers = await handle(delivered(group.map((i) => events[i] as tenancyEventsV1.Event)))
          expect(answers.every((answer) => answer === 'ok')).toBe(true)
        }
        const question = { tenantId: uuidOf(tenant), numberId: uuidOf(number) }
        const [copy] = await ledger.db.forTenant(question.tenantId, (tx) => readNumbers(tx, [question]))
        expect(copy).toMatchObject({
          version: 3n,
          state: 'active',
          throughput_per_second: 1_000,
          token_version: 2n,
          tenant_state: 'suspended',
        })
      }),
      { numRuns: 15 },
    )
  })
  test('an event whose ids cannot be read is kept as a dead letter; its neighbours are handled', async () => {
    const handle = createTenancyHandler({ db: ledger.db, wake: () => undefined })
    const good = new Client()
    const bad = good.numberChanged({ numberId: 'num_no' })
    const [first, second] = await handle(delivered([bad, good.numberChanged()]))
    expect(first).toMatchObject({ dead: { code: 'validation_failed' } })
    expect(second).toBe('ok')
  })
})

describe('dispatcher-inbox', () => {
  test('CONTRACTS 29: windows keep the later end, contacts the key set of their highest version, in any order', async () => {
    const handle = createInboxHandler({ db: ledger.db, clock: systemClock })
    const end = (minutes: number) => new Date(Date.UTC(2030, 0, 1, 0, minutes))
    await fc.assert(
      fc.asyncProperty(disorder([0, 1, 2, 3, 4]), async (groups) => {
        const client = new Client()
        const contactId = newId('contact')
        const opened = (key: string, expiresAt: Date): inboxEventsV1.Event => ({
          header: client.header(),
          payload: {
            $case: 'windowOpened',
            value: {
              numberId: client.number,
              recipientKeys: [key],
              openedAt: expiresAt,
              expiresAt,
              contactId,
            },
          },
        })
        const changed = (version: bigint, recipientKeys: string[]): inboxEventsV1.Event => ({
          header: client.header(),
          payload: {
            $case: 'contactChanged',
            value: { contactId, version, recipientKeys, mergedInto: '', name: '' },
          },
        })
        const events = [
          opened('p:1', end(10)),
          opened('p:1', end(30)),
          opened('p:1', end(20)),
          changed(1n, ['p:1', 'p:9']),
          changed(2n, ['p:1', 'p:2']),
        ]
        for (const group of groups)
          await handle(delivered(group.map((i) => events[i] as inboxEventsV1.Event)))
        const tenantId = uuidOf(client.tenant)
        const numberId = uuidOf(client.number)
        const windows = await ledger.db.forTenant(tenantId, (tx) =>
          readWindows(
            tx,
            ['p:1', 'p:2', 'p:9'].map((recipientKey) => ({ tenantId, numberId, recipientKey })),
          ),
        )
        // The second version lost p:9, so it is nobody's and has no window.
        expect(windows).toEqual([end(30), end(30), null])
      }),
      { numRuns: 15 },
    )
  })
})

describe('dispatcher-ingest', () => {
  const handler = () => createIngestHandler({ db: ledger.db, clock: systemClock, metrics: ledger.metrics })
  const call = (echo: string) => ({
    wamid: 'wamid.x',
    body: { type: 'text', biz_opaque_callback_data: echo },
  })

  async function unmatchedOf(tenant: Id<'tenant'>): Promise<string[]> {
    const rows = await ledger.db.sql<
      { body: Uint8Array }[]
    >`select body from dispatcher.outbox where area = 'dispatch'`
    return rows
      .flatMap(({ body }) => areas.dispatch.decode(body).events)
      .filter(({ header, payload }) => header?.tenantId === tenant && payload?.$case === 'statusUnmatched')
      .map(({ header }) => header?.id ?? '')
  }

  test('CONTRACTS 20: what matches nothing is passed on as unmatched, the same event however often it comes', async () => {
    const client = new Client()
    const strangers = [
      client.status(call('job-1'), 'sent'),
      client.status(call(`${newId('message')}~1`), 'sent'),
    ]
    await handler()(delivered(strangers))
    await handler()(delivered(strangers))
    const ids = await unmatchedOf(client.tenant)
    expect(ids).toHaveLength(4)
    expect(new Set(ids).size).toBe(2)
  })
  test('statuses without echo, other events and words that we do not know are none of ours', async () => {
    const client = new Client()
    const other: ingestEventsV1.Event = { header: client.header(), payload: undefined }
    const answers = await handler()(
      delivered([client.status(call(''), 'sent'), client.status(call('job-1'), 'held_in_orbit'), other]),
    )
    expect(answers).toEqual(['ok', 'ok', 'ok'])
    expect(await unmatchedOf(client.tenant)).toEqual([])
  })
  test('a status that names no number of ours is kept as a dead letter', async () => {
    const client = new Client()
    const lost = client.status(call('job-1'), 'sent', { number: undefined })
    expect(await handler()(delivered([lost]))).toMatchObject([{ dead: { code: 'validation_failed' } }])
  })
  test('CONTRACTS 4: Postgres away is nobody’s fault: the batch is handed back', async () => {
    const client = new Client()
    const away = createIngestHandler({
      db: { ...ledger.db, forTenants: () => Promise.reject(appError('unavailable')) },
      clock: systemClock,
      metrics: ledger.metrics,
    })
    await expect(away(delivered([client.status(call('job-1'), 'sent')]))).rejects.toMatchObject({
      code: 'unavailable',
    })
  })
})
