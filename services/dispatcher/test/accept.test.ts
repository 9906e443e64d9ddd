import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import type { TemplateDefinition } from '@palomar/cloud-api'
import { type dispatcherV1, newId } from '@palomar/contracts'
import { systemClock } from '@palomar/runtime'
import { eventually } from '@palomar/testkit'
import { type AcceptRequest, createAccept } from '../src/accept/accept-messages.ts'
import { createLedger } from '../src/accept/ledger.ts'
import { createStateReader } from '../src/accept/state-reader.ts'
import { foldContacts, foldTenants } from '../src/db/copies.ts'
import type { InboxWindows } from '../src/inbox-windows.ts'
import type { Intake } from '../src/intake/intake.ts'
import { noMetaFiles } from '../src/meta-files.ts'
import { Company, ledgerDatabase, quiet } from './harness.ts'

let ledger: Awaited<ReturnType<typeof ledgerDatabase>>
const woken: number[] = []
beforeAll(async () => {
  ledger = await ledgerDatabase()
}, 60_000)
afterAll(() => ledger.close())

const neverOpened: InboxWindows = { check: async (questions) => questions.map(() => null) }

const template = (category: string): TemplateDefinition => ({
  id: '1',
  name: 'hello_world',
  language: 'en_US',
  category,
  status: 'APPROVED',
  parameterFormat: 'POSITIONAL',
  components: [],
})

const caughtUp: Intake = { applied: async () => true }

interface Around {
  inbox?: InboxWindows
  intake?: Intake
  category?: string
}

function accepter({ inbox = neverOpened, intake = caughtUp, category }: Around = {}) {
  return createAccept({
    files: noMetaFiles,
    readState: createStateReader(ledger.db),
    inbox,
    intake,
    ledger: createLedger(ledger.db, (partitions) => woken.push(...partitions)),
    templates: { peek: () => (category ? template(category) : undefined) },
    clock: systemClock,
    logger: quiet,
    metrics: ledger.metrics,
  })
}

async function company(): Promise<Company> {
  const made = new Company(ledger.db)
  await made.tell()
  return made
}

type Item = dispatcherV1.OutboundItem
function item(of: Company, change: Partial<Item> = {}): Item {
  return {
    messageId: newId('message'),
    numberId: of.number,
    recipient: { to: '541156384310', userId: '', key: '' },
    type: 'template',
    contentJson: JSON.stringify({
      type: 'template',
      template: { name: 'hello_world', language: { code: 'en_US' } },
    }),
    contextWamid: '',
    callbackData: '',
    scheduledAt: undefined,
    ...change,
  }
}
const text = (of: Company, change: Partial<Item> = {}) =>
  item(of, { type: 'text', contentJson: '{"type":"text","text":{"body":"hola"}}', ...change })

function request(of: Company, items: Item[], change: Partial<AcceptRequest> = {}): AcceptRequest {
  const bodyHash = createHash('sha256').update(JSON.stringify(items)).digest()
  return { tenantId: of.tenant, actor: 'usr_1', items, idempotencyKey: '', bodyHash, ...change }
}

function refusalOf(response: dispatcherV1.AcceptMessagesResponse, at = 0) {
  const result = response.results[at]?.result
  if (result?.$case !== 'refused') throw new Error(`item ${at} was not refused`)
  return result.value
}
function acceptedOf(response: dispatcherV1.AcceptMessagesResponse, at = 0) {
  const result = response.results[at]?.result
  if (result?.$case !== 'accepted') throw new Error(`item ${at} was not accepted: ${JSON.stringify(result)}`)
  return result.value
}

describe('accepting', () => {
  test('M14: an accepted message is in the ledger, its event in the outbox, its lane woken, before the answer', async () => {
    const mine = await company()
    const one = item(mine, { callbackData: 'mine' })
    const message = acceptedOf(await accepter()(request(mine, [one])))
    expect(message).toMatchObject({
      id: one.messageId,
      tenantId: mine.tenant,
      state: 'queued',
      version: 1n,
      createdBy: 'usr_1',
    })
    expect(await mine.states()).toEqual({ queued: 1 })
    expect(woken).toContain(mine.partition)
    const [event] = await ledger.db.sql`select 1 from dispatcher.outbox where area = 'dispatch'`
    expect(event).toBeDefined()
  })

  test('M15: free text outside the 24 h window is refused, with the time the window closed and the alternative', async () => {
    const mine = await company()
    const closedAt = new Date(Date.now() - 3_600_000)
    await mine.openWindow('541156384310', closedAt)
    const refused = refusalOf(await accepter()(request(mine, [text(mine)])))
    expect(refused).toMatchObject({ code: 'window_closed', until: closedAt, alternatives: ['template'] })
    expect(refused.detail).toContain('24 hours')
    expect(await mine.states()).toEqual({})
  })

  test('M15: in an open window free text is accepted, also by another spelling of the same person', async () => {
    const mine = await company()
    await mine.openWindow('541156384310')
    acceptedOf(await accepter()(request(mine, [text(mine)])))
    acceptedOf(
      await accepter()(
        request(mine, [text(mine, { recipient: { to: '+54 9 11 5638-4310', userId: '', key: '' } })]),
      ),
    )
    const contactId = crypto.randomUUID()
    await ledger.db.forTenant(mine.tenantId, (tx) =>
      foldContacts(tx, [
        {
          tenantId: mine.tenantId,
          contactId,
          version: 1n,
          mergedInto: null,
          recipientKeys: ['p:541156384310', 'p:525555555555'],
        },
      ]),
    )
    acceptedOf(
      await accepter()(
        request(mine, [text(mine, { recipient: { to: '5215555555555', userId: '', key: '' } })]),
      ),
    )
  })

  test('CONTRACTS 29: before it refuses it asks inbox, which may know an open window', async () => {
    const mine = await company()
    const inbox: InboxWindows = { check: async (asked) => asked.map(() => new Date(Date.now() + 60_000)) }
    acceptedOf(await accepter({ inbox })(request(mine, [text(mine)])))
  })

  test('CONTRACTS 29: a send in the same instant as a customer’s first message waits for ingest and is accepted', async () => {
    const mine = await company()
    const events: string[] = []
    // Held by the test: the intake is behind until the second question, when the message has been applied.
    const applied = Promise.withResolvers<void>()
    let isApplied = false
    const intake: Intake = {
      async applied(waitMs) {
        events.push(`intake ${waitMs}`)
        if (waitMs > 0) await applied.promise
        return isApplied
      },
    }
    const inbox: InboxWindows = {
      async check(questions) {
        events.push('inbox')
        return questions.map(() => (isApplied ? new Date(Date.now() + 60_000) : null))
      },
    }
    const answer = accepter({ inbox, intake })(request(mine, [text(mine)]))
    await eventually(() => expect(events).toEqual(['intake 0', 'inbox', 'intake 500']))
    expect(await mine.states()).toEqual({})
    isApplied = true
    applied.resolve()
    acceptedOf(await answer)
    expect(events.at(-1)).toBe('inbox')
  })

  test('CONTRACTS 29: with ingest behind for longer than it waits it accepts what inbox calls closed; the attempt decides', async () => {
    const mine = await company()
    const intake: Intake = { applied: async () => false }
    const two = await accepter({ intake })(request(mine, [text(mine), text(mine)]))
    for (const at of [0, 1]) expect(acceptedOf(two, at).state).toBe('queued')
  })

  test('CONTRACTS 29: a no that was given before the customer’s message was applied does not count', async () => {
    const mine = await company()
    let looks = 0
    // Behind at the first look, caught up at the second, and inbox says no to both questions: that no is true.
    const intake: Intake = { applied: async () => looks++ > 0 }
    let asked = 0
    const inbox: InboxWindows = {
      check: async (questions) => {
        asked++
        return questions.map(() => null)
      },
    }
    expect(refusalOf(await accepter({ inbox, intake })(request(mine, [text(mine)]))).code).toBe(
      'window_closed',
    )
    expect(asked).toBe(2)
  })

  test('CONTRACTS 29: with inbox away it accepts; the attempt decides', async () => {
    const mine = await company()
    const inbox: InboxWindows = { check: () => Promise.reject(new Error('away')) }
    acceptedOf(await accepter({ inbox })(request(mine, [text(mine)])))
  })

  test('T12: a paused number, an unknown one, and a suspended company are refused by name', async () => {
    const mine = await company()
    await mine.tell({ state: 'paused' })
    expect(refusalOf(await accepter()(request(mine, [item(mine)]))).code).toBe('number_paused')
    expect(refusalOf(await accepter()(request(mine, [item(mine, { numberId: newId('number') })]))).code).toBe(
      'number_unknown',
    )
    await mine.tell({ state: 'active' })
    await ledger.db.forTenant(mine.tenantId, (tx) =>
      foldTenants(tx, [{ tenantId: mine.tenantId, version: 1n, state: 'suspended' }]),
    )
    expect(refusalOf(await accepter()(request(mine, [item(mine)]))).code).toBe('company_suspended')
  })

  test('T4: another company’s number is as unknown as one that does not exist', async () => {
    const mine = await company()
    const other = await company()
    const foreign = refusalOf(await accepter()(request(mine, [item(mine, { numberId: other.number })])))
    const missing = refusalOf(await accepter()(request(mine, [item(mine, { numberId: newId('number') })])))
    expect(foreign).toEqual(missing)
    expect(await other.states()).toEqual({})
  })

  test('T12: the daily quota is exact, also when requests race', async () => {
    const mine = await company()
    await mine.tell({ dailyQuota: 10n })
    const accept = accepter()
    const answers = await Promise.all(Array.from({ length: 25 }, () => accept(request(mine, [item(mine)]))))
    const refused = answers.filter((answer) => answer.results[0]?.result?.$case === 'refused')
    expect(refused).toHaveLength(15)
    expect(refusalOf(refused[0] as dispatcherV1.AcceptMessagesResponse)).toMatchObject({
      code: 'quota_exceeded',
      until: expect.any(Date),
    })
    expect(await mine.states()).toEqual({ queued: 10 })
  })

  test('H4: each item is judged by itself; what is not well formed names its field', async () => {
    const mine = await company()
    const response = await accepter()(
      request(mine, [
        item(mine),
        item(mine, { messageId: 'msg_no' }),
        item(mine, { recipient: undefined }),
        item(mine, { contentJson: '[' }),
        item(mine, { scheduledAt: new Date(Date.now() + 400 * 86_400_000) }),
      ]),
    )
    acceptedOf(response, 0)
    expect([1, 2, 3, 4].map((at) => refusalOf(response, at).field)).toEqual([
      'message_id',
      'to',
      'content',
      'scheduled_at',
    ])
    expect(await mine.states()).toEqual({ queued: 1 })
  })

  test('the class of the lane is the template’s category, or reply', async () => {
    const mine = await company()
    await mine.openWindow('541156384310')
    const classes = async () =>
      (
        await ledger.db.forTenant(
          mine.tenantId,
          (tx) => tx`select lane_class from dispatcher.messages order by accepted_at, id`,
        )
      ).map((row) => row.lane_class)
    await accepter({ category: 'AUTHENTICATION' })(request(mine, [item(mine)]))
    await accepter()(request(mine, [text(mine)]))
    await accepter()(request(mine, [item(mine)]))
    await accepter({ category: 'MARKETING' })(request(mine, [item(mine)]))
    expect(await classes()).toEqual([0, 1, 2, 3])
  })
})

describe('Idempotency-Key', () => {
  test('CONTRACTS 33: twenty requests with one key at once write once and get the same answer', async () => {
    const mine = await company()
    const one = item(mine)
    // Two dispatchers: half of the requests meet in the database, not in one process's queue.
    const accepts = [accepter(), accepter()]
    const key = { idempotencyKey: 'order-1' }
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => accepts[i % 2]?.(request(mine, [one], key))),
    )
    expect(await mine.states()).toEqual({ queued: 1 })
    const ids = answers.map((answer) => acceptedOf(answer as dispatcherV1.AcceptMessagesResponse).id)
    expect(new Set(ids)).toEqual(new Set([one.messageId]))
    expect(answers.filter((answer) => !answer?.replayed)).toHaveLength(1)
  })

  test('CONTRACTS 33: a retry with new ids gets the first answer', async () => {
    const mine = await company()
    const accept = accepter()
    const bodyHash = new Uint8Array(32).fill(1)
    const first = await accept(request(mine, [item(mine)], { idempotencyKey: 'k', bodyHash }))
    const again = await accept(request(mine, [item(mine)], { idempotencyKey: 'k', bodyHash }))
    expect(again).toEqual({ ...first, replayed: true })
    expect(await mine.states()).toEqual({ queued: 1 })
  })

  test('CONTRACTS 33: another body under the same key is 409', async () => {
    const mine = await company()
    const accept = accepter()
    await accept(request(mine, [item(mine)], { idempotencyKey: 'k' }))
    await expect(accept(request(mine, [item(mine)], { idempotencyKey: 'k' }))).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
    expect(await mine.states()).toEqual({ queued: 1 })
  })

  test('CONTRACTS 33: the stored answer stands although the same would be refused by now', async () => {
    const mine = await company()
    const bodyHash = new Uint8Array(32).fill(2)
    const first = await accepter()(request(mine, [item(mine)], { idempotencyKey: 'k', bodyHash }))
    await mine.tell({ state: 'paused' })
    const again = await accepter()(request(mine, [item(mine)], { idempotencyKey: 'k', bodyHash }))
    expect(again).toEqual({ ...first, replayed: true })
  })

  test('CONTRACTS 33: a request of which nothing was accepted may come again with its key', async () => {
    const mine = await company()
    const one = text(mine)
    const key = { idempotencyKey: 'k' }
    refusalOf(await accepter()(request(mine, [one], key)))
    await mine.openWindow('541156384310')
    acceptedOf(await accepter()(request(mine, [one], key)))
  })

  test('T4: two companies may use the same key', async () => {
    const [mine, other] = [await company(), await company()]
    const bodyHash = new Uint8Array(32).fill(3)
    const answers = [
      await accepter()(request(mine, [item(mine)], { idempotencyKey: 'k', bodyHash })),
      await accepter()(request(other, [item(other)], { idempotencyKey: 'k', bodyHash })),
    ]
    expect(answers.map((answer) => acceptedOf(answer).tenantId)).toEqual([mine.tenant, other.tenant])
    expect(answers.some((answer) => answer.replayed)).toBe(false)
  })

  test('CONTRACTS 33: after its 24 hours a key may be used for something else', async () => {
    const mine = await company()
    const key = { idempotencyKey: 'k' }
    await accepter()(request(mine, [item(mine)], key))
    await ledger.db.forTenant(mine.tenantId, (tx) => tx`update dispatcher.idempotency set expires_at = now()`)
    expect((await accepter()(request(mine, [item(mine)], key))).replayed).toBe(false)
    expect(await mine.states()).toEqual({ queued: 2 })
  })
})

describe('group commit', () => {
  test('CONTRACTS 11: one bad row among 500 fails alone', async () => {
    const mine = await company()
    const accept = accepter()
    const bad = item(mine, { callbackData: 'cannot be stored: \u0000' })
    const results = await Promise.allSettled([
      ...Array.from({ length: 250 }, () => accept(request(mine, [item(mine)]))),
      accept(request(mine, [bad])),
      ...Array.from({ length: 249 }, () => accept(request(mine, [item(mine)]))),
    ])
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(1)
    expect(results[250]?.status).toBe('rejected')
    expect(await mine.states()).toEqual({ queued: 499 })
  })

  test('a request of 500 messages is one transaction with one answer', async () => {
    const mine = await company()
    const answer = await accepter()(
      request(
        mine,
        Array.from({ length: 500 }, () => item(mine)),
      ),
    )
    expect(answer.results.every((result) => result.result?.$case === 'accepted')).toBe(true)
    expect(await mine.states()).toEqual({ queued: 500 })
    await expect(
      accepter()(
        request(
          mine,
          Array.from({ length: 501 }, () => item(mine)),
        ),
      ),
    ).rejects.toMatchObject({
      code: 'validation_failed',
    })
  })
})
