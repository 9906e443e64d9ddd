import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { limits, sendTypes, validateSend } from '../src/index.ts'
import { refusals } from './send-refusals.ts'
import { sends, valid } from './sends.ts'

const problemOf = (body: unknown) => {
  const result = validateSend(body)
  return result.ok ? undefined : result.errors[0]
}

/** A copy of a valid body with the value at a path replaced; undefined takes it away. */
function withAt(name: keyof typeof sends, path: string, value: unknown): unknown {
  const body = structuredClone(valid(name)) as Record<string, unknown>
  const keys = path.split(/[.[\]]+/).filter(Boolean)
  const last = keys.pop() as string
  let place: Record<string, unknown> = body
  for (const key of keys) place = place[key] as Record<string, unknown>
  if (value === undefined) delete place[last]
  else place[last] = value
  return body
}

test.each(Object.keys(sends) as (keyof typeof sends)[])(
  'M18: %s is valid, and comes back as it was given',
  (name) => {
    const body = valid(name)
    expect(validateSend(body)).toEqual({
      ok: true,
      message: { recipient_type: 'individual', ...body } as never,
    })
  },
)

test('M18: every type has an example here', () => {
  expect(new Set(Object.values(sends).map(({ type }) => type))).toEqual(new Set(sendTypes))
})

const x = (count: number) => 'x'.repeat(count)

test.each<[name: keyof typeof sends, path: string, max: number]>([
  ['text', 'text.body', 4096],
  ['text', 'biz_opaque_callback_data', 512],
  ['image', 'image.caption', 1024],
  ['document', 'document.filename', 240],
  ['buttons', 'interactive.body.text', 1024],
  ['buttons', 'interactive.header.text', 60],
  ['buttons', 'interactive.footer.text', 60],
  ['buttons', 'interactive.action.buttons[0].reply.title', 20],
  ['buttons', 'interactive.action.buttons[0].reply.id', 256],
  ['list', 'interactive.body.text', 4096],
  ['list', 'interactive.action.button', 20],
  ['list', 'interactive.action.sections[0].title', 24],
  ['list', 'interactive.action.sections[0].rows[0].id', 200],
  ['list', 'interactive.action.sections[0].rows[0].title', 24],
  ['list', 'interactive.action.sections[0].rows[0].description', 72],
  ['ctaUrl', 'interactive.action.parameters.display_text', 20],
  ['flow', 'interactive.action.parameters.flow_cta', 30],
  ['carousel', 'interactive.action.cards[0].body.text', 160],
  ['template', 'template.name', 512],
])('M18: %s takes %s up to %d characters and not one more', (name, path, max) => {
  expect(validateSend(withAt(name, path, x(max))).ok).toBe(true)
  expect(problemOf(withAt(name, path, x(max + 1)))).toMatchObject({ path, rule: 'too_long', limit: max })
})

const reply = (n: number) => ({ type: 'reply', reply: { id: `b${n}`, title: `B${n}` } })
const row = (n: number) => ({ id: `r${n}`, title: `R${n}` })
const many = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n))
const product = (n: number) => ({ product_retailer_id: `sku${n}` })

test.each<[name: keyof typeof sends, path: string, max: number, make: (n: number) => unknown]>([
  ['buttons', 'interactive.action.buttons', 3, reply],
  ['list', 'interactive.action.sections', 10, (n) => ({ title: `S${n}`, rows: [row(n)] })],
  ['productList', 'interactive.action.sections[0].product_items', 30, product],
  ['contacts', 'contacts', 257, () => ({ name: { formatted_name: 'A', first_name: 'A' } })],
])('M18: %s takes up to %3$d items in %s and not one more', (name, path, max, make) => {
  expect(validateSend(withAt(name, path, many(max, make))).ok).toBe(true)
  expect(problemOf(withAt(name, path, many(max + 1, make)))).toMatchObject({
    path,
    rule: 'too_many',
    limit: max,
  })
})

test('M18: a list has ten rows over all its sections, a product list thirty products', () => {
  const sections = (...counts: number[]) =>
    counts.map((count, s) => ({ title: `S${s}`, rows: many(count, (n) => row(s * 100 + n)) }))
  expect(validateSend(withAt('list', 'interactive.action.sections', sections(4, 6))).ok).toBe(true)
  expect(problemOf(withAt('list', 'interactive.action.sections', sections(5, 6)))).toMatchObject({
    rule: 'too_many',
    limit: 10,
  })
  const lists = [16, 15].map((count, s) => ({ title: `S${s}`, product_items: many(count, product) }))
  expect(problemOf(withAt('productList', 'interactive.action.sections', lists))).toMatchObject({
    rule: 'too_many',
    limit: 30,
  })
})

test.each(refusals)('M18: %s with %s = %j is refused there', (name, path, value, problem) => {
  expect(problemOf(withAt(name, path, value))).toMatchObject(problem)
})

test.each<[name: keyof typeof sends, path: string, value: unknown]>([
  ['text', 'to', '+57 300 (123) 45-67'],
  ['text', 'type', undefined],
  ['text', 'context', null],
  ['text', 'biz_opaque_callback_data', ''],
  ['text', 'text.preview_url', 'true'],
  ['reaction', 'reaction.emoji', ''],
  ['reaction', 'reaction.emoji', '👨‍👩‍👧'],
  ['reaction', 'reaction.emoji', '👍🏽'],
  ['reaction', 'reaction.emoji', '🇦🇷'],
  ['reaction', 'reaction.emoji', '❤️'],
  ['reaction', 'reaction.emoji', '\\uD83D\\uDE00'],
  ['location', 'location.latitude', '51.5'],
  ['image', 'image.id', 1234],
  ['template', 'template.components', undefined],
  ['template', 'template.components', []],
  ['template', 'template.components[0].type', 'HEADER'],
  ['template', 'template.components[2].index', 0],
])('M18: %s takes %s = %j, as Meta does', (name, path, value) => {
  expect(validateSend(withAt(name, path, value)).ok).toBe(true)
})

test('a recipient may be a user id alone, and a number as a number becomes text', () => {
  const { to: _, ...body } = valid('text')
  expect(validateSend({ ...body, recipient: 'AR.1a2B3c' }).ok).toBe(true)
  const result = validateSend({ ...body, to: 541156384310 })
  expect(result.ok && result.message.to).toBe('541156384310')
})

test('fields that Meta adds to an object pass through; top-level ones only when asked for', () => {
  const result = validateSend(withAt('text', 'text.shiny', 1))
  expect(result.ok && result.message.type === 'text' && result.message.text).toEqual({
    body: 'hola',
    shiny: 1,
  } as never)
  expect(validateSend({ ...valid('text'), shiny: 1 }, { unknownFields: 'allow' }).ok).toBe(true)
})

test('H4: all problems are listed at once, with the code of the first, and never more than fifty', () => {
  const result = validateSend({ to: 'x', type: 'text', text: { body: 7, preview_url: 7 } })
  expect(result.ok ? [] : result.errors.map(({ path }) => path)).toEqual([
    'messaging_product',
    'to',
    'text.body',
    'text.preview_url',
  ])
  expect(result).toMatchObject({ code: 131008, title: 'Required parameter is missing' })
  const cards = many(200, () => ({ name: {} }))
  const flood = validateSend(withAt('contacts', 'contacts', cards))
  expect(flood.ok ? 0 : flood.errors.length).toBe(50)
})

test.each([[null], ['text'], [7], [[]], [[{}]]])('%j is no message, and says so', (body) => {
  expect(problemOf(body)).toMatchObject({ path: '', rule: 'wrong_type', code: 100 })
})

test('nothing makes the check throw', () => {
  const shapes = Object.values(sends)
  const anything = fc.anything({ maxDepth: 4, withNullPrototype: true, withBigInt: true })
  fc.assert(fc.property(anything, (body) => typeof validateSend(body).ok === 'boolean'))
  fc.assert(
    fc.property(fc.constantFrom(...shapes), anything, fc.nat(200), (shape, value, at) => {
      const body = structuredClone({ messaging_product: 'whatsapp', to: '573001234567', ...shape })
      // Puts anything at any place of a valid body.
      let nth = at
      const seen = JSON.stringify(body, (_, each) => (nth-- === 0 ? '@@' : each))
      const broken = JSON.parse(seen, (_, each) => (each === '@@' ? value : each)) as unknown
      return typeof validateSend(broken).ok === 'boolean'
    }),
    { numRuns: 2_000 },
  )
})

test('a hole in a list is a missing item, not a crash', () => {
  const components = [{ type: 'carousel', cards: new Array(2) }]
  const template = { name: 'offer', language: { code: 'es' }, components }
  const result = validateSend({
    messaging_product: 'whatsapp',
    to: '573001234567',
    type: 'template',
    template,
  })
  expect(result.ok).toBe(false)
})

test('every limit has a ceiling above its floor', () => {
  for (const limit of Object.values(limits))
    expect(limit.max).toBeGreaterThanOrEqual('min' in limit ? limit.min : 0)
})

test('M16: hello_world in en_US to 541156384310 is valid as Meta documents it', () => {
  const body = {
    messaging_product: 'whatsapp',
    to: '541156384310',
    type: 'template',
    template: { name: 'hello_world', language: { code: 'en_US' } },
  }
  expect(validateSend(body)).toEqual({
    ok: true,
    message: { ...body, recipient_type: 'individual' },
  } as never)
})

test('M18: an object or array that comes as JSON inside a string is taken out of it, and held to the same rules', () => {
  const card = [{ name: { formatted_name: 'Ana', first_name: 'Ana' } }]
  const body = { messaging_product: 'whatsapp', to: '573001112233', type: 'contacts' }
  expect(validateSend({ ...body, contacts: JSON.stringify(card) })).toMatchObject({
    ok: true,
    message: { contacts: card },
  })
  expect(validateSend({ ...body, contacts: '[{}]' })).toMatchObject({ ok: false })
  expect(validateSend({ ...body, contacts: '[not JSON' })).toMatchObject({ ok: false, code: 100 })
})
