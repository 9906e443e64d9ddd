import { describe, expect, test } from 'bun:test'
import { ask } from './graph.ts'
import { demo, errorOf, startWorld, type World, wamidOf } from './harness.ts'

const virtual = { virtualClockFrom: Date.UTC(2026, 10, 1, 12) }
const { wabaId } = demo
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const body = (text: string, ...example: string[]) => ({
  type: 'BODY',
  text,
  ...(example.length > 0 ? { example: { body_text: [example] } } : {}),
})
const draft = (more: Record<string, unknown> = {}) => ({
  name: 'aviso',
  language: 'es',
  category: 'UTILITY',
  components: [body('Tu pedido está listo para recoger.')],
  ...more,
})

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
const graph = (world: World, method: string, path: string, json?: unknown): Promise<any> =>
  ask(world.url, method, path, json)
const create = (world: World, more: Record<string, unknown> = {}) =>
  graph(world, 'POST', `${wabaId}/message_templates`, draft(more))
const list = (world: World, query = '') =>
  graph(world, 'GET', `${wabaId}/message_templates?limit=200${query}`)

/** What the account heard of a template: field, and the value without its ids. Each change is understood whole. */
const heard = (world: World, name = 'aviso') =>
  world.changes().flatMap((change) => {
    const value = JSON.parse(new TextDecoder().decode(change.raw)).value
    if (value.message_template_name !== name) return []
    expect([change.field, change.kind === 'unknown', change.unknown]).toEqual([change.field, false, []])
    return [[change.field, value]]
  })
const events = (world: World, name?: string) =>
  heard(world, name).flatMap(([field, { event, other_info }]) =>
    field === 'message_template_status_update'
      ? [[event, ...(other_info ? [other_info.title] : [])].join(' ')]
      : [],
  )
const nameOf = { name: 'aviso', language: { code: 'es' } }
const send = (world: World) => world.send({ type: 'template', template: nameOf })

/** A template that was approved. */
async function approved(options = {}): Promise<{ world: World; id: string }> {
  const world = startWorld({ ...virtual, ...options })
  const { id } = await create(world)
  await world.control.advance(minute)
  return { world, id }
}

describe('what Meta does not take', () => {
  test.each([
    ['a name with capitals', { name: 'Aviso' }, 2388109],
    ['a variable at the start', { components: [body('{{1}} tiene un pedido nuevo.', 'Ana')] }, 2388299],
    ['a variable at the end', { components: [body('Hay un pedido nuevo de {{1}}', 'Ana')] }, 2388299],
    ['a gap in the variables', { components: [body('Hola {{1}}, va {{3}} hoy mismo.', 'a', 'b')] }, 2388072],
    [
      'variables beside each other',
      { components: [body('Va {{1}} {{2}} hoy mismo para ti.', 'a', 'b')] },
      2388072,
    ],
    ['three line breaks', { components: [body('Hola\n\n\nadiós')] }, 2388072],
    [
      'too many variables',
      { components: [body('a {{1}}, {{2}}, {{3}}, {{4}} b', 'a', 'b', 'c', 'd')] },
      2388293,
    ],
    ['no example', { components: [body('Hola {{1}}, tu pedido está listo.')] }, 2388043],
    ['no example of a file', { components: [{ type: 'HEADER', format: 'IMAGE' }, body('Hola')] }, 2388043],
    [
      'a head with an emoji',
      { components: [{ type: 'HEADER', format: 'TEXT', text: '👍' }, body('Hola')] },
      2388047,
    ],
    [
      'a foot with a variable',
      { components: [body('Hola'), { type: 'FOOTER', text: 'de {{1}} a ti' }] },
      2388073,
    ],
    ['a body that is too long', { components: [body('a'.repeat(1_025))] }, 2388040],
  ])('%s', async (_, more, subcode) => {
    const world = startWorld(virtual)
    expect((await create(world, more)).error).toMatchObject({
      code: 100,
      error_subcode: subcode,
      error_user_title: expect.any(String),
    })
    expect((await list(world)).data).toHaveLength(7)
  })

  test.each([
    ['quick replies apart from each other', ['QUICK_REPLY', 'URL', 'QUICK_REPLY']],
    ['the same words on two buttons', ['QUICK_REPLY', 'QUICK_REPLY']],
  ])('%s', async (_, kinds) => {
    const world = startWorld(virtual)
    const buttons = kinds.map((type, i) => ({
      type,
      text: kinds.length === 2 ? 'Sí' : `b${i}`,
      ...(type === 'URL' ? { url: 'https://example.com' } : {}),
    }))
    const components = [body('Hola'), { type: 'BUTTONS', buttons }]
    expect((await create(world, { components })).error.code).toBe(100)
  })

  test('the same name and language twice; a name that was deleted, for 30 days; more than an account can have; more than 100 in an hour', async () => {
    const { world } = await approved()
    expect((await create(world)).error.error_subcode).toBe(2388024)
    await graph(world, 'DELETE', `${wabaId}/message_templates?name=aviso`)
    expect((await create(world)).error.error_subcode).toBe(2388023)
    await world.control.advance(30 * day + minute)
    expect((await create(world)).status).toBe('PENDING')
    world.control.settings({ templatesMax: 9 })
    expect((await create(world, { name: 'otro' })).status).toBe('PENDING')
    // A language more is no template more.
    expect((await create(world, { name: 'otro', language: 'pt_BR' })).status).toBe('PENDING')
    expect((await create(world, { name: 'uno_mas' })).error.error_subcode).toBe(2388019)
    world.control.settings({ templatesMax: 6_000, templatesUnverifiedMax: 9 })
    expect((await create(world, { name: 'uno_mas' })).status).toBe('PENDING')
    world.control.portfolio('300000000000001', { isVerified: false })
    expect((await create(world, { name: 'dos_mas' })).error.error_subcode).toBe(2388019)
    world.control.portfolio('300000000000001', { isVerified: true })
    world.control.settings({ templateCreationsPerHour: 4 })
    expect((await create(world, { name: 'dos_mas' })).error.code).toBe(80008)
    await world.control.advance(hour)
    expect((await create(world, { name: 'dos_mas' })).status).toBe('PENDING')
  })
})

describe('reviews', () => {
  test('refuse with the reason that was asked for; INVALID_FORMAT says what to do', async () => {
    const world = startWorld({ ...virtual, settings: { reviewVerdict: 'INVALID_FORMAT' } })
    const { id } = await create(world)
    await world.control.advance(minute)
    expect(heard(world)).toMatchObject([
      [
        'message_template_status_update',
        {
          event: 'REJECTED',
          reason: 'INVALID_FORMAT',
          rejection_info: { recommendation: expect.any(String) },
        },
      ],
    ])
    expect(await graph(world, 'GET', `${id}?fields=status,rejected_reason`)).toEqual({
      id,
      status: 'REJECTED',
      rejected_reason: 'INVALID_FORMAT',
    })
    expect(errorOf(await send(world)).code).toBe(132001)
    world.control.settings({ reviewVerdict: 'SCAM' })
    await create(world, { name: 'otro' })
    await world.control.advance(minute)
    expect(heard(world, 'otro')[0]?.[1]).not.toHaveProperty('rejection_info')
    // A refused one may be changed as often as one likes.
    world.control.settings({ reviewVerdict: 'APPROVED' })
    expect((await graph(world, 'POST', id, { components: [body('Mejor así.')] })).success).toBe(true)
    await world.control.advance(minute)
    expect(heard(world).map(([field]) => field)).toEqual([
      'message_template_status_update',
      'message_template_status_update',
      'message_template_components_update',
    ])
    wamidOf(await send(world))
  })

  test('are not asked for templates of the library, nor for those that nobody knows', async () => {
    const world = startWorld(virtual)
    const wanted = { library_template_name: 'delivery_update_1', components: undefined }
    const { id, status } = await create(world, wanted)
    expect(status).toBe('APPROVED')
    expect(await graph(world, 'GET', `${id}?fields=library_template_name,name`)).toEqual({
      id,
      name: 'aviso',
      library_template_name: 'delivery_update_1',
    })
    expect((await create(world, { ...wanted, name: 'b', library_template_name: 'none' })).error.code).toBe(
      100,
    )
  })

  test('of codes in many languages: made, or changed where they are', async () => {
    const world = startWorld(virtual)
    const codes = (add_security_recommendation: boolean) => ({
      name: 'clave',
      category: 'AUTHENTICATION',
      languages: ['es', 'pt_BR', 'en_US'],
      components: [
        { type: 'BODY', add_security_recommendation },
        { type: 'FOOTER', code_expiration_minutes: 10 },
        { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] },
      ],
    })
    const edge = `${wabaId}/upsert_message_templates`
    const made = (await graph(world, 'POST', edge, codes(false))).data
    expect(made.map(({ language, status }: Record<string, string>) => [language, status])).toEqual([
      ['es', 'PENDING'],
      ['pt_BR', 'PENDING'],
      ['en_US', 'PENDING'],
    ])
    await world.control.advance(minute)
    const again = (await graph(world, 'POST', edge, codes(true))).data
    expect(again.map(({ id }: { id: string }) => id)).toEqual(made.map(({ id }: { id: string }) => id))
    await world.control.advance(minute)
    const [spanish] = (await list(world, '&name=clave&language=es')).data
    expect(spanish.components[0].text).toBe(
      'Tu código de verificación es {{1}}. Por tu seguridad, no lo compartas.',
    )
    expect(spanish.components[1].text).toBe('Este código caduca en 10 minutos.')
    expect((await graph(world, 'POST', edge, { ...codes(true), category: 'UTILITY' })).error.code).toBe(100)
  })
})

describe('quality', () => {
  test('RED pauses for three hours, then for six, then for good; each is told, and so is each end', async () => {
    const { world } = await approved()
    const setQuality = (quality: 'RED' | 'GREEN') =>
      world.control.template(wabaId, 'aviso', 'es', { quality })
    setQuality('RED')
    expect(errorOf(await send(world)).code).toBe(132015)
    await world.control.advance(3 * hour - minute)
    expect(errorOf(await send(world)).code).toBe(132015)
    await world.control.advance(minute)
    wamidOf(await send(world))
    setQuality('GREEN')
    setQuality('RED')
    await world.control.advance(6 * hour - minute)
    expect(errorOf(await send(world)).code).toBe(132015)
    await world.control.advance(minute)
    wamidOf(await send(world))
    setQuality('GREEN')
    setQuality('RED')
    await world.control.advance(day)
    expect(errorOf(await send(world)).code).toBe(132016)
    expect(events(world)).toEqual([
      'APPROVED',
      'PAUSED FIRST_PAUSE',
      'REINSTATED UNPAUSE',
      'PAUSED SECOND_PAUSE',
      'REINSTATED UNPAUSE',
      'DISABLED DISABLED',
    ])
    const scores = heard(world)
      .filter(([field]) => field === 'message_template_quality_update')
      .map(
        ([, { previous_quality_score, new_quality_score }]) =>
          `${previous_quality_score}>${new_quality_score}`,
      )
    expect(scores).toEqual(['UNKNOWN>RED', 'RED>GREEN', 'GREEN>RED', 'RED>GREEN', 'GREEN>RED'])
    const disabled = heard(world).find(([, { event }]) => event === 'DISABLED')
    expect(disabled?.[1].disable_info.disable_date).toMatch(/^\w+ \d+, 2026$/)
  })

  test('a pause by pacing ends when it is asked for, after five minutes, and never by itself', async () => {
    const { world, id } = await approved()
    world.control.faults({ pacingDropped: 1 })
    wamidOf(await send(world))
    await world.control.advance(minute)
    expect(events(world)).toEqual(['APPROVED', 'PAUSED RATE_LIMITING_PAUSE'])
    expect(await graph(world, 'POST', `${id}/unpause`)).toMatchObject({ success: false })
    await world.control.advance(day)
    expect(errorOf(await send(world)).code).toBe(132015)
    expect(await graph(world, 'POST', `${id}/unpause`)).toEqual({ success: true })
    world.control.faults({ pacingDropped: 0 })
    wamidOf(await send(world))
  })
})

describe('categories', () => {
  test('another category is told a day ahead and then done: price and category are the new ones', async () => {
    const { world, id } = await approved()
    world.control.template(wabaId, 'aviso', 'es', { correct_category: 'MARKETING' })
    await world.control.advance(hour)
    const fields = 'category,correct_category,previous_category,status'
    expect(await graph(world, 'GET', `${id}?fields=${fields}`)).toEqual({
      id,
      status: 'APPROVED',
      category: 'UTILITY',
      correct_category: 'MARKETING',
    })
    await world.control.advance(day)
    expect(await graph(world, 'GET', `${id}?fields=${fields}`)).toEqual({
      id,
      status: 'APPROVED',
      category: 'MARKETING',
      previous_category: 'UTILITY',
    })
    const told = heard(world).filter(([field]) => field === 'template_category_update')
    expect(told.map(([, value]) => value)).toMatchObject([
      {
        new_category: 'UTILITY',
        correct_category: 'MARKETING',
        category_update_timestamp: expect.any(Number),
      },
      { previous_category: 'UTILITY', new_category: 'MARKETING' },
    ])
    const wamid = wamidOf(await send(world))
    await world.control.advance(minute)
    expect(world.statuses(wamid)[0]?.pricing?.category).toBe('marketing')
  })

  test('a category that would be right is told, and nothing follows', async () => {
    const { world, id } = await approved()
    world.control.template(wabaId, 'aviso', 'es', { detected_category: 'MARKETING' })
    await world.control.advance(2 * day)
    expect(heard(world).map(([field]) => field)).toContain('template_correct_category_detection')
    expect((await graph(world, 'GET', `${id}?fields=category`)).category).toBe('UTILITY')
  })
})

describe('the list', () => {
  test('has Meta’s default fields, others when they are asked for, and refuses what there is not', async () => {
    const { world } = await approved()
    const [template] = (await list(world, '&name=aviso')).data
    expect(Object.keys(template).sort()).toEqual(
      ['category', 'components', 'id', 'language', 'name', 'parameter_format', 'status'].sort(),
    )
    const [asked] = (await list(world, '&name=aviso&fields=quality_score,rejected_reason')).data
    expect(asked).toMatchObject({ quality_score: { score: 'UNKNOWN' }, rejected_reason: 'NONE' })
    expect((await list(world, '&fields=colour')).error.code).toBe(100)
  })

  test('is filtered by status, category, language, quality, content, name or content', async () => {
    const { world } = await approved()
    world.control.template(wabaId, 'aviso', 'es', { quality: 'GREEN' })
    const names = async (query: string) =>
      (await list(world, query)).data.map(({ name }: { name: string }) => name)
    expect(await names('&quality_score=GREEN')).toEqual(['aviso'])
    expect(await names('&content=RECOGER')).toEqual(['pedido_listo', 'aviso'])
    expect(await names('&name_or_content=avis')).toEqual(['aviso'])
    expect(await names('&category=AUTHENTICATION')).toEqual(['codigo_acceso'])
    expect(await names('&language=en_US')).toEqual(['hello_world'])
    world.control.template(wabaId, 'aviso', 'es', 'PAUSED')
    expect(await names('&status=PAUSED')).toEqual(['aviso'])
    expect(await names('&status=["PAUSED","APPROVED"]')).toHaveLength(8)
    await graph(world, 'DELETE', `${wabaId}/message_templates?name=aviso`)
    expect(await names('')).not.toContain('aviso')
    expect(await names('&status=DELETED')).toEqual(['aviso'])
    const { summary } = await list(world, '&summary=total_count,message_template_limit')
    expect(summary).toEqual({ total_count: 7, message_template_limit: 6_000 })
  })
})

describe('the archive', () => {
  test('takes approved and refused ones, each by itself; 28 days later they are deleted, unless taken back', async () => {
    const { world, id } = await approved()
    const pending = (await create(world, { name: 'otro' })).id
    const ids = { hsm_ids: [id, pending, '1'] }
    expect(await graph(world, 'POST', `${wabaId}/message_templates/archive`, ids)).toEqual({
      archived_templates: [id],
      failed_templates: {
        [pending]: 'Only approved or rejected templates can be archived',
        1: 'Template not found',
      },
    })
    expect(errorOf(await send(world)).code).toBe(132001)
    await world.control.advance(27 * day)
    const back = await graph(world, 'POST', `${wabaId}/message_templates/unarchive`, { hsm_ids: id })
    expect(back).toEqual({ unarchived_templates: [id], failed_templates: {} })
    await world.control.advance(2 * day)
    wamidOf(await send(world))
    await graph(world, 'POST', `${wabaId}/message_templates/archive`, { hsm_ids: [id] })
    await world.control.advance(28 * day + minute)
    expect(events(world)).toEqual(['APPROVED', 'ARCHIVED', 'UNARCHIVED', 'ARCHIVED', 'DELETED'])
  })
})
