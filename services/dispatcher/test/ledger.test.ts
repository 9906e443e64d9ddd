import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { dispatcherV1, type Id, idFromUuid, newId, uuidOf } from '@palomar/contracts'
import { explain, type Plan } from '@palomar/db/testing'
import { appError } from '@palomar/errors'
import type { CallContext } from '@palomar/rpc'
import { systemClock } from '@palomar/runtime'
import { claimRows, findLanesWithWork, readNextRows } from '../src/db/attempts.ts'
import { takeLeases } from '../src/db/leases.ts'
import { lockMessages, writeAttempts, writeMessages } from '../src/db/settle.ts'
import { archiveRows, promoteScheduled, purge } from '../src/db/upkeep.ts'
import { newAttempt } from '../src/domain/attempt.ts'
import { foldMessage } from '../src/domain/message.ts'
import { cancelMessage } from '../src/rpc/cancel-message.ts'
import { getMessage } from '../src/rpc/get-message.ts'
import { listTemplates } from '../src/rpc/list-templates.ts'
import { Company, ledgerDatabase } from './harness.ts'

let ledger: Awaited<ReturnType<typeof ledgerDatabase>>
const epochs = new Map<number, bigint>()
beforeAll(async () => {
  ledger = await ledgerDatabase()
  for (const { partition, epoch } of await ledger.db.system((tx) => takeLeases(tx, 'test', 64)))
    epochs.set(partition, epoch)
  await ledger.db.sql`update dispatcher.leases set expires_at = 'infinity'`
}, 60_000)
afterAll(() => ledger.close())

async function company(): Promise<Company> {
  const made = new Company(ledger.db)
  await made.tell()
  return made
}

const as = (tenantId: string): CallContext => ({
  caller: { kind: 'tenant', tenantId, actorId: 'usr_1', role: 'agent', permissions: new Set() },
  requestId: '',
  deadline: new Date(Date.now() + 60_000),
  traceparent: undefined,
  signal: new AbortController().signal,
})
const messageId = (row: { id: string }): Id<'message'> => idFromUuid('message', row.id)
const claim = (of: Company, row: { id: string }) =>
  ledger.db.forTenant(of.tenantId, (tx) =>
    claimRows(tx, 'test', [
      { tenantId: of.tenantId, id: row.id, partition: of.partition, epoch: epochs.get(of.partition) ?? 0n },
    ]),
  )

describe('GetMessage', () => {
  test('T4: a foreign id, a missing one and a malformed one are the same refusal', async () => {
    const [mine, other] = [await company(), await company()]
    const row = mine.row()
    await mine.accept(row)
    const get = getMessage(ledger.db)
    expect(await get({ id: messageId(row) }, as(mine.tenant))).toMatchObject({
      id: messageId(row),
      state: 'queued',
    })
    const refusals = await Promise.all(
      [messageId(row), newId('message'), 'msg_no', ''].map((id) =>
        get({ id }, as(other.tenant)).catch((error) => error),
      ),
    )
    for (const refusal of refusals) {
      expect({ code: refusal.code, detail: refusal.detail }).toEqual({
        code: 'not_found',
        detail: refusals[0].detail,
      })
    }
  })
  test('it shows the attempts', async () => {
    const mine = await company()
    const row = mine.row()
    await mine.accept(row)
    await claim(mine, row)
    const { attempts, state } = await getMessage(ledger.db)({ id: messageId(row) }, as(mine.tenant))
    expect(state).toBe('sending')
    expect(attempts).toMatchObject([{ n: 1, state: 'sending', wamid: '', startedAt: expect.any(Date) }])
  })
})

describe('CancelMessage', () => {
  const cancel = () => cancelMessage({ db: ledger.db, clock: systemClock })
  test('T4: another company cannot cancel, and cannot tell that there is something', async () => {
    const [mine, other] = [await company(), await company()]
    const row = mine.row()
    await mine.accept(row)
    await expect(cancel()({ id: messageId(row) }, as(other.tenant))).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await mine.states()).toEqual({ queued: 1 })
  })
  test('a queued message is cancelled, with an event; cancelling again answers the same', async () => {
    const mine = await company()
    const row = mine.row()
    await mine.accept(row)
    const first = await cancel()({ id: messageId(row) }, as(mine.tenant))
    expect(first).toMatchObject({ state: 'cancelled', version: 2n })
    expect(await cancel()({ id: messageId(row) }, as(mine.tenant))).toMatchObject({
      state: 'cancelled',
      version: 2n,
    })
    expect(await claim(mine, row)).toHaveLength(0)
  })
  test('what is on its way cannot be cancelled, and the refusal names the state', async () => {
    const mine = await company()
    const row = mine.row()
    await mine.accept(row)
    await claim(mine, row)
    await expect(cancel()({ id: messageId(row) }, as(mine.tenant))).rejects.toMatchObject({
      code: 'not_cancellable',
      detail: expect.stringContaining('sending'),
    })
  })
  test('CONTRACTS 22: of a cancel and a claim at the same moment exactly one wins', async () => {
    const mine = await company()
    const rows = Array.from({ length: 40 }, () => mine.row())
    await mine.accept(...rows)
    for (const row of rows) {
      const [claimed, cancelled] = await Promise.all([
        claim(mine, row),
        cancel()({ id: messageId(row) }, as(mine.tenant)).then(
          () => true,
          () => false,
        ),
      ])
      expect(claimed.length === 1).toBe(!cancelled)
      const { row: stored, attempts } = await mine.read(row.id)
      expect(stored.state).toBe(cancelled ? 'cancelled' : 'sending')
      expect(attempts).toHaveLength(cancelled ? 0 : 1)
    }
  })
})

describe('ListTemplates', () => {
  test('T4: only of the company’s own numbers', async () => {
    const [mine, other] = [await company(), await company()]
    const list = listTemplates(ledger.db, async () => [
      {
        id: '1',
        name: 'hello_world',
        language: 'en_US',
        category: 'UTILITY',
        status: 'APPROVED',
        parameterFormat: 'POSITIONAL',
        components: [],
      },
      {
        id: '2',
        name: 'draft',
        language: 'es',
        category: 'UTILITY',
        status: 'REJECTED',
        parameterFormat: 'POSITIONAL',
        components: [],
      },
    ])
    const { templates } = await list(
      dispatcherV1.ListTemplatesRequest.fromPartial({ numberId: mine.number }),
      as(mine.tenant),
    )
    expect(templates.map((template) => template.name)).toEqual(['hello_world'])
    const foreign = list(
      dispatcherV1.ListTemplatesRequest.fromPartial({ numberId: mine.number }),
      as(other.tenant),
    )
    await expect(foreign).rejects.toMatchObject({ code: 'not_found' })
  })

  test('TP4: of every account of the company, with the numbers that can send each; a refused account is left out', async () => {
    const mine = await company()
    const list = listTemplates(ledger.db, async ({ waba_id }) => [
      {
        id: waba_id,
        name: `of_${waba_id}`,
        language: 'es',
        category: 'UTILITY',
        status: 'APPROVED',
        parameterFormat: 'POSITIONAL',
        components: [],
      },
    ])
    const { templates } = await list(dispatcherV1.ListTemplatesRequest.fromPartial({}), as(mine.tenant))
    expect(templates).toMatchObject([{ numberIds: [mine.number] }])
    const refused = listTemplates(ledger.db, async () => {
      throw appError('meta_error')
    })
    await expect(
      refused(dispatcherV1.ListTemplatesRequest.fromPartial({}), as(mine.tenant)),
    ).rejects.toMatchObject({
      code: 'meta_error',
    })
  })
})

describe('upkeep', () => {
  test('a scheduled row enters its lane when its hour comes', async () => {
    const mine = await company()
    const row = mine.row({ dueAt: new Date(Date.now() + 600_000), inLane: false })
    await mine.accept(row)
    expect(await promoteScheduled(ledger.db, new Date())).toEqual([])
    expect(await promoteScheduled(ledger.db, new Date(Date.now() + 700_000))).toEqual([mine.partition])
    expect((await mine.read(row.id)).row.in_lane).toBe(true)
  })
  test('CONTRACTS 17: a row whose time is over moves to the archive, whole', async () => {
    const mine = await company()
    const row = mine.row({ callbackData: 'keep me' })
    await mine.accept(row)
    await cancelMessage({ db: ledger.db, clock: systemClock })({ id: messageId(row) }, as(mine.tenant))
    await ledger.db.forTenant(
      mine.tenantId,
      (tx) => tx`update dispatcher.messages set leaves_at = now() - interval '1 minute'`,
    )
    expect(await archiveRows(ledger.db)).toBe(1)
    await expect(getMessage(ledger.db)({ id: messageId(row) }, as(mine.tenant))).rejects.toMatchObject({
      code: 'not_found',
    })
    const [kept] = await ledger.db.forTenant(
      mine.tenantId,
      (tx) => tx`select * from dispatcher.messages_archive`,
    )
    expect(kept).toMatchObject({
      id: row.id,
      state: 'cancelled',
      callback_data: 'keep me',
      content: row.content,
      ending: 'cancelled',
    })
  })
  test('expired keys and long closed windows go, the rest stays', async () => {
    const mine = await company()
    await mine.openWindow('1', new Date(Date.now() - 3 * 86_400_000))
    await mine.openWindow('2', new Date(Date.now() - 3_600_000))
    await purge(ledger.db)
    const left = await ledger.db.forTenant(
      mine.tenantId,
      (tx) => tx`select recipient_key from dispatcher.windows`,
    )
    expect(left.map((row) => row.recipient_key)).toEqual(['p:2'])
  })
})

describe('plans', () => {
  test('CONTRACTS 10: claims, settling and finders read by index however many rows there are', async () => {
    const mine = await company()
    const other = await company()
    await ledger.db.forTenants([mine.tenantId, other.tenantId], async (tx) => {
      for (const of of [mine, other]) {
        await tx`
          insert into dispatcher.messages (
            tenant_id, id, number_id, partition, lane_class, recipient_key, recipient_to, recipient_user_id, type, content,
            context_wamid, callback_data, created_by, traceparent, accepted_at, due_at, in_lane, state, version, attempt_n, tries,
            tries_max, reply_to
          )
          select ${of.tenantId}::uuid, gen_random_uuid(), ${of.numberId}::uuid, ${of.partition}::smallint, g % 4, 'p:1', '1', '', 'template',
            '{}', '', '', 'usr', '', now(), now(), true, case when g % 10 = 0 then 'queued' else 'delivered' end, 1, 0, 1, 5, ''
          from generate_series(1, 20000) g`
        await tx`
          insert into dispatcher.attempts (
            tenant_id, day, message_id, n, tries, number_id, partition, epoch, lane_class, state, held, started_at
          )
          select ${of.tenantId}::uuid, (now() at time zone 'utc')::date, gen_random_uuid(), 1, 1, ${of.numberId}::uuid,
            ${of.partition}::smallint, 1, 2, 'delivered', false, now()
          from generate_series(1, 2000) g`
      }
    })
    const admin = (await import('@palomar/db')).openDb({
      url: ledger.database.adminUrl,
      max: 1,
      service: 'dispatcher',
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    })
    await admin.sql`analyze dispatcher.messages`
    await admin.close()

    const lane = { partition: mine.partition, tenantId: mine.tenantId, numberId: mine.numberId, max: 50 }
    const next = await explain(ledger.db, mine.tenantId, (tx) => readNextRows(tx, [lane]))
    expect(next.indexes).toContain('messages_lane')
    expect(next.seqScans).not.toContain('messages')

    // A plan that reads all rows of the companies and compares each with each has the key in a filter, not in the
    // index condition.
    const byKey = (plan: Plan, key: string) =>
      JSON.stringify(plan.root).match(new RegExp(`"Index Cond":"[^"]*${key}`))
    const keys = Array.from({ length: 256 }, () => ({
      tenantId: mine.tenantId,
      id: uuidOf(newId('message')),
    }))
    const messageChange = (key: (typeof keys)[number]) => ({
      ...key,
      fold: foldMessage([], null),
      dueAt: new Date(),
      inLane: true,
      tries: 1,
      leavesAt: null,
    })
    const written = await explain(ledger.db, mine.tenantId, (tx) =>
      writeMessages(tx, keys.map(messageChange)),
    )
    expect(byKey(written, 'id = v.id')).not.toBeNull()
    const day = new Date().toISOString().slice(0, 10)
    const attempt = newAttempt(1, 1, new Date())
    const attempts = await explain(ledger.db, mine.tenantId, (tx) =>
      writeAttempts(
        tx,
        day,
        keys.map(({ tenantId, id }) => ({ tenantId, day, messageId: id, attempt })),
      ),
    )
    expect(byKey(attempts, 'message_id = v.message_id')).not.toBeNull()
    const claims = keys.map((key) => ({ ...key, partition: mine.partition, epoch: 1n }))
    const claimed = await explain(ledger.db, mine.tenantId, (tx) => claimRows(tx, 'test', claims))
    expect(byKey(claimed, 'id = c.id')).not.toBeNull()
    await ledger.db.forTenant(mine.tenantId, (tx) => lockMessages(tx, keys))

    const found = await findLanesWithWork(ledger.db, [mine.partition])
    expect(found.filter((row) => row.number_id === mine.numberId)).toHaveLength(1)
  })
})
