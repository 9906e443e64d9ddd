import { describe, expect, test } from 'bun:test'
import { ask } from './graph.ts'
import { demo, errorOf, hello, startWorld, text, wamidOf } from './harness.ts'
import { understood, valuesOf } from './understood.ts'

const { phoneNumberId, customer: waId } = demo
const hour = 3_600_000
type Plan = NonNullable<Parameters<ReturnType<typeof startWorld>['control']['route']>[1]>

function open(plan: Partial<Plan> = {}) {
  const world = startWorld({ virtualClockFrom: Date.UTC(2026, 10, 2, 12) })
  world.control.route(phoneNumberId, { primary: 'app', escalation: 'app', hasStandby: true, ...plan })
  const control = (body: object) =>
    ask(world.url, 'POST', `${phoneNumberId}/thread_control`, {
      messaging_product: 'whatsapp',
      to: `+${waId}`,
      ...body,
    })
  const write = async (words: string) => {
    const wamid = world.control.write({ phoneNumberId, waId, text: words })
    await world.control.advance(1_000)
    return wamid
  }
  const owner = () => world.control.owner(phoneNumberId, waId)
  const standby = () => valuesOf(world, 'standby').flatMap((value) => value.standby ?? [])
  const handovers = () => valuesOf(world, 'messaging_handovers')
  return { world, control, write, owner, standby, handovers }
}

describe('a thread', () => {
  test('goes to the primary of its number; while another owns it the app hears of it one level deeper', async () => {
    const { world, write, owner, standby } = open({ primary: 'ai_agent' })
    const wamid = await write('¿tienen pan?')
    expect(owner()).toBe('ai_agent')
    expect(world.inbound()).toEqual([])
    expect(standby()).toMatchObject([
      { contacts: [{ wa_id: waId }], messages: [{ id: wamid, text: { body: '¿tienen pan?' } }] },
    ])
    const answer = world.control.respond(phoneNumberId, waId, 'ai_agent', 'sí, de centeno')
    await world.control.advance(5_000)
    const later = standby().slice(1)
    expect(later).toMatchObject([
      {
        message_echoes: [
          { id: answer, message: { type: 'text', to: waId, text: { body: 'sí, de centeno' } } },
        ],
      },
      { statuses: [{ id: answer, status: 'sent', recipient_id: waId }] },
      { statuses: [{ id: answer, status: 'delivered' }] },
    ])
    expect(world.changes().every(({ route }) => route.phoneNumberId === phoneNumberId)).toBe(true)
  })

  test('is not heard of by an app that may not listen', async () => {
    const { world, write } = open({ primary: 'partner', escalation: 'partner', hasStandby: false })
    await write('¿hola?')
    expect(world.delivered).toEqual([])
  })

  test('is nobody’s again 24 hours after the customer’s last word', async () => {
    const { world, write, owner } = open({ primary: 'app' })
    await write('hola')
    await world.control.advance(23 * hour)
    await write('sigo aquí')
    await world.control.advance(23 * hour)
    expect(owner()).toBe('app')
    await world.control.advance(hour)
    expect(owner()).toBeUndefined()
  })

  test('a number that is not routed behaves as ever, and has no thread control', async () => {
    const { world, control, write } = open({ primary: 'ai_agent' })
    world.control.route(phoneNumberId, undefined)
    await write('hola')
    expect(world.inbound()).toHaveLength(1)
    wamidOf(await world.send(text))
    expect(await control({ action: 'take' })).toMatchObject({ error: { code: 100 } })
  })
})

describe('sending', () => {
  test('a service message while another owns the thread is 131070; a template goes, unless nothing does', async () => {
    const { world, write, owner } = open({ primary: 'ai_agent', escalation: 'partner' })
    await write('hola')
    expect(errorOf(await world.send(text)).code).toBe(131070)
    wamidOf(await world.send(hello))
    expect(owner()).toBe('ai_agent')
    world.control.settings({ refusedElsewhere: 'everything' })
    expect(errorOf(await world.send(hello)).code).toBe(131070)
    await world.control.advance(5_000)
    // Statuses of what the app sent are its own.
    expect(world.statuses().map(({ status }) => status)).toEqual(['sent', 'delivered'])
  })

  test('a service message of the escalation partner takes the thread; anybody’s does where that is set', async () => {
    const { world, write, owner, handovers } = open({ primary: 'ai_agent', escalation: 'app' })
    await write('hola')
    wamidOf(await world.send(text))
    expect(owner()).toBe('app')
    await write('¿sigue ahí?')
    expect(world.inbound()).toHaveLength(1)
    world.control.route(phoneNumberId, { primary: 'ai_agent', escalation: 'partner', hasStandby: true })
    world.control.thread({ phoneNumberId, waId, do: 'take', by: 'partner' })
    expect(errorOf(await world.send(text)).code).toBe(131070)
    world.control.settings({ serviceTakes: 'anyone' })
    wamidOf(await world.send(text))
    expect(owner()).toBe('app')
    await world.control.advance(1_000)
    expect(handovers()).toMatchObject([
      {
        type: 'control_taken',
        control_taken: { previous_owner_role: 'customer_service', new_owner_role: 'escalation' },
      },
    ])
  })
})

describe('thread control', () => {
  test('the app passes its thread to the agent and takes it back; the agent passes it and the app hears of that', async () => {
    const { world, control, write, owner, handovers } = open()
    await write('hola')
    expect(await control({ action: 'pass', control_pass: { target_role: 'ai_agent' } })).toEqual({
      messaging_product: 'whatsapp',
    })
    expect(owner()).toBe('ai_agent')
    expect(await control({ action: 'pass', control_pass: { target_role: 'ai_agent' } })).toMatchObject({
      error: { code: 100 },
    })
    expect(await control({ action: 'release' })).toMatchObject({ error: { code: 100 } })
    expect(await control({ action: 'take' })).toEqual({ messaging_product: 'whatsapp' })
    world.control.thread({ phoneNumberId, waId, do: 'take', by: 'ai_agent', metadata: 'me toca' })
    world.control.thread({
      phoneNumberId,
      waId,
      do: 'pass',
      by: 'ai_agent',
      to: 'app',
      metadata: 'pide una persona',
    })
    await world.control.advance(1_000)
    expect(handovers()).toMatchObject([
      {
        type: 'control_taken',
        sender: { phone_number: waId },
        recipient: { phone_number_id: phoneNumberId },
        control_taken: {
          previous_owner_role: 'customer_service',
          new_owner_role: 'ai_agent',
          metadata: 'me toca',
        },
      },
      {
        type: 'control_passed',
        control_passed: {
          previous_owner_role: 'ai_agent',
          new_owner_role: 'customer_service',
          new_owner_app_id: '400000000000001',
          metadata: 'pide una persona',
        },
      },
    ])
    expect(world.changes().at(-1)?.route).toMatchObject({ phoneNumberId })
    expect(owner()).toBe('app')
    understood(world)
  })

  test('a thread that is released finds its owner with the customer’s next word; nobody is told', async () => {
    const { world, control, write, owner, handovers } = open({ primary: 'ai_agent' })
    await write('hola')
    expect(await control({ action: 'take' })).toEqual({ messaging_product: 'whatsapp' })
    expect(await control({ action: 'release' })).toEqual({ messaging_product: 'whatsapp' })
    expect(owner()).toBeUndefined()
    await write('¿hay alguien?')
    expect(owner()).toBe('ai_agent')
    expect(handovers()).toEqual([])
    expect(world.inbound()).toEqual([])
  })

  test('what is not permitted, not whole or too long is refused', async () => {
    const { world, control, write } = open({ escalation: 'partner' })
    await write('hola')
    expect(await control({ action: 'take' })).toMatchObject({ error: { code: 100, error_subcode: 2494191 } })
    expect(await control({ action: 'give' })).toMatchObject({ error: { code: 100 } })
    expect(await control({ action: 'release', to: '' })).toMatchObject({ error: { code: 100 } })
    expect(await control({ action: 'release', metadata: 'x'.repeat(2_001) })).toMatchObject({
      error: { code: 100 },
    })
    world.control.token({
      token: 'solo-gestion',
      nodes: [phoneNumberId],
      scopes: ['whatsapp_business_management'],
    })
    const body = { messaging_product: 'whatsapp', to: waId, action: 'release' }
    const unscoped = await ask(world.url, 'POST', `${phoneNumberId}/thread_control`, body, 'solo-gestion')
    expect(unscoped).toMatchObject({ error: { code: 200 } })
    const byId = await control({ action: 'pass', to: undefined, recipient: 'CO.8pQ2xV7kLm' })
    expect(byId).toEqual({ messaging_product: 'whatsapp' })
    expect(world.control.owner(phoneNumberId, waId)).toBe('partner')
  })

  test('another app that is subscribed has its own threads: what one hears on `messages` the other hears on `standby`', async () => {
    const { world, write, owner } = open({ primary: 'app', escalation: 'partner' })
    await world.control.app('clinica', { webhookUrl: `${world.webhookUrl}/clinica`, trust: true })
    const { wabaId } = demo
    world.control.token({ token: 'de-la-clinica', nodes: [phoneNumberId, wabaId], app: 'clinica' })
    await ask(world.url, 'POST', `${wabaId}/subscribed_apps`, {}, 'de-la-clinica')
    const theirs = { phoneNumberId, token: 'de-la-clinica' }
    /** Which fields came to whom since the last look. */
    const heard = async () => {
      await world.control.advance(2_000)
      const fields = world.delivered.flatMap(({ path, changes }) =>
        changes.map(({ field }) => `${path.endsWith('/clinica') ? 'theirs' : 'ours'} ${field}`),
      )
      understood(world)
      world.delivered.length = 0
      return [...new Set(fields)].sort()
    }
    await write('hola')
    expect(await heard()).toEqual(['ours messages', 'theirs standby'])
    wamidOf(await world.send(text))
    expect(await heard()).toEqual(['ours messages', 'theirs standby'])
    wamidOf(await world.send(text, theirs))
    expect(owner()).toBe('partner')
    expect(await heard()).toEqual(['ours messaging_handovers', 'ours standby', 'theirs messages'])
    expect(errorOf(await world.send(text)).code).toBe(131070)
    await write('¿y ahora?')
    expect(await heard()).toEqual(['ours standby', 'theirs messages'])
    const back = { messaging_product: 'whatsapp', to: waId, action: 'release' }
    expect(await ask(world.url, 'POST', `${phoneNumberId}/thread_control`, back, 'de-la-clinica')).toEqual({
      messaging_product: 'whatsapp',
    })
    expect(owner()).toBeUndefined()
    expect(world.badSignatures).toBe(0)
  })

  test('the others are played over the control API; what they cannot do is said', async () => {
    const { world, owner } = open()
    const post = async (what: string, body: object) =>
      (
        await fetch(`${world.url}/control/${what}`, {
          method: 'POST',
          body: JSON.stringify({ phone_number_id: phoneNumberId, wa_id: waId, ...body }),
        })
      ).status
    expect(await post('routing', { primary: 'partner', standby: true })).toBe(200)
    expect(await post('respond', { by: 'partner', text: 'buenas' })).toBe(200)
    expect(owner()).toBe('partner')
    expect(await post('respond', { by: 'ai_agent', text: 'yo también' })).toBe(400)
    expect(await post('thread', { do: 'pass', by: 'ai_agent', to: 'app' })).toBe(400)
    expect(await post('thread', { do: 'pass', by: 'partner', to: 'partner' })).toBe(400)
    expect(await post('thread', { do: 'pass', by: 'partner', to: 'app' })).toBe(200)
    expect(owner()).toBe('app')
    expect(await post('routing', { off: true })).toBe(200)
    expect(await post('thread', { do: 'take', by: 'partner' })).toBe(400)
  })
})
