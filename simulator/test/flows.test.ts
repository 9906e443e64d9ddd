import { describe, expect, test } from 'bun:test'
import { generateKeyPairSync } from 'node:crypto'
import { ask } from './graph.ts'
import { demo, errorOf, startWorld, wamidOf } from './harness.ts'
import { valuesOf } from './understood.ts'

const { phoneNumberId, wabaId, customer: waId } = demo
const hour = 3_600_000
const flowJson = (more: object = {}) =>
  JSON.stringify({
    version: '7.1',
    ...more,
    screens: [
      {
        id: 'CITA',
        title: 'Pide tu cita',
        terminal: true,
        layout: {
          type: 'SingleColumnLayout',
          children: [
            { type: 'TextInput', name: 'nombre', label: 'Nombre', required: true },
            { type: 'Footer', label: 'Enviar', 'on-click-action': { name: 'complete', payload: {} } },
          ],
        },
      },
    ],
  })

function open(settings: Record<string, unknown> = {}) {
  const world = startWorld({
    virtualClockFrom: Date.UTC(2026, 10, 2, 12),
    settings: { rates: false, ...settings },
  })
  const graph = (method: string, path: string, body?: unknown) => ask(world.url, method, path, body)
  const make = async (more: object = {}) => {
    const given = { name: `cita ${crypto.randomUUID()}`, categories: ['APPOINTMENT_BOOKING'], ...more }
    return String((await graph('POST', `${wabaId}/flows`, given)).id)
  }
  const published = async () => {
    const id = await make({ flow_json: flowJson() })
    expect(await graph('POST', `${id}/publish`)).toEqual({ success: true })
    return id
  }
  const send = (parameters: object) => {
    const own = { flow_message_version: '3', flow_cta: 'Reservar', ...parameters }
    const interactive = {
      type: 'flow',
      body: { text: '¿Cuándo?' },
      action: { name: 'flow', parameters: own },
    }
    return world.send({ type: 'interactive', interactive })
  }
  const codeOf = async (parameters: object) => errorOf(await send(parameters)).code
  return { world, graph, make, published, send, codeOf }
}

const upload = (json: string) => {
  const form = new FormData()
  form.set('name', 'flow.json')
  form.set('asset_type', 'FLOW_JSON')
  form.set('file', new File([json], 'flow.json', { type: 'application/json' }))
  return form
}

describe('the life of a Flow', () => {
  test('it is made a draft, gets its JSON, is published and deprecated; its account hears of each step', async () => {
    const { world, graph, make } = open()
    const id = await make({ name: 'cita' })
    expect(await graph('POST', `${id}/publish`)).toMatchObject({ error: { code: 139002 } })
    const broken = await graph('POST', `${id}/assets`, upload('{"version":"7.1","screens":[{"id":"A"}]}'))
    expect(broken).toMatchObject({ success: true })
    expect(broken.validation_errors).toContainEqual(
      expect.objectContaining({ error: 'MISSING_REQUIRED_PROPERTY', path: 'screens[0]', line_start: 1 }),
    )
    expect(await graph('POST', `${id}/publish`)).toMatchObject({ error: { code: 139002 } })
    expect(await graph('POST', `${id}/assets`, upload(flowJson()))).toEqual({
      success: true,
      validation_errors: [],
    })
    expect(await graph('POST', `${id}/deprecate`)).toMatchObject({ error: { code: 139003 } })
    expect(await graph('POST', `${id}/publish`)).toEqual({ success: true })
    expect(await graph('POST', `${id}/publish`)).toMatchObject({ error: { code: 139002 } })
    expect(await graph('POST', `${id}/assets`, upload(flowJson()))).toMatchObject({ error: { code: 139001 } })
    expect(await graph('POST', id, { name: 'otra' })).toMatchObject({ error: { code: 139001 } })
    expect(await graph('DELETE', id)).toMatchObject({ error: { code: 139004 } })
    expect(await graph('POST', `${id}/deprecate`)).toEqual({ success: true })
    expect(await graph('POST', `${id}/deprecate`)).toMatchObject({ error: { code: 139003 } })
    await world.control.advance(1_000)
    const told = valuesOf(world, 'flows')
    expect(
      told.map(({ event, flow_id, old_status, new_status }) => [event, flow_id, old_status, new_status]),
    ).toEqual([
      ['FLOW_STATUS_CHANGE', id, 'DRAFT', 'PUBLISHED'],
      ['FLOW_STATUS_CHANGE', id, 'PUBLISHED', 'DEPRECATED'],
    ])
    expect(world.changes()[0]).toMatchObject({ entryId: wabaId, entryTime: expect.any(Date) })
  })

  test('its fields are told as they are asked for, its JSON is downloaded, a preview ends when it is renewed', async () => {
    const { graph, make } = open()
    const id = await make({ name: 'cita', flow_json: flowJson(), endpoint_uri: 'https://example.com/flujo' })
    expect(await graph('GET', id)).toEqual({
      id,
      name: 'cita',
      status: 'DRAFT',
      categories: ['APPOINTMENT_BOOKING'],
      validation_errors: [],
    })
    const fields =
      'json_version,endpoint_uri,updated_at,preview.invalidate(false),application,whatsapp_business_account,health_status'
    const node = await graph('GET', `${id}?fields=${fields}`)
    expect(node).toMatchObject({
      id,
      json_version: '7.1',
      endpoint_uri: 'https://example.com/flujo',
      updated_at: '2026-11-02T12:00:00+0000',
      preview: { expires_at: '2026-12-02T12:00:00+0000' },
      application: { id: '400000000000001' },
      whatsapp_business_account: { id: wabaId },
      health_status: { can_send_message: 'AVAILABLE' },
    })
    const look = async ({ preview }: Record<string, unknown>) => {
      const answer = await fetch((preview as { preview_url: string }).preview_url)
      return ((await answer.json()) as { screens: { id: string }[] }).screens.map((screen) => screen.id)
    }
    expect(await look(node)).toEqual(['CITA'])
    const renewed = await graph('GET', `${id}?fields=preview.invalidate(true)`)
    expect(await look(node)).toEqual([])
    expect(await look(renewed)).toEqual(['CITA'])
    const { data } = await graph('GET', `${id}/assets`)
    const [asset] = data as { asset_type: string; download_url: string }[]
    expect(asset?.asset_type).toBe('FLOW_JSON')
    expect(await (await fetch(asset?.download_url ?? '')).text()).toBe(flowJson())
    expect(await graph('GET', `${id}?fields=nothing`)).toMatchObject({ error: { code: 100 } })
  })

  test('a draft is changed and deleted; names are unique in an account; a copy has its own id; lists have pages', async () => {
    const { graph, make } = open()
    const id = await make({ name: 'cita', flow_json: flowJson() })
    const again = { name: 'cita', categories: ['OTHER'] }
    expect(await graph('POST', `${wabaId}/flows`, again)).toMatchObject({ error: { code: 100 } })
    expect(await graph('POST', `${wabaId}/flows`, { name: 'x', categories: ['PAN'] })).toMatchObject({
      error: { code: 100 },
    })
    expect(await graph('POST', id, { name: 'cita nueva', categories: ['SURVEY'] })).toEqual({ success: true })
    const copy = await make({ name: 'copia', clone_flow_id: id })
    expect(await graph('POST', `${copy}/publish`)).toEqual({ success: true })
    const first = await graph('GET', `${wabaId}/flows?limit=1`)
    expect(first).toMatchObject({ data: [{ id, name: 'cita nueva', categories: ['SURVEY'] }] })
    const { next } = first.paging as { next: string }
    const rest = await fetch(next, { headers: { authorization: `Bearer ${demo.token}` } })
    expect(await rest.json()).toMatchObject({ data: [{ id: copy, status: 'PUBLISHED' }] })
    expect(await graph('DELETE', id)).toEqual({ success: true })
    expect(await graph('GET', id)).toMatchObject({ error: { code: 100, error_subcode: 33 } })
  })

  test('a published one that is changed is a draft again, where that is set', async () => {
    const { graph, published } = open({ publishedFlowUpdate: 'draft' })
    const id = await published()
    expect(await graph('POST', `${id}/assets`, upload(flowJson()))).toMatchObject({ success: true })
    expect(await graph('GET', id)).toMatchObject({ status: 'DRAFT' })
  })

  test('what exchanges data needs an endpoint and a key of 2048 bits', async () => {
    const { graph, make } = open()
    const id = await make({ flow_json: flowJson({ data_api_version: '3.0', routing_model: {} }) })
    expect(await graph('POST', `${id}/publish`)).toMatchObject({ error: { code: 139002 } })
    await graph('POST', id, { endpoint_uri: 'https://example.com/flujo' })
    expect(await graph('POST', `${id}/publish`)).toMatchObject({ error: { code: 139002 } })
    const edge = `${phoneNumberId}/whatsapp_business_encryption`
    const keyOf = (modulusLength: number) =>
      generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ type: 'spki', format: 'pem' })
    expect(await graph('POST', edge, { business_public_key: keyOf(1024) })).toMatchObject({
      error: { code: 100 },
    })
    expect(await graph('GET', edge)).toEqual({ data: [] })
    const business_public_key = keyOf(2048)
    expect(await graph('POST', edge, { business_public_key })).toEqual({ success: true })
    expect(await graph('GET', edge)).toEqual({
      data: [{ business_public_key, business_public_key_signature_status: 'VALID' }],
    })
    expect(await graph('POST', `${id}/publish`)).toEqual({ success: true })
  })

  test('an account that is locked makes none (139000)', async () => {
    const { world, graph, make } = open()
    const id = await make({ flow_json: flowJson() })
    world.control.number(phoneNumberId, { standing: 'locked' })
    expect(await graph('POST', `${wabaId}/flows`, { name: 'x', categories: ['OTHER'] })).toMatchObject({
      error: { code: 139000 },
    })
    expect(await graph('POST', `${id}/publish`)).toMatchObject({ error: { code: 139000 } })
  })

  test('Flows migrate to another account of the business, each under a new id; a name that is there stays', async () => {
    const world = startWorld({ virtualClockFrom: Date.UTC(2026, 10, 2) })
    const other = world.control.number('100000000000002')
    world.control.token({ token: demo.token, nodes: [other.wabaId] })
    const migrate = (source: string) =>
      ask(
        world.url,
        'POST',
        `${other.wabaId}/migrate_flows?source_waba_id=${source}&source_flow_names=uno,dos,tres`,
      )
    const make = (waba: string, name: string) =>
      ask(world.url, 'POST', `${waba}/flows`, {
        name,
        categories: ['OTHER'],
        flow_json: flowJson(),
        publish: name === 'uno',
      })
    const { id } = await make(wabaId, 'uno')
    await make(wabaId, 'dos')
    await make(other.wabaId, 'dos')
    expect(await migrate(wabaId)).toMatchObject({ error: { code: 100 } })
    other.businessId = world.control.number(phoneNumberId).businessId
    expect(await migrate('200000000000003')).toMatchObject({ error: { code: 100, error_subcode: 33 } })
    const done = await migrate(wabaId)
    expect(done.migrated_flows).toMatchObject([{ source_name: 'uno', source_id: id }])
    expect(done.failed_flows).toMatchObject([
      { source_name: 'dos', error_code: '4233041' },
      { source_name: 'tres' },
    ])
    const [{ migrated_id }] = done.migrated_flows as [{ migrated_id: string }]
    expect(migrated_id).not.toBe(String(id))
    expect(await ask(world.url, 'GET', migrated_id)).toMatchObject({ name: 'uno', status: 'PUBLISHED' })
  })
})

describe('a Flow in a message', () => {
  test('goes when it is published, or as a draft when the message says so', async () => {
    const { world, make, published, send, codeOf } = open({ flowsMustExist: true })
    world.control.write({ phoneNumberId, waId, text: 'hola' })
    wamidOf(await send({ flow_id: await published() }))
    const draft = await make({ name: 'borrador', flow_json: flowJson() })
    expect(await codeOf({ flow_id: draft })).toBe(131009)
    wamidOf(await send({ flow_id: draft, mode: 'draft' }))
    wamidOf(await send({ flow_name: 'borrador', mode: 'draft' }))
    expect(await codeOf({ flow_id: '1' })).toBe(131009)
    world.control.settings({ flowsMustExist: false })
    wamidOf(await send({ flow_id: '1' }))
  })

  test('one that monitoring throttles goes ten times an hour (132069), one that it blocks not at all (132068)', async () => {
    const { world, published, send, codeOf } = open()
    const flow_id = await published()
    world.control.flow(flow_id, {
      status: 'THROTTLED',
      alert: {
        event: 'ENDPOINT_ERROR_RATE',
        alert_state: 'ACTIVATED',
        threshold: 0.1,
        error_rate: 0.4,
        requests_count: 50,
        errors: [{ error_type: 'TIMEOUT', error_rate: 0.4, error_count: 20 }],
      },
    })
    for (let n = 0; n < 10; n++) wamidOf(await send({ flow_id }))
    expect(await codeOf({ flow_id })).toBe(132069)
    await world.control.advance(hour)
    wamidOf(await send({ flow_id }))
    world.control.flow(flow_id, { status: 'BLOCKED' })
    expect(await codeOf({ flow_id })).toBe(132068)
    await world.control.advance(1_000)
    expect(valuesOf(world, 'flows')).toMatchObject([
      { new_status: 'PUBLISHED' },
      {
        event: 'ENDPOINT_ERROR_RATE',
        alert_state: 'ACTIVATED',
        error_rate: 0.4,
        errors: [{ error_type: 'TIMEOUT' }],
      },
      { new_status: 'THROTTLED' },
      { new_status: 'BLOCKED' },
    ])
  })

  test('over the control API monitoring is played, and a Flow that is not there is said', async () => {
    const { world, published } = open()
    const flow_id = await published()
    const post = async (body: unknown) => {
      const answer = await fetch(`${world.url}/control/flows`, { method: 'POST', body: JSON.stringify(body) })
      return [answer.status, await answer.json()] as const
    }
    expect(await post({ flow_id, status: 'BLOCKED' })).toMatchObject([
      200,
      { id: flow_id, status: 'BLOCKED' },
    ])
    expect((await post({ flow_id: '7' }))[0]).toBe(400)
    const listed = await fetch(`${world.url}/control/flows?waba_id=${wabaId}`)
    expect(await listed.json()).toMatchObject([{ id: flow_id, status: 'BLOCKED', screens: [{ id: 'CITA' }] }])
  })
})
