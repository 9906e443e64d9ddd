import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { accountEvents } from '../src/limits/account-events.ts'
import { ask } from './graph.ts'
import { appSecret, demo, errorOf, hello, startWorld, text, type World, wamidOf } from './harness.ts'

const virtual = { virtualClockFrom: Date.UTC(2026, 10, 1, 12) }
const { phoneNumberId, wabaId, customer: waId } = demo
const businessId = '300000000000001'
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
const graph = (world: World, method: string, path: string, json?: unknown): Promise<any> =>
  ask(world.url, method, path, json)

/** What was told of a field; the parser understands every change whole. */
function heard(world: World, field: string) {
  for (const change of world.changes())
    expect([change.field, change.kind === 'unknown', change.unknown]).toEqual([change.field, false, []])
  return world
    .changes()
    .filter((change) => change.field === field)
    .map((change) => JSON.parse(new TextDecoder().decode(change.raw)).value)
}

const reach = async (world: World, count: number, from = 0) => {
  for (let i = 0; i < count; i++)
    wamidOf(await world.send({ ...hello, to: String(573_007_000_000 + from + i) }))
}

describe('a portfolio’s messaging limit', () => {
  test('goes one step up within six hours once half of it was used, and its accounts hear of it', async () => {
    const world = startWorld({ ...virtual, settings: { rates: false } })
    world.control.tier(businessId, 'TIER_250')
    await world.control.advance(minute)
    world.delivered.length = 0
    await reach(world, 124)
    await world.control.advance(6 * hour)
    expect(heard(world, 'business_capability_update')).toEqual([])
    await reach(world, 1, 124)
    await world.control.advance(6 * hour)
    expect(heard(world, 'business_capability_update')).toMatchObject([
      { max_daily_conversations_per_business: 'TIER_2K', max_phone_numbers_per_business: 20 },
    ])
    expect(heard(world, 'phone_number_quality_update')).toMatchObject([
      { event: 'UPGRADE', old_limit: 'TIER_250', current_limit: 'TIER_2K' },
    ])
    const node = await graph(
      world,
      'GET',
      `${phoneNumberId}?fields=whatsapp_business_manager_messaging_limit`,
    )
    expect(node.whatsapp_business_manager_messaging_limit).toBe('TIER_2K')
    // Nothing more without more people.
    await world.control.advance(2 * day)
    expect(heard(world, 'business_capability_update')).toHaveLength(1)
  })

  test('stays while a number is RED; from 250 it waits for a verified business, and says so', async () => {
    const world = startWorld({ ...virtual, settings: { rates: false, limitsAs: 'number' } })
    world.control.tier(businessId, 'TIER_250')
    world.control.portfolio(businessId, { isVerified: false })
    await reach(world, 130)
    world.control.number(phoneNumberId, { quality: 'RED' })
    await world.control.advance(7 * hour)
    expect(heard(world, 'account_alerts')).toEqual([])
    world.control.number(phoneNumberId, { quality: 'GREEN' })
    await world.control.advance(6 * hour)
    expect(heard(world, 'account_alerts')[0]).toMatchObject({
      entity_type: 'BUSINESS',
      alert_info: { alert_type: 'INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO' },
    })
    world.control.portfolio(businessId, { isVerified: true })
    await world.control.advance(6 * hour)
    expect(heard(world, 'business_capability_update').at(-1)).toMatchObject({
      max_daily_conversations_per_business: 2_000,
    })
  })

  test('is of unique people in 24 hours: one more fails with 131048, who was written to already does not', async () => {
    const world = startWorld({ ...virtual, settings: { rates: false } })
    world.control.tier(businessId, 'TIER_250')
    await reach(world, 250)
    const over = wamidOf(await world.send({ ...hello, to: '573007009999' }))
    const known = wamidOf(await world.send({ ...hello, to: '573007000000' }))
    await world.control.advance(minute)
    expect(world.statuses(over)[0]?.errors[0]?.code).toBe(131048)
    expect(world.statuses(known).map(({ status }) => status)).toContain('delivered')
  })
})

describe('a number', () => {
  test('is in maintenance (131057) for a minute while its throughput goes up, and then says so', async () => {
    const world = startWorld(virtual)
    world.control.limits.upgrade(phoneNumberId)
    expect(errorOf(await world.send(hello)).code).toBe(131057)
    await world.control.advance(minute + 1_000)
    wamidOf(await world.send(hello))
    expect(heard(world, 'phone_number_quality_update')).toMatchObject([{ event: 'THROUGHPUT_UPGRADE' }])
    const { throughput } = await graph(world, 'GET', `${phoneNumberId}?fields=throughput`)
    expect(throughput).toEqual({ level: 'HIGH' })
  })

  test('has its name reviewed: taken after a while, or refused with a reason', async () => {
    const world = startWorld(virtual)
    await graph(world, 'POST', `${phoneNumberId}?new_display_name=Palomar%20Dos`)
    const fields = 'verified_name,new_name_status'
    expect(await graph(world, 'GET', `${phoneNumberId}?fields=${fields}`)).toMatchObject({
      verified_name: 'Palomar Demo',
      new_name_status: 'PENDING_REVIEW',
    })
    await world.control.advance(minute)
    expect((await graph(world, 'GET', `${phoneNumberId}?fields=${fields}`)).verified_name).toBe('Palomar Dos')
    await graph(world, 'POST', `${phoneNumberId}?new_display_name=Juan`)
    world.control.limits.decideName(phoneNumberId, 'REJECTED', 'NAME_INDIVIDUAL_ISSUE')
    await world.control.advance(minute)
    expect(heard(world, 'phone_number_name_update')).toMatchObject([
      { decision: 'APPROVED', requested_verified_name: 'Palomar Dos', rejection_reason: null },
      { decision: 'REJECTED', requested_verified_name: 'Juan', rejection_reason: 'NAME_INDIVIDUAL_ISSUE' },
    ])
  })

  test('says when its PIN changes, and when somebody asks for another', async () => {
    const world = startWorld(virtual)
    await graph(world, 'POST', phoneNumberId, { pin: '123456' })
    world.control.limits.security(phoneNumberId, 'PIN_RESET_REQUEST', '77')
    await world.control.advance(minute)
    expect(heard(world, 'security')).toEqual([
      { display_phone_number: '573000000001', event: 'PIN_CHANGED' },
      { display_phone_number: '573000000001', event: 'PIN_RESET_REQUEST', requester: '77' },
    ])
  })
})

describe('an account', () => {
  test('hears of each kind of update, in a shape that the parser knows whole', async () => {
    const world = startWorld(virtual)
    for (const event of Object.keys(accountEvents)) world.control.limits.account(wabaId, event)
    await world.control.advance(minute)
    const told = heard(world, 'account_update').map(({ event }) => event)
    expect(told.sort()).toEqual(Object.keys(accountEvents).sort())
    const entryOf = (event: string) =>
      world.changes().find(({ raw }) => new TextDecoder().decode(raw).includes(`"${event}"`))?.entryId
    expect([entryOf('PARTNER_ADDED'), entryOf('ACCOUNT_VIOLATION')]).toEqual([businessId, wabaId])
  })

  test('that is restricted sends no templates, or no replies, or no utility templates, until it is over; a ban ends all', async () => {
    const world = startWorld(virtual)
    world.control.write({ phoneNumberId, waId, text: 'hola' })
    const expiration = Math.floor((virtual.virtualClockFrom + hour) / 1_000)
    const restrict = (restriction_type: string) =>
      world.control.limits.account(wabaId, 'ACCOUNT_RESTRICTION', {
        restriction_info: [{ restriction_type, expiration }],
      })
    const answers = async () => {
      const codes = [await world.send(hello), await world.send(text)]
      return codes.map((result) => {
        const { error } = (result.kind === 'answered' ? result.json : {}) as { error?: { code: number } }
        return error?.code ?? 0
      })
    }
    restrict('RESTRICTED_UTILITY_TEMPLATES')
    expect(await answers()).toEqual([131064, 0])
    restrict('RESTRICTED_BIZ_INITIATED_MESSAGING')
    expect(await answers()).toEqual([368, 0])
    restrict('RESTRICTED_CUSTOMER_INITIATED_MESSAGING')
    expect(await answers()).toEqual([368, 368])
    await world.control.advance(hour)
    expect(await answers()).toEqual([0, 0])
    const ban = (waba_ban_state: string) =>
      world.control.limits.account(wabaId, 'DISABLED_UPDATE', {
        ban_info: { waba_ban_state, waba_ban_date: 'November 8, 2026' },
      })
    ban('SCHEDULE_FOR_DISABLE')
    expect(await answers()).toEqual([0, 0])
    ban('DISABLE')
    expect(await answers()).toEqual([131031, 131031])
    expect((await graph(world, 'GET', `${wabaId}?fields=status`)).status).toBe('DISABLED')
    ban('REINSTATE')
    expect(await answers()).toEqual([0, 0])
  })

  test('is reviewed and alerted', async () => {
    const world = startWorld(virtual)
    world.control.limits.review(wabaId, 'REJECTED')
    world.control.limits.alert(phoneNumberId, 'OBA_REJECTED')
    await world.control.advance(minute)
    expect(heard(world, 'account_review_update')).toEqual([{ decision: 'REJECTED' }])
    expect(heard(world, 'account_alerts')).toMatchObject([
      { entity_type: 'PHONE_NUMBER', entity_id: phoneNumberId, alert_info: { alert_type: 'OBA_REJECTED' } },
    ])
    const { account_review_status } = await graph(world, 'GET', `${wabaId}?fields=account_review_status`)
    expect(account_review_status).toBe('REJECTED')
  })

  test('may send marketing by its own endpoint alone: 131063', async () => {
    const world = startWorld(virtual)
    const parameters = [{ type: 'text', text: 'Ana' }]
    const offer = { name: 'novedades', language: { code: 'es' }, components: [{ type: 'body', parameters }] }
    await graph(world, 'POST', wabaId, { disable_marketing_messages_on_cloud_api: true })
    expect(errorOf(await world.send({ type: 'template', template: offer })).code).toBe(131063)
    wamidOf(await world.send(hello))
  })
})

describe('calls of management', () => {
  test('are 200 an hour for an account without a registered number; an app has its own hour (4)', async () => {
    const world = startWorld({ ...virtual, settings: { accountCallsPerHourUnregistered: 3 } })
    const ask = async () => (await graph(world, 'GET', wabaId)).error?.code ?? 0
    world.control.number(phoneNumberId, { standing: 'unregistered' })
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([0, 0, 0, 80007])
    world.control.number(phoneNumberId, { standing: 'good' })
    expect(await ask()).toBe(0)
    world.control.settings({ appCallsPerHour: 5 })
    expect([await ask(), await ask()]).toEqual([0, 4])
    await world.control.advance(hour)
    expect(await ask()).toBe(0)
    expect(world.control.settings().accountCallsPerHour).toBe(5_000)
  })

  test('carry a proof of the app’s secret where it is asked for; a wrong one is always refused', async () => {
    const world = startWorld(virtual)
    const proof = (message: string) => createHmac('sha256', appSecret).update(message).digest('hex')
    const ask = async (query: string) => (await graph(world, 'GET', `${wabaId}?${query}`)).error
    expect(await ask(`appsecret_proof=${proof('other')}`)).toMatchObject({
      code: 100,
      type: 'GraphMethodException',
    })
    expect(await ask(`appsecret_proof=${proof(demo.token)}`)).toBeUndefined()
    await world.control.app('default', { requireProof: true })
    expect((await ask(''))?.message).toContain('appsecret_proof')
    expect(await ask(`appsecret_proof=${proof(demo.token)}`)).toBeUndefined()
    const now = Math.floor(virtual.virtualClockFrom / 1_000)
    const timed = (time: number) =>
      ask(`appsecret_time=${time}&appsecret_proof=${proof(`${demo.token}|${time}`)}`)
    expect(await timed(now)).toBeUndefined()
    expect(await timed(now - 301)).toMatchObject({ code: 100 })
  })
})
