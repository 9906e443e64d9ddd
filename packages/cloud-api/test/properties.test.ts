import { expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  build,
  type ContactCard,
  type InboundContent,
  limits,
  messagesIn,
  type SendMessage,
  sendTypes,
  statusesIn,
  validateRequest,
  validateSend,
  writeWebhook,
} from '../src/index.ts'
import { parseExact } from '../src/webhook/exact.ts'
import { webhookOf } from './payloads.ts'

// What goes out: whatever a builder makes of values within the limits, Meta would take.

const words = (max: number, min = 1) =>
  fc.string({ minLength: min, maxLength: Math.min(max, 40), unit: 'grapheme-ascii' }).map((text) => {
    const trimmed = text.trim()
    return trimmed.length < min ? 'x'.repeat(min) : trimmed
  })
const id = fc.stringMatching(/^[0-9]{5,18}$/)
const link = fc.webUrl({ validSchemes: ['https'] }).filter((url) => url.length < 200)
const source = fc.oneof(fc.record({ id }), fc.record({ link }))
const bsuid = fc.stringMatching(/^(US|BR|CO)\.(ENT\.)?[A-Za-z0-9]{1,128}$/)
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

// What comes in: a message of each kind says what was put into it, and all of it is understood.

const prose = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => text.isWellFormed() && !text.includes('\0'))
const media = fc.record({
  id,
  mime_type: fc.constant('image/jpeg'),
  sha256: prose,
  url: link,
  caption: prose,
})
const wamid = fc.base64String({ minLength: 8, maxLength: 60 }).map((text) => `wamid.${text}`)
const pick = <T extends object>(value: fc.Arbitrary<T>) => value

const inbound: Record<string, { own: fc.Arbitrary<unknown>; says(own: never): Partial<InboundContent> }> = {
  text: {
    own: pick(fc.record({ body: prose })),
    says: ({ body }: { body: string }) => ({ kind: 'text', body }),
  },
  image: {
    own: media,
    says: ({ id, caption }: { id: string; caption: string }) => ({
      kind: 'media',
      media: { type: 'image', id, caption } as never,
    }),
  },
  video: {
    own: media,
    says: ({ id }: { id: string }) => ({ kind: 'media', media: { type: 'video', id } as never }),
  },
  audio: {
    own: fc.record({
      id,
      mime_type: fc.constant('audio/ogg; codecs=opus'),
      sha256: prose,
      voice: fc.boolean(),
    }),
    says: ({ voice }: { voice: boolean }) => ({ kind: 'media', media: { type: 'audio', voice } as never }),
  },
  document: {
    own: fc.record({ id, mime_type: fc.constant('application/pdf'), sha256: prose, filename: prose }),
    says: ({ filename }: { filename: string }) => ({ kind: 'media', media: { filename } as never }),
  },
  sticker: {
    own: fc.record({ id, mime_type: fc.constant('image/webp'), sha256: prose, animated: fc.boolean() }),
    says: ({ animated }: { animated: boolean }) => ({ kind: 'media', media: { animated } as never }),
  },
  location: {
    own: fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }).filter((n) => !Object.is(n, -0)),
      longitude: fc.integer({ min: -180, max: 180 }),
      name: prose,
    }),
    says: ({ latitude, name }: { latitude: number; name: string }) => ({ kind: 'location', latitude, name }),
  },
  contacts: {
    own: fc.array(fc.record({ name: fc.record({ formatted_name: prose }) }), { maxLength: 5 }),
    says: (own: unknown[]) => ({ kind: 'contacts', cards: { length: own.length } as never }),
  },
  button: {
    own: fc.record({ payload: prose, text: prose }),
    says: ({ payload, text }: { payload: string; text: string }) => ({ kind: 'button', payload, text }),
  },
  reaction: {
    own: fc.record({ message_id: wamid, emoji: fc.constantFrom('👍', '❤️', '🇦🇷') }),
    says: ({ message_id, emoji }: { message_id: string; emoji: string }) => ({
      kind: 'reaction',
      wamid: message_id,
      emoji,
    }),
  },
  interactive: {
    own: fc.record({
      type: fc.constant('list_reply'),
      list_reply: fc.record({ id: prose, title: prose, description: prose }),
    }),
    says: ({ list_reply }: { list_reply: { id: string; title: string } }) => ({
      kind: 'interactive',
      reply: { kind: 'list', id: list_reply.id, title: list_reply.title } as never,
    }),
  },
  order: {
    own: fc.record({
      catalog_id: id,
      text: prose,
      product_items: fc.array(
        fc.record({
          product_retailer_id: id,
          quantity: fc.nat(99),
          item_price: fc.nat(9_999),
          currency: fc.constant('USD'),
        }),
        { maxLength: 4 },
      ),
    }),
    says: ({ catalog_id, product_items }: { catalog_id: string; product_items: unknown[] }) => ({
      kind: 'order',
      catalogId: catalog_id,
      items: { length: product_items.length } as never,
    }),
  },
  system: {
    own: fc.record({
      type: fc.constant('user_changed_number'),
      body: prose,
      wa_id: id,
      user_id: bsuid,
      previous_user_id: bsuid,
    }),
    says: ({ wa_id, previous_user_id }: { wa_id: string; previous_user_id: string }) => ({
      kind: 'system',
      newWaId: wa_id,
      previousUserId: previous_user_id,
    }),
  },
  edit: {
    own: fc.record({
      original_message_id: wamid,
      message: fc.record({ type: fc.constant('text'), text: fc.record({ body: prose }) }),
    }),
    says: ({ original_message_id }: { original_message_id: string }) => ({
      kind: 'edit',
      wamid: original_message_id,
    }),
  },
  revoke: {
    own: fc.record({ original_message_id: wamid }),
    says: ({ original_message_id }: { original_message_id: string }) => ({
      kind: 'revoke',
      wamid: original_message_id,
    }),
  },
  unsupported: {
    own: fc.record({ type: fc.constantFrom('poll_creation', 'gif') }),
    says: ({ type }: { type: string }) => ({ kind: 'unsupported', type }),
  },
}

test.each(Object.keys(inbound))(
  'W5: whatever a %s message says is read, all of it, and written again',
  (type) => {
    const { own, says } = inbound[type] as (typeof inbound)[string]
    const message = fc.record({
      from: id,
      from_user_id: bsuid,
      id: wamid,
      timestamp: fc.integer({ min: 1, max: 4_000_000_000 }).map(String),
      own,
    })
    fc.assert(
      fc.property(message, ({ own: content, ...common }) => {
        const messages = [{ ...common, type, [type]: content }]
        const value = { messaging_product: 'whatsapp', metadata: { phone_number_id: '41' }, messages }
        const body = {
          object: 'whatsapp_business_account',
          entry: [{ id: '31', changes: [{ field: 'messages', value }] }],
        }
        const bytes = new TextEncoder().encode(JSON.stringify(body))
        const webhook = webhookOf(bytes)
        const [change] = webhook.changes
        expect(change && messagesIn(change)).toMatchObject([
          { wamid: common.id, type, content: says(content as never) },
        ])
        expect(change?.parts).toEqual([])
        expect(writeWebhook(webhook)).toEqual(parseExact(bytes))
      }),
      { numRuns: 60 },
    )
  },
)

test('W5: whatever a status says is read, all of it, and written again', () => {
  const status = fc.record(
    {
      id: wamid,
      status: fc.constantFrom('sent', 'delivered', 'read', 'played', 'failed'),
      timestamp: fc.integer({ min: 1, max: 4_000_000_000 }).map(String),
      recipient_id: id,
      recipient_user_id: bsuid,
      biz_opaque_callback_data: prose,
      pricing: fc.record({
        billable: fc.boolean(),
        pricing_model: fc.constant('PMP'),
        type: fc.constant('regular'),
        category: fc.constant('utility'),
      }),
      errors: fc.array(
        fc.record({
          code: fc.integer({ min: 1, max: 999_999 }),
          title: prose,
          error_data: fc.record({ details: prose }),
        }),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: ['id', 'status'] },
  )
  fc.assert(
    fc.property(status, (one) => {
      const value = { metadata: { phone_number_id: '41' }, statuses: [one] }
      const body = {
        object: 'whatsapp_business_account',
        entry: [{ id: '31', changes: [{ field: 'messages', value }] }],
      }
      const bytes = new TextEncoder().encode(JSON.stringify(body))
      const webhook = webhookOf(bytes)
      const [change] = webhook.changes
      expect(change && statusesIn(change)).toMatchObject([
        {
          wamid: one.id,
          status: one.status,
          ...(one.biz_opaque_callback_data ? { echo: one.biz_opaque_callback_data } : {}),
        },
      ])
      expect(change?.parts).toEqual([])
      expect(writeWebhook(webhook)).toEqual(parseExact(bytes))
    }),
    { numRuns: 100 },
  )
})
