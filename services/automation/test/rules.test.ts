import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Id, newId, rolePermissions, uuidOf } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import type { Service } from '../src/service.ts'
import { type Company, newCompany, page, type Rig, rig, sameRule, someRule, stored } from './rig.ts'

let r: Rig
let service: Service
beforeAll(async () => {
  r = await rig()
  service = await r.start()
}, 60_000)
afterAll(() => r?.close(), 60_000)
beforeEach(() => {
  r.others.ledger.refuse = undefined
  r.others.ledger.away = false
})

const acceptedOf = (company: Company) =>
  [...r.others.ledger.accepted.values()].filter(({ tenantId }) => tenantId === company.tenantId)
const textsOf = (company: Company) =>
  acceptedOf(company).map(({ items }) => JSON.parse(items[0]?.contentJson ?? '{}').text?.body)
const firedOf = (company: Company) =>
  r.events.filter(
    ({ header, payload }) => header?.tenantId === company.tenantId && payload?.$case === 'ruleFired',
  )

async function company(rule: Partial<typeof someRule> = {}) {
  const own = newCompany()
  const rpc = await r.as(service, own)
  return { own, rpc, rule: await rpc.createRule({ ...someRule, ...rule }) }
}

/** Everything told so far was decided, and what was decided has been sent: a last message has come through. */
async function passed(own: Company) {
  const last = stored(own, { text: 'nada' })
  await r.inbox(last)
  const eventId = uuidOf(last.header?.id as Id<'event'>)
  await eventually(async () => {
    expect(await r.admin.sql`select 1 from seen where event_id = ${eventId}`).toHaveLength(1)
    const waiting = await r.admin.sql`
      select 1 from answers where tenant_id = ${own.tenant} and state = 'pending'`
    expect(waiting).toHaveLength(0)
  })
}

describe('a rule answers', () => {
  test('CONTRACTS 3: a keyword is answered once, also when the fact is told three times', async () => {
    const { own, rpc, rule } = await company()
    const question = stored(own, { text: '¿Cuál es el HORÁRIO?' })
    await r.inbox(question)
    await r.inbox(question, question)
    await eventually(() => expect(firedOf(own)).toHaveLength(1))
    await passed(own)
    expect(textsOf(own)).toEqual(['Abrimos de 8 a 18.'])
    const [sent] = acceptedOf(own)
    expect(sent?.items[0]).toMatchObject({
      numberId: own.numberId,
      type: 'text',
      recipient: { to: '573001112233', userId: '' },
    })
    expect(await rpc.getRule({ id: rule.id })).toMatchObject({ firedCount: 1n })
    const value = question.payload?.$case === 'messageStored' ? question.payload.value : undefined
    expect(firedOf(own)[0]?.payload).toMatchObject({
      value: {
        ruleId: rule.id,
        messageId: value?.messageId ?? '',
        replyMessageId: sent?.items[0]?.messageId ?? '',
        conversationId: value?.conversationId ?? '',
        numberId: own.numberId,
      },
    })
  })

  test('BT3: two quick messages get one answer each; with a cooldown one in all', async () => {
    const two = await company()
    const one = await company({ cooldownS: 60 })
    for (const { own } of [two, one]) {
      const conversationId = newId('conversation')
      await r.inbox(
        stored(own, { conversationId, text: 'horario' }),
        stored(own, { conversationId, text: 'horario!' }),
      )
    }
    await eventually(() => {
      expect(firedOf(two.own)).toHaveLength(2)
      expect(firedOf(one.own)).toHaveLength(1)
    })
    await passed(one.own)
    expect(textsOf(one.own)).toHaveLength(1)
  })

  test('the first rule by position answers; a switched-off one, and one of another number, do not', async () => {
    const { own, rpc } = await company({ position: 5, replyText: 'fifth' })
    await rpc.createRule({ ...someRule, position: 9, replyText: 'ninth' })
    await rpc.createRule({ ...someRule, position: 1, replyText: 'off', enabled: false })
    await rpc.createRule({ ...someRule, position: 2, replyText: 'elsewhere', numberIds: [newId('number')] })
    await r.inbox(stored(own, { text: 'horario' }))
    await eventually(() => expect(textsOf(own)).toEqual(['fifth']))
  })

  test('a person without a phone number is answered by his user id', async () => {
    const { own } = await company()
    await r.inbox(stored(own, { text: 'horario', userId: 'CO.1234' }))
    await eventually(() =>
      expect(acceptedOf(own)[0]?.items[0]?.recipient).toMatchObject({ to: '', userId: 'CO.1234' }),
    )
  })

  test('what a customer tapped is what he said', async () => {
    const { own } = await company()
    const content = { type: 'button_reply', button_reply: { id: '1', title: 'Horario' } }
    await r.inbox(stored(own, { type: 'interactive', contentJson: JSON.stringify(content) }))
    await eventually(() => expect(firedOf(own)).toHaveLength(1))
  })
})

describe('a rule does not answer', () => {
  test('its own messages, groups, other kinds, and what is older than a day', async () => {
    const { own } = await company()
    await r.inbox(
      stored(own, { text: 'horario', direction: 'outbound' }),
      stored(own, { text: 'horario', groupId: 'group-1' }),
      stored(own, { type: 'image', contentJson: '{"caption":"horario"}' }),
      stored(own, { text: 'horario', at: new Date(Date.now() - 25 * 3_600_000) }),
    )
    await passed(own)
    expect(textsOf(own)).toEqual([])
  })

  test('T4: another company’s customers', async () => {
    const { own } = await company()
    const other = newCompany({ numberId: own.numberId })
    await r.inbox(stored(other, { text: 'horario' }))
    await passed(other)
    expect(acceptedOf(other)).toEqual([])
  })

  test('more than ten times an hour in one conversation: two programs that answer each other end there', async () => {
    const { own, rpc, rule } = await company()
    const conversationId = newId('conversation')
    for (let n = 0; n < 14; n++) await r.inbox(stored(own, { conversationId, text: 'horario' }))
    await eventually(async () => expect((await rpc.getRule({ id: rule.id })).firedCount).toBe(10n))
    const refused = await eventually(async () => {
      const rows = await r.admin.sql`
        select refusal_code from answers where tenant_id = ${own.tenant} and state = 'refused'`
      expect(rows).toHaveLength(4)
      return rows
    })
    expect(new Set(refused.map((row) => row.refusal_code))).toEqual(new Set(['loop_protection']))
    expect(textsOf(own)).toHaveLength(10)
    expect((await rpc.getRule({ id: rule.id })).lastRefusalCode).toBe('loop_protection')
  })

  test('for a suspended company; and a deleted one leaves nothing', async () => {
    const { own } = await company()
    const changed = (version: bigint, state: string) => ({
      header: { id: newId('event'), tenantId: own.tenantId, time: new Date(), traceparent: '' },
      payload: {
        $case: 'tenantChanged' as const,
        value: { tenantId: own.tenantId, version, state, name: '', language: 'es' },
      },
    })
    const stateIs = (state: string) =>
      eventually(async () =>
        expect(await r.admin.sql`select state from tenants where tenant_id = ${own.tenant}`).toMatchObject([
          { state },
        ]),
      )
    await r.tenancy(changed(2n, 'suspended'), changed(1n, 'active'))
    await stateIs('suspended')
    await r.inbox(stored(own, { text: 'horario' }))
    await passed(own)
    expect(textsOf(own)).toEqual([])
    await r.tenancy(changed(3n, 'deleted'))
    await stateIs('deleted')
    expect(await r.admin.sql`select 1 from rules where tenant_id = ${own.tenant}`).toHaveLength(0)
  })
})

describe('the ledger', () => {
  test('a refusal is recorded and not tried again', async () => {
    const { own, rpc, rule } = await company()
    r.others.ledger.refuse = 'number_paused'
    await r.inbox(stored(own, { text: 'horario' }))
    await eventually(async () =>
      expect(
        await r.admin.sql`select state, refusal_code from answers where tenant_id = ${own.tenant}`,
      ).toMatchObject([{ state: 'refused', refusal_code: 'number_paused' }]),
    )
    expect(await rpc.getRule({ id: rule.id })).toMatchObject({
      firedCount: 0n,
      lastRefusalCode: 'number_paused',
    })
    expect(firedOf(own)).toHaveLength(0)
  })

  test('away: the answer waits and goes out once when it is back', async () => {
    const { own } = await company()
    r.others.ledger.away = true
    await r.inbox(stored(own, { text: 'horario' }))
    await eventually(() =>
      expect(r.others.ledger.calls.some((call) => call.tenantId === own.tenantId)).toBe(true),
    )
    expect(acceptedOf(own)).toEqual([])
    r.others.ledger.away = false
    await eventually(() => expect(firedOf(own)).toHaveLength(1), { timeoutMs: 20_000 })
    expect(textsOf(own)).toHaveLength(1)
  }, 30_000)
})

test('an answer that could not be sent for a day expires: later its key would no longer protect it', async () => {
  const { own } = await company()
  r.others.ledger.away = true
  await r.inbox(stored(own, { text: 'horario' }))
  await eventually(() =>
    expect(r.others.ledger.calls.some((call) => call.tenantId === own.tenantId)).toBe(true),
  )
  await r.admin.sql`
    update answers set fact_at = now() - interval '24 hours', due_at = now() where tenant_id = ${own.tenant}`
  await eventually(async () => {
    await r.admin.sql`update answers set due_at = now() where tenant_id = ${own.tenant} and state = 'pending'`
    const states = await r.admin.sql`select state from answers where tenant_id = ${own.tenant}`
    expect(states).toMatchObject([{ state: 'expired' }])
  })
  r.others.ledger.away = false
  expect(acceptedOf(own)).toEqual([])
})

test('CONTRACTS 4: an event that cannot be read is a dead letter, and its neighbours are answered', async () => {
  const { own } = await company()
  const broken = stored(own, { text: 'horario' })
  if (broken.payload?.$case === 'messageStored') broken.payload.value.messageId = 'nonsense'
  await r.inbox(stored(own, { text: 'horario' }), broken, stored(own, { text: 'horario' }))
  await eventually(() => expect(firedOf(own)).toHaveLength(2))
  await eventually(async () => {
    const text = await (await fetch(`http://127.0.0.1:${service.ports.admin}/metrics`)).text()
    expect(text).toMatch(/automation_dead_events_total\{[^}]*consumer="inbox"[^}]*\} 1/)
  })
})

describe('rules over gRPC', () => {
  const code = (promise: Promise<unknown>) =>
    promise.then(
      () => 'ok',
      (error: { code: string }) => error.code,
    )

  test('H1: are made, read, listed in order by pages, changed and deleted', async () => {
    const own = newCompany()
    const rpc = await r.as(service, own)
    for (const position of [3, 1, 2, 1]) await rpc.createRule({ ...someRule, position })
    const first = await rpc.listRules({ page: page('', 3) })
    const rest = await rpc.listRules({ page: page(first.nextCursor, 3) })
    const all = [...first.rules, ...rest.rules]
    expect(all.map((rule) => rule.position)).toEqual([1, 1, 2, 3])
    expect(new Set(all.map((rule) => rule.id)).size).toBe(4)
    expect(rest.nextCursor).toBe('')
    const [rule] = all
    const changed = await rpc.updateRule({
      ...sameRule,
      id: rule?.id ?? '',
      enabled: false,
      keywords: { values: ['  horas ', 'horas'] },
    })
    expect(changed).toMatchObject({ enabled: false, keywords: ['horas'], name: 'Horario', version: 2n })
    await rpc.deleteRule({ id: changed.id })
    expect(await code(rpc.getRule({ id: changed.id }))).toBe('not_found')
    expect(await code(rpc.deleteRule({ id: changed.id }))).toBe('not_found')
  })

  test('H4: what is not valid is refused field by field', async () => {
    const rpc = await r.as(service, newCompany())
    const bad = {
      ...someRule,
      name: ' ',
      keywords: ['', '¡!'],
      match: 'regex',
      replyText: ' ',
      cooldownS: -1,
      position: -1,
    }
    const error = await rpc.createRule(bad).catch((err: { fields: { path: string }[] }) => err)
    expect((error as { fields: { path: string }[] }).fields.map((field) => field.path).sort()).toEqual([
      'cooldown_s',
      'keywords[0]',
      'keywords[1]',
      'match',
      'name',
      'position',
      'reply_text',
    ])
    expect(await code(rpc.createRule({ ...someRule, numberIds: ['num_x'] }))).toBe('validation_failed')
    expect(await code(rpc.listRules({ page: page('garbage') }))).toBe('bad_request')
  })

  test('T4 U7: another company’s rule is not found; without permission it is forbidden', async () => {
    const { rule } = await company()
    const stranger = await r.as(service, newCompany())
    expect(await code(stranger.getRule({ id: rule.id }))).toBe('not_found')
    expect(await code(stranger.updateRule({ ...sameRule, id: rule.id, name: 'mine' }))).toBe('not_found')
    expect(await code(stranger.deleteRule({ id: rule.id }))).toBe('not_found')
    expect(await code(stranger.getRule({ id: 'nonsense' }))).toBe('not_found')
    const supervisor = await r.as(service, newCompany(), rolePermissions.supervisor)
    expect(await code(supervisor.createRule(someRule))).toBe('forbidden')
    expect(await code(supervisor.listRules({ page: page() }))).toBe('ok')
    expect(await code(r.anonymous(service).listRules({ page: page() }))).toBe('unauthenticated')
  })
})
