import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { type InboundContent, messagesIn, statusesIn, writeWebhook } from '../src/index.ts'
import { parseExact } from '../src/webhook/exact.ts'
import { bsuid, id, link } from './arbitrary.ts'
import { webhookOf } from './payloads.ts'

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
