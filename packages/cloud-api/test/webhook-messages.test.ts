import { expect, test } from 'bun:test'
import {
  type InboundContent,
  type InboundMessage,
  messagesIn,
  type Status,
  statusesIn,
} from '../src/index.ts'
import { changeIn } from './payloads.ts'

function only<T>(list: readonly T[]): T {
  expect(list).toHaveLength(1)
  return list[0] as T
}
const messageIn = (name: string): InboundMessage => only(messagesIn(changeIn(name)))
const statusIn = (name: string): Status => only(statusesIn(changeIn(name)))

const kinds: [name: string, content: Partial<InboundContent>][] = [
  ['message-text', { kind: 'text', body: 'hola' }],
  ['message-text-emoji-utf8', { kind: 'text', body: '¡Mañana! 👨‍👩‍👧 🇦🇷 \u202eRTL' }],
  [
    'message-image',
    {
      kind: 'media',
      media: { type: 'image', id: '7001', mimeType: 'image/jpeg', caption: 'la foto' } as never,
    },
  ],
  ['message-video', { kind: 'media', media: { type: 'video', mimeType: 'video/mp4' } as never }],
  [
    'message-audio-voice',
    { kind: 'media', media: { type: 'audio', voice: true, mimeType: 'audio/ogg; codecs=opus' } as never },
  ],
  ['message-document', { kind: 'media', media: { type: 'document', filename: '=cmd.pdf' } as never }],
  ['message-sticker', { kind: 'media', media: { type: 'sticker', animated: false } as never }],
  ['message-location', { kind: 'location', latitude: -34.6037, longitude: -58.3816, name: 'Obelisco' }],
  [
    'message-contacts',
    { kind: 'contacts', cards: [{ name: 'Luz B', isOwn: true, emails: ['luz@example.com'] } as never] },
  ],
  ['message-contacts-empty', { kind: 'contacts', cards: [] }],
  ['message-button', { kind: 'button', text: 'Stop', payload: 'STOP' }],
  ['message-button-without-payload', { kind: 'button', text: 'Sí', payload: 'Sí' }],
  [
    'message-interactive-button-reply',
    { kind: 'interactive', reply: { kind: 'button', id: 'btn-1', title: 'Sí' } },
  ],
  [
    'message-interactive-list-reply',
    { kind: 'interactive', reply: { kind: 'list', id: 'row-1', title: 'Dos', description: 'segunda' } },
  ],
  [
    'message-interactive-flow-reply',
    { kind: 'interactive', reply: { kind: 'form', name: 'flow', response: { flow_token: 't-1' } } as never },
  ],
  [
    'message-interactive-flow-reply-not-json',
    { kind: 'interactive', reply: { kind: 'form', response: null, responseText: '{oops' } as never },
  ],
  [
    'message-interactive-call-permission',
    {
      kind: 'interactive',
      reply: {
        kind: 'call_permission',
        accepted: true,
        permanent: false,
        expiresAt: new Date(1_795_600_000_000),
      },
    },
  ],
  [
    'message-interactive-unknown',
    { kind: 'interactive', reply: { kind: 'other', type: 'hologram_reply' } as never },
  ],
  ['message-interactive-without-object', { kind: 'other' }],
  ['message-reaction', { kind: 'reaction', wamid: 'wamid.T1VU=', emoji: '👍🏽' }],
  ['message-reaction-removed', { kind: 'reaction', emoji: null }],
  ['message-reaction-removed-empty', { kind: 'reaction', emoji: null }],
  [
    'message-order',
    {
      kind: 'order',
      catalogId: '70001',
      items: [{ productRetailerId: 'sku-9', quantity: 2, itemPrice: 10.5, currency: 'USD' }],
    },
  ],
  [
    'message-system-number-changed',
    {
      kind: 'system',
      event: 'user_changed_number',
      newWaId: '15550100188',
      newUserId: 'US.NEW1',
      previousUserId: 'US.7Qk2Zx0mWp',
    },
  ],
  ['message-system-user-id-changed', { kind: 'system', event: 'user_changed_user_id', newUserId: 'US.NEW1' }],
  ['message-system-legacy', { kind: 'system', event: 'user_changed_number', newWaId: '15550100188' }],
  [
    'message-edit',
    {
      kind: 'edit',
      wamid: 'wamid.SU4001=',
      message: { type: 'text', content: { kind: 'text', body: 'hola, corregido' } } as never,
    },
  ],
  ['message-revoke', { kind: 'revoke', wamid: 'wamid.SU4001=' }],
  ['message-unsupported', { kind: 'unsupported', type: 'poll_creation' }],
  ['message-unsupported-bare', { kind: 'unsupported' }],
  ['message-unknown-type', { kind: 'other' }],
  ['message-without-type', { kind: 'other' }],
]

test.each(kinds)('W5: %s is read', (name, content) => {
  const message = messageIn(name)
  expect(message.content).toMatchObject(content as never)
  expect(message.wamid).toStartWith('wamid.')
  expect(message.timestamp?.getTime()).toBeGreaterThan(1_795_000_000_000)
  expect(message.json.id).toBe(message.wamid)
})

test('W5: a message keeps its own object as it came, whatever its type', () => {
  expect(messageIn('message-text').own).toEqual({ body: 'hola' })
  expect(messageIn('message-unknown-type')).toMatchObject({ type: 'hologram', own: { depth: 3 } })
  expect(messageIn('message-without-type')).toMatchObject({
    type: 'unknown',
    own: null,
    json: { location: { latitude: 1 } },
  })
})

test('M28: a reply names the message it answers; a forward and a product enquiry say so', () => {
  expect(messageIn('message-text-reply').context).toEqual({
    wamid: 'wamid.T1VU=',
    from: '15550100100',
    forwarded: false,
    frequentlyForwarded: false,
  })
  expect(messageIn('message-text-forwarded').context).toEqual({ forwarded: false, frequentlyForwarded: true })
  expect(messageIn('message-text-product-enquiry').context?.referredProduct).toEqual({
    catalogId: '70001',
    productRetailerId: 'sku-9',
  })
})

test('an ad that was clicked, a group and the errors of an unsupported message are kept', () => {
  expect(messageIn('message-text-from-ad').referral).toMatchObject({ source_type: 'ad', ctwa_clid: 'AbC' })
  expect(messageIn('message-text-group').groupId).toBe('Z3JvdXA6MQ==')
  expect(messageIn('message-unsupported').errors).toEqual([
    {
      code: 131051,
      title: 'Message type unknown',
      details: 'Message type is currently not supported.',
      href: '',
    },
  ])
  expect(messageIn('message-unsupported-bare').errors).toMatchObject([
    { code: 131060, details: 'at the top' },
  ])
})

test('a sender has what contacts know of him, by user id or phone and never by position', () => {
  expect(messageIn('message-text').from).toEqual({
    waId: '15550100199',
    userId: 'US.7Qk2Zx0mWp',
    profileName: 'Ana Prueba',
  })
  expect(messageIn('message-from-user-id-only').from).toEqual({
    userId: 'US.7Qk2Zx0mWp',
    parentUserId: 'US.ENT.9Lr4',
    username: 'ana.pruebas',
    profileName: 'Ana',
  })
  // Who tells of another number is who has it from now on.
  expect(messageIn('message-system-number-changed').from).toEqual({
    waId: '15550100188',
    userId: 'US.NEW1',
    previousUserId: 'US.7Qk2Zx0mWp',
    previousWaId: '15550100199',
  })
})

test('a user id that stands where the phone number was is a user id', () => {
  expect(messageIn('message-user-id-in-place-of-phone').from).toEqual({ userId: 'US.7Qk2Zx0mWp' })
})

test('M20: a status has its echo, its price and its recipient', () => {
  expect(statusIn('status-sent')).toMatchObject({
    wamid: 'wamid.T1VU=',
    status: 'sent',
    timestamp: new Date(1_795_000_002_000),
    recipient: { waId: '15550100199', userId: 'US.7Qk2Zx0mWp', profileName: 'Ana Prueba' },
    echo: 'msg_01h455vb4pex5vsknk084sn02q~1|tenant-7:job-19',
    pricing: { billable: true, model: 'PMP', type: 'regular', category: 'marketing' },
    conversation: { id: 'c0ffee', originType: 'marketing', expiresAt: new Date(1_795_086_402_000) },
    errors: [],
  })
})

test.each(['delivered', 'read', 'played'])('a %s status without price or echo is read', (word) => {
  const status = statusIn(`status-${word}`)
  expect(status.status).toBe(word)
  expect(status).not.toHaveProperty('pricing')
  expect(status).not.toHaveProperty('echo')
})

test('a failed status says why, without contacts and in any case', () => {
  expect(statusIn('status-failed')).toMatchObject({
    status: 'failed',
    recipient: { waId: '15550100199' },
    errors: [{ code: 131049, href: '/docs/errors' }],
  })
  expect(statusIn('status-failed-in-capitals')).toMatchObject({
    status: 'failed',
    errors: [{ code: 0, details: '' }],
  })
})

test('a price inside the conversation is found; free is not billable when Meta does not say', () => {
  expect(statusIn('status-pricing-in-conversation').pricing).toEqual({
    billable: false,
    model: 'PMP',
    type: 'free_customer_service',
    category: 'service',
  })
})

test('statuses of a group tell its members apart, in either spelling', () => {
  const statuses = statusesIn(changeIn('status-group'))
  expect(statuses.map(({ groupId }) => groupId)).toEqual(Array(3).fill('Z3JvdXA6MQ=='))
  expect(statuses.map(({ recipient }) => recipient)).toEqual([{}, {}, {}])
  expect(statuses.map(({ participant }) => participant)).toEqual([
    { waId: '15550100199', userId: 'US.7Qk2Zx0mWp', profileName: 'Ana Prueba' },
    { waId: '15550100177' },
    { userId: 'US.Beto1', profileName: 'Beto' },
  ])
})

test('a status of a payment says that it is of no message', () => {
  expect(statusIn('status-payment')).toMatchObject({ subject: 'payment', status: 'captured' })
  expect(statusIn('status-sent')).not.toHaveProperty('subject')
})
