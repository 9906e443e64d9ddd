import { expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  build,
  type ContactCard,
  limits,
  type SendMessage,
  sendTypes,
  validateRequest,
  validateSend,
} from '../src/index.ts'
import { bsuid, id, link } from './arbitrary.ts'

// What goes out: whatever a builder makes of values within the limits, Meta would take.

const words = (max: number, min = 1) =>
  fc.string({ minLength: min, maxLength: Math.min(max, 40), unit: 'grapheme-ascii' }).map((text) => {
    const trimmed = text.trim()
    return trimmed.length < min ? 'x'.repeat(min) : trimmed
  })
const source = fc.oneof(fc.record({ id }), fc.record({ link }))
const phone = fc.constantFrom('573001234567', '+57 300 123 4567', '541156384310')
const person = fc.oneof(
  fc.record({ to: phone }),
  fc.record({ recipient: bsuid }),
  fc.record({ to: phone, recipient: bsuid }),
)
const group = fc.record({ group: fc.base64String({ minLength: 8, maxLength: 40 }) })
const anyone = fc.oneof(person, group)
const options = fc.record(
  { replyTo: fc.constant('wamid.QQ=='), callbackData: fc.string({ maxLength: 512 }) },
  { requiredKeys: [] },
)
const without = fc.record({ callbackData: fc.string({ maxLength: 512 }) }, { requiredKeys: [] })
const unique = (max: number, title: number, min = 1) =>
  fc.uniqueArray(words(title), { minLength: min, maxLength: max })
const button = fc.record({ display_text: words(20), url: link })
const header = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: words(60) }),
  fc.record({ type: fc.constant('image' as const), image: source }),
)
const around = fc
  .tuple(options, fc.record({ header, footer: words(60) }, { requiredKeys: [] }))
  .map(([one, other]) => ({ ...one, ...other }))
const cards: fc.Arbitrary<ContactCard[]> = fc.array(
  fc.record({
    name: fc.record({ formatted_name: words(60), first_name: words(30) }),
    phones: fc.array(fc.record({ phone, type: fc.constantFrom('WORK', 'HOME') }), { maxLength: 3 }),
    emails: fc.array(fc.record({ email: fc.emailAddress() }), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 257 },
)
const sections = unique(10, 24).map((titles) =>
  titles.map((title, s) => ({ title, rows: [{ id: `r${s}`, title: `R${s}`, description: title }] })),
)

const made: Record<string, fc.Arbitrary<SendMessage>> = {
  text: fc.tuple(anyone, words(4096), options).map((all) => build.text(...all)),
  image: fc.tuple(anyone, source, fc.record({ caption: words(1024) })).map((all) => build.image(...all)),
  video: fc.tuple(anyone, source, options).map((all) => build.video(...all)),
  audio: fc.tuple(anyone, source, options).map((all) => build.audio(...all)),
  voice: fc.tuple(anyone, source).map((all) => build.voice(...all)),
  document: fc
    .tuple(anyone, source, fc.record({ filename: words(240), caption: words(1024) }))
    .map((all) => build.document(...all)),
  sticker: fc.tuple(anyone, source).map((all) => build.sticker(...all)),
  location: fc
    .tuple(
      person,
      fc.record({
        latitude: fc.double({ min: -90, max: 90, noNaN: true }),
        longitude: fc.double({ min: -180, max: 180, noNaN: true }),
        name: words(100),
      }),
    )
    .map((all) => build.location(...all)),
  contacts: fc.tuple(person, cards).map((all) => build.contacts(...all)),
  reaction: fc
    .tuple(person, fc.constant('wamid.QQ=='), fc.constantFrom('👍', '', '❤️', '👨‍👩‍👧'), without)
    .map((all) => build.reaction(...all)),
  buttons: fc.tuple(person, words(1024), unique(3, 20), around).map(([whom, body, titles, more]) =>
    build.buttons(
      whom,
      body,
      titles.map((title, i) => ({ id: `b${i}`, title })),
      more,
    ),
  ),
  list: fc
    .tuple(person, words(4096), fc.record({ button: words(20), sections }), options)
    .map((all) => build.list(...all)),
  ctaUrl: fc.tuple(person, words(1024), button, around).map((all) => build.ctaUrl(...all)),
  flow: fc
    .tuple(
      person,
      words(1024),
      fc.record({ flow_id: id, flow_cta: fc.constantFrom('Reservar', 'Go') }),
      around,
    )
    .map((all) => build.flow(...all)),
  product: fc
    .tuple(person, fc.record({ catalog_id: id, product_retailer_id: id }))
    .map((all) => build.product(...all)),
  productList: fc
    .tuple(
      person,
      words(1024),
      fc.record({
        header: words(60),
        catalog_id: id,
        sections: fc.array(
          fc.record({
            title: words(24),
            product_items: fc.array(fc.record({ product_retailer_id: id }), { minLength: 1, maxLength: 3 }),
          }),
          { minLength: 1, maxLength: 10 },
        ),
      }),
    )
    .map((all) => build.productList(...all)),
  catalog: fc.tuple(person, words(1024), id).map((all) => build.catalog(...all)),
  locationRequest: fc.tuple(person, words(1024), options).map((all) => build.locationRequest(...all)),
  address: fc
    .tuple(person, words(1024), fc.record({ country: fc.constantFrom('IN', 'SG') }))
    .map((all) => build.address(...all)),
  voiceCall: fc
    .tuple(
      person,
      words(1024),
      fc.record({ display_text: words(20), ttl_minutes: fc.integer({ min: 1, max: 43_200 }) }),
    )
    .map((all) => build.voiceCall(...all)),
  callPermission: fc.tuple(person, words(1024)).map((all) => build.callPermission(...all)),
  contactInfo: fc.tuple(person, words(1024)).map((all) => build.contactInfo(...all)),
  carousel: fc
    .tuple(person, words(1024), fc.array(button, { minLength: 2, maxLength: 10 }))
    .map(([whom, body, links]) =>
      build.carousel(
        whom,
        body,
        links.map((parameters) => ({
          header: { type: 'image', image: { link: parameters.url } },
          body: { text: 'Uno' },
          action: { name: 'cta_url', parameters },
        })),
      ),
    ),
  orderDetails: fc
    .tuple(person, words(1024), fc.record({ reference_id: words(35) }))
    .map((all) => build.orderDetails(...all)),
  orderStatus: fc
    .tuple(person, words(1024), fc.record({ reference_id: words(35) }))
    .map((all) => build.orderStatus(...all)),
  template: fc
    .tuple(
      anyone,
      fc.stringMatching(/^[a-z0-9_]{1,60}$/),
      fc.constantFrom('es', 'en_US', 'pt_BR'),
      fc.record({
        header: fc.array(words(60), { maxLength: 1 }),
        body: fc.oneof(
          fc.array(words(200), { maxLength: 9 }),
          fc.constant({ first_name: 'Ana', order_no: 'A1' }),
        ),
      }),
    )
    .map((all) => build.template(...all)),
  oneTimePassword: fc
    .tuple(fc.record({ to: phone }), fc.constant('login'), fc.constant('es'), fc.stringMatching(/^\d{4,15}$/))
    .map((all) => build.oneTimePassword(...all)),
  directSend: fc
    .tuple(fc.record({ to: phone }), words(1024), fc.integer({ min: 30, max: 43_200 }))
    .map(([whom, body, ttlSeconds]) =>
      build.directSend(build.text(whom, body), 'utility', { ttlSeconds, templateName: 'a_1' }),
    ),
}

test.each(Object.keys(made))('M18: whatever build makes of a %s within the limits is valid', (name) => {
  const bodies = made[name] as fc.Arbitrary<SendMessage>
  fc.assert(
    fc.property(bodies, (body) => {
      const result = validateSend(JSON.parse(JSON.stringify(body)))
      expect(result.ok ? [] : result.errors).toEqual([])
    }),
    { numRuns: 50 },
  )
})

test('M18: there is a builder for every type, and for what was read', () => {
  const types = new Set(Object.values(made).flatMap((bodies) => fc.sample(bodies, 1).map(({ type }) => type)))
  expect([...types].sort()).toEqual([...sendTypes].sort())
  expect(validateRequest(build.readReceipt('wamid.QQ==', { typing: true })).ok).toBe(true)
  expect(validateRequest({ ...build.readReceipt('wamid.QQ=='), message_id: '' }).ok).toBe(false)
})

test('M18: a text one character beyond its limit is refused, whatever its characters', () => {
  const max = limits.textBody.max
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (unit) => {
      expect(validateSend(build.text({ to: '573001234567' }, unit.repeat(max))).ok).toBe(true)
      expect(validateSend(build.text({ to: '573001234567' }, unit.repeat(max + 1))).ok).toBe(false)
    }),
    { numRuns: 30 },
  )
})
