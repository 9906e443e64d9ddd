import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { areas, type dispatcherEventsV1, eventIdOf, newId, uuidOf } from '@palomar/contracts'
import fc from 'fast-check'
import { claimRows } from '../src/db/attempts.ts'
import { takeLeases } from '../src/db/leases.ts'
import { attemptOf } from '../src/db/message-row.ts'
import { stubStatuses } from '../src/db/wamids.ts'
import type { Fact } from '../src/domain/attempt.ts'
import { foldMessage } from '../src/domain/message.ts'
import { type Report, settle } from '../src/settle.ts'
import { Company, ledgerDatabase } from './harness.ts'

let ledger: Awaited<ReturnType<typeof ledgerDatabase>>
let mine: Company
const epochs = new Map<number, bigint>()
beforeAll(async () => {
  ledger = await ledgerDatabase()
  for (const { partition, epoch } of await ledger.db.system((tx) => takeLeases(tx, 'test', 64)))
    epochs.set(partition, epoch)
  await ledger.db.sql`update dispatcher.leases set expires_at = 'infinity'`
  mine = new Company(ledger.db)
  await mine.tell()
}, 60_000)
afterAll(() => ledger.close())

/** A message whose first attempt is recorded: on its way. */
async function sending(company = mine) {
  const row = company.row()
  await company.accept(row)
  await ledger.db.forTenant(company.tenantId, (tx) =>
    claimRows(tx, 'test', [
      {
        tenantId: company.tenantId,
        id: row.id,
        partition: company.partition,
        epoch: epochs.get(company.partition) ?? 0n,
      },
    ]),
  )
  return row
}

function apply(company: Company, reports: Report[]) {
  return ledger.db.forTenant(company.tenantId, (tx) => settle(tx, reports, { now: new Date() }))
}

const at = (second: number) => new Date(1_700_000_000_000 + second * 1000)
const accepted = (wamid: string): Fact => ({
  kind: 'accepted',
  at: at(1),
  wamid,
  waId: '541156384310',
  held: false,
})
const status = (
  word: 'sent' | 'delivered' | 'read' | 'failed',
  wamid: string,
  second = 5,
): Extract<Fact, { kind: 'status' }> => ({
  kind: 'status',
  at: at(second),
  status: word,
  wamid,
  waId: '541156384310',
  error: word === 'failed' ? { code: 131026, title: 'Message undeliverable', details: '', href: '' } : null,
  pricing: word === 'failed' ? null : { billable: true, model: 'PMP', type: 'regular', category: 'utility' },
})

const report = (row: { id: string }, fact: Fact, company = mine, n = 1): Report => ({
  tenantId: company.tenantId,
  messageId: row.id,
  n,
  fact,
  ...(fact.kind === 'status' && { echoOf: { numberId: company.numberId } }),
})

describe('settling', () => {
  test('a number whose token has expired is told once, however many of its messages ran into it', async () => {
    const rows = [await sending(), await sending()]
    const told: dispatcherEventsV1.Event[] = []
    const stop = ledger.db.onCommitted((committed) => {
      for (const one of committed)
        if (one.lane === 'durable') told.push(...(one.events as dispatcherEventsV1.Event[]))
    })
    const error = { code: 190, title: 'Access token has expired', details: '', href: '' }
    const expired: Fact = { kind: 'rejected', at: at(2), error }
    const madeWith = { tokenVersion: 7n, numberVersion: 1n }
    await apply(
      mine,
      rows.map((row) => ({ ...report(row, expired), madeWith })),
    )
    stop()
    const held = told.filter(({ payload }) => payload?.$case === 'numberHeld')
    expect(held).toMatchObject([
      { payload: { value: { numberId: mine.number, reason: 'token', errorCode: 190 } } },
    ])
    // Later rests under the same token are the same fact.
    expect(held[0]?.header?.id).toBe(eventIdOf('number_held', mine.numberId, 'token', '7'))
  })

  test('CONTRACTS 21: a status before the result: the result changes nothing that it told', async () => {
    const row = await sending()
    await apply(mine, [report(row, status('delivered', 'wamid.early'))])
    await apply(mine, [report(row, accepted('wamid.early'))])
    const { row: stored, attempts } = await mine.read(row.id)
    expect(stored.state).toBe('delivered')
    expect(attempts).toMatchObject([{ state: 'delivered', wamid: 'wamid.early', accepted_at: at(1) }])
  })

  test('CONTRACTS 19: the same facts a second time write no version and no event', async () => {
    const row = await sending()
    const all = [report(row, accepted('wamid.twice')), report(row, status('sent', 'wamid.twice'))]
    await apply(mine, all)
    const { version } = (await mine.read(row.id)).row
    const events = () => ledger.db.sql`select count(*)::int as n from dispatcher.outbox`
    const [before] = await events()
    await apply(mine, all)
    expect((await mine.read(row.id)).row.version).toBe(version)
    expect(await events()).toEqual([before] as never)
  })

  test('CONTRACTS 18: an echo of another tenant, number or wamid settles nothing', async () => {
    const other = new Company(ledger.db)
    await other.tell()
    const row = await sending()
    await apply(mine, [report(row, accepted('wamid.true'))])
    const foreign = await ledger.db.forTenants([mine.tenantId, other.tenantId], (tx) =>
      settle(
        tx,
        [
          { ...report(row, status('read', 'wamid.true')), tenantId: other.tenantId },
          { ...report(row, status('read', 'wamid.true')), echoOf: { numberId: other.numberId } },
          report(row, status('read', 'wamid.forged')),
          report(row, status('read', 'wamid.true'), mine, 2),
          report({ id: uuidOf(newId('message')) }, status('read', 'wamid.true')),
        ],
        { now: new Date() },
      ),
    )
    expect(foreign).toEqual(['unmatched', 'unmatched', 'unmatched', 'unmatched', 'unmatched'])
    expect((await mine.read(row.id)).row.state).toBe('sent')
  })

  test('CONTRACTS 19: CONTRACTS 21: any order, in groups, twice and at once ends in the same message', async () => {
    const words = fc.uniqueArray(fc.constantFrom('sent', 'delivered', 'read', 'failed' as const), {
      minLength: 1,
    })
    await fc.assert(
      fc.asyncProperty(words, fc.boolean(), fc.infiniteStream(fc.nat(1_000)), async (told, atOnce, order) => {
        const wamid = `wamid.${newId('message')}`
        const row = await sending()
        const facts = [accepted(wamid), ...told.map((word, i) => status(word as 'sent', wamid, i + 3))]
        const delivered = [...facts, ...facts]
          .map((fact) => ({ fact, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ fact }) => report(row, fact))
        if (atOnce) await Promise.all(delivered.map((one) => apply(mine, [one])))
        else for (const one of delivered) await apply(mine, [one])
        const { row: stored, attempts } = await mine.read(row.id)
        const best = (['read', 'delivered', 'failed', 'sent'] as const).find((word) => told.includes(word))
        expect(stored.state).toBe(best as never)
        expect(attempts).toHaveLength(1)
        const fold = foldMessage(attempts.map(attemptOf), null)
        expect(stored).toMatchObject({
          state: fold.state,
          sent_at: fold.sentAt,
          delivered_at: fold.deliveredAt,
        })
      }),
      { numRuns: 25 },
    )
  }, 30_000)

  test('CONTRACTS 21: a status without echo before its wamid is known waits in a stub; both orders and both at once', async () => {
    for (const how of ['status first', 'result first', 'at once'] as const) {
      const wamid = `wamid.${how}`
      const row = await sending()
      const result = () => apply(mine, [report(row, accepted(wamid))])
      // As the handler of status.ours does it: stub or find, then settle what was found.
      const told = async () => {
        const [known] = await ledger.db.forTenant(mine.tenantId, (tx) =>
          stubStatuses(tx, [
            { tenantId: mine.tenantId, numberId: mine.numberId, wamid, fact: status('read', wamid) },
          ]),
        )
        if (known)
          await apply(mine, [
            {
              tenantId: mine.tenantId,
              messageId: known.messageId,
              n: known.attemptN,
              fact: status('read', wamid),
            },
          ])
      }
      if (how === 'status first') await told().then(result)
      else if (how === 'result first') await result().then(told)
      else await Promise.all([result(), told()])
      expect((await mine.read(row.id)).row).toMatchObject({ state: 'read', read_at: at(5) })
    }
  })

  test('CONTRACTS 19: the published fold carries version + 1 and every wamid, oldest webhook time with it', async () => {
    const row = await sending()
    const webhookAt = at(0)
    await ledger.db.forTenant(mine.tenantId, (tx) =>
      settle(tx, [report(row, accepted('wamid.event'))], {
        now: new Date(),
        meta: { oldestWebhookAt: webhookAt },
      }),
    )
    const rows = await ledger.db.sql<{ body: Uint8Array }[]>`
      select body from dispatcher.outbox where area = 'dispatch' order by created_at desc limit 1`
    const { events, meta } = areas.dispatch.decode(rows[0]?.body ?? new Uint8Array())
    expect(meta.oldestWebhookAt).toEqual(webhookAt)
    const { version } = (await mine.read(row.id)).row
    expect(events[0]?.payload).toMatchObject({
      $case: 'messageStateChanged',
      value: { version, state: 'sent', wamids: ['wamid.event'], waId: '541156384310' },
    })
  })

  test('an attempt that failed by webhook with a passing error is made again, and counts as a try', async () => {
    const row = await sending()
    const failed: Fact = {
      ...status('failed', 'wamid.131000'),
      error: { code: 131000, title: '', details: '', href: '' },
    }
    await apply(mine, [report(row, accepted('wamid.131000')), report(row, failed)])
    expect((await mine.read(row.id)).row).toMatchObject({ state: 'queued', tries: 2, attempt_n: 1 })
  })
})

describe('claiming', () => {
  test('CONTRACTS 22: under another epoch, or a lease that ended, nothing is claimed', async () => {
    const row = mine.row()
    await mine.accept(row)
    const claim = (owner: string, epoch: bigint) =>
      ledger.db.forTenant(mine.tenantId, (tx) =>
        claimRows(tx, owner, [{ tenantId: mine.tenantId, id: row.id, partition: mine.partition, epoch }]),
      )
    const epoch = epochs.get(mine.partition) ?? 0n
    expect(await claim('test', epoch - 1n)).toHaveLength(0)
    expect(await claim('another', epoch)).toHaveLength(0)
    await ledger.db
      .sql`update dispatcher.leases set expires_at = now() - interval '1 second' where partition = ${mine.partition}`
    expect(await claim('test', epoch)).toHaveLength(0)
    await ledger.db
      .sql`update dispatcher.leases set expires_at = 'infinity' where partition = ${mine.partition}`
    expect(await claim('test', epoch)).toHaveLength(1)
    expect(await claim('test', epoch)).toHaveLength(0)
  })

  test('CONTRACTS 22: of many claims of one row at once exactly one gets it', async () => {
    const row = mine.row()
    await mine.accept(row)
    const epoch = epochs.get(mine.partition) ?? 0n
    const claims = await Promise.all(
      Array.from({ length: 8 }, () =>
        ledger.db.forTenant(mine.tenantId, (tx) =>
          claimRows(tx, 'test', [{ tenantId: mine.tenantId, id: row.id, partition: mine.partition, epoch }]),
        ),
      ),
    )
    expect(claims.flat()).toHaveLength(1)
    expect((await mine.read(row.id)).attempts).toHaveLength(1)
  })
})
