import { expect, test } from 'bun:test'
import { messagesIn, statusesIn } from '@palomar/cloud-api'
import type { Id, ingestEventsV1 } from '@palomar/contracts'
import fc from 'fast-check'
import { eventsOf } from './events.ts'
import { changeAgain, changesOf, type IncomingChange, idOfChange, type SignedBody } from './incoming.ts'
import type { Route } from './route.ts'

const at = new Date('2026-11-21T08:00:00.000Z')
const route: Route = {
  tenantId: 'ten_a' as Id<'tenant'>,
  numberId: 'num_a',
  phoneNumberId: '400000000000041',
  wabaId: '300000000000031',
  portfolioId: 'pfl_a',
  appIds: new Set(['app_a']),
}
const metadata = { display_phone_number: '15550100100', phone_number_id: route.phoneNumberId }

function body(...changes: { field: string; value: unknown }[]): SignedBody {
  const json = { object: 'whatsapp_business_account', entry: [{ id: route.wabaId, changes }] }
  return { appId: 'app_a', receivedAt: at, webhookAt: at, bytes: Buffer.from(JSON.stringify(json)) }
}

const read = (...changes: { field: string; value: unknown }[]) =>
  changesOf(body(...changes)).flatMap((change) => eventsOf(change, route))
const messages = (value: object) => read({ field: 'messages', value: { metadata, ...value } })
const payloadOf = ({ payload }: ingestEventsV1.Event) => ({ ...payload?.value }) as Record<string, unknown>
const idsOf = (events: ingestEventsV1.Event[]) => events.map(({ header }) => header?.id)

test('W8: a message says who wrote, what, when, to which number, and what it answers', () => {
  const message = {
    from: '5491122000011',
    from_user_id: 'AR.7Qk2',
    id: 'wamid.1',
    timestamp: '1795000000',
    type: 'text',
    text: { body: 'hola' },
    context: { from: '15550100100', id: 'wamid.0' },
    referral: { source_type: 'ad', source_id: '88' },
  }
  const other = { profile: { name: 'Otro' }, wa_id: '5491100000000' }
  const ana = { profile: { name: 'Ana', username: 'ana.p' }, wa_id: '5491122000011', user_id: 'AR.7Qk2' }
  const [event, ...rest] = messages({ contacts: [other, ana], messages: [message] })
  expect(rest).toEqual([])
  expect(event?.header).toMatchObject({ tenantId: 'ten_a', time: new Date(1_795_000_000_000) })
  expect(event?.payload).toEqual({
    $case: 'messageReceived',
    value: {
      number: {
        numberId: 'num_a',
        phoneNumberId: route.phoneNumberId,
        wabaId: route.wabaId,
        portfolioId: 'pfl_a',
      },
      wamid: 'wamid.1',
      from: {
        waId: '5491122000011',
        userId: 'AR.7Qk2',
        parentUserId: '',
        username: 'ana.p',
        profileName: 'Ana',
        previousUserId: '',
        previousWaId: '',
      },
      type: 'text',
      contentJson: '{"body":"hola"}',
      contextWamid: 'wamid.0',
      field: 'messages',
      groupId: '',
      referralJson: '{"source_type":"ad","source_id":"88"}',
      errors: [],
      receivedAt: at,
      placeholder: false,
    },
  })
})

test('M20: a status says what became of which message, with our echo, its price and its errors', () => {
  const status = {
    id: 'wamid.2',
    status: 'failed',
    timestamp: '1795000002',
    recipient_id: '5491122000011',
    biz_opaque_callback_data: 'msg_x~1|theirs',
    pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' },
    errors: [{ code: 131049, title: 'no', error_data: { details: 'why' } }],
  }
  const [event] = messages({ statuses: [status] })
  expect(event?.payload).toMatchObject({
    $case: 'statusReceived',
    value: {
      wamid: 'wamid.2',
      status: 'failed',
      echo: 'msg_x~1|theirs',
      participant: '',
      recipient: { waId: '5491122000011' },
      errors: [{ code: 131049, title: 'no', details: 'why' }],
      pricing: { billable: true, model: 'PMP', type: 'regular', category: 'marketing' },
    },
  })
})

test('CONTRACTS 3: each part of a status’s id tells two facts apart, and nothing else does', () => {
  const base = { id: 'wamid.2', status: 'delivered', timestamp: '1795000002', recipient_id: '549112' }
  const idOf = (change: object) => idsOf(messages({ statuses: [{ ...base, ...change }] }))[0]
  const distinct = [
    {},
    { id: 'wamid.3' },
    { status: 'read' },
    { timestamp: '1795000003' },
    { recipient_type: 'group', recipient_participant_id: '1' },
    { recipient_type: 'group', recipient_participant_user_id: 'AR.1' },
    { errors: [{ code: 1 }] },
  ].map(idOf)
  expect(new Set(distinct).size).toBe(distinct.length)
  const same = { biz_opaque_callback_data: 'x', pricing: { category: 'service' }, conversation: { id: 'c' } }
  expect(idOf(same)).toBe(idOf({}))
  expect(idOf({ recipient_type: 'group', participant_recipient_id: '1' })).toBe(
    idOf({ recipient_type: 'group', recipient_participant_id: '1' }),
  )
})

test('CONTRACTS 3: a group member’s status has the same id whatever contacts stand beside it', () => {
  const status = { id: 'wamid.G', status: 'read', timestamp: '1', recipient_type: 'group', recipient_id: 'g' }
  const member = { ...status, recipient_participant_id: '549112' }
  const contacts = [{ wa_id: '549112', user_id: 'AR.9', profile: { name: 'Ana' } }]
  expect(idsOf(messages({ statuses: [member], contacts }))).toEqual(idsOf(messages({ statuses: [member] })))
})

test('CONTRACTS 3: however Meta groups the same updates, the same ids come out', () => {
  const updates = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 })
  const cuts = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })
  const one = (n: number) =>
    n % 2 === 0
      ? {
          messages: {
            id: `wamid.${n}`,
            from: `5491${n}`,
            type: 'text',
            text: { body: `t${n}` },
            timestamp: '5',
          },
        }
      : {
          statuses: {
            id: `wamid.${n}`,
            status: n % 3 ? 'sent' : 'read',
            timestamp: '6',
            recipient_id: `5${n}`,
          },
        }
  const grouped = (numbers: number[], cut: boolean[]) => {
    const changes: { field: string; value: Record<string, unknown> }[] = []
    numbers.forEach((n, i) => {
      if (i === 0 || cut[i]) changes.push({ field: 'messages', value: { metadata } })
      const value = changes.at(-1)?.value ?? {}
      for (const [key, item] of Object.entries(one(n)))
        value[key] = [...((value[key] as unknown[]) ?? []), item]
    })
    return new Set(idsOf(read(...changes)))
  }
  fc.assert(
    fc.property(updates, cuts, cuts, fc.integer(), (numbers, a, b, seed) => {
      const shuffled = [...numbers].sort((x, y) => ((x * 7919 + seed) % 101) - ((y * 7919 + seed) % 101))
      expect(grouped(numbers, a).size).toBe(numbers.length)
      expect(grouped(shuffled, b)).toEqual(grouped(numbers, a))
    }),
  )
})

test('CV6: a call is an event with its customer and the window it opens, beside the change as Meta sent it', () => {
  const call = {
    id: 'wacid.1',
    event: 'connect',
    timestamp: '1795000000',
    direction: 'USER_INITIATED',
    from: '5491122000011',
    from_user_id: 'AR.7Qk2',
    to: '15550100100',
  }
  const ana = { profile: { name: 'Ana' }, wa_id: '5491122000011', user_id: 'AR.7Qk2' }
  const calls = (...all: object[]) =>
    read({ field: 'calls', value: { metadata, contacts: [ana], calls: all } })
  const [event, change, ...rest] = calls(call)
  expect(rest).toEqual([])
  expect(event?.payload?.$case).toBe('callReceived')
  expect(event && payloadOf(event)).toMatchObject({
    number: { numberId: 'num_a' },
    callId: 'wacid.1',
    event: 'connect',
    direction: 'user_initiated',
    customer: { waId: '5491122000011', userId: 'AR.7Qk2', profileName: 'Ana' },
    windowExpiresAt: new Date(1_795_000_000_000 + 86_400_000),
  })
  expect(change?.payload).toMatchObject({ $case: 'changeReceived', value: { field: 'calls' } })
  const [again] = calls(call)
  expect(again?.header?.id).toBe(event?.header?.id)
  const [end] = calls({ ...call, event: 'terminate', timestamp: '1795000060' })
  expect(end?.header?.id).not.toBe(event?.header?.id)
  const [ours] = calls({ ...call, direction: 'BUSINESS_INITIATED', from: call.to, to: call.from })
  expect(ours && payloadOf(ours)).toMatchObject({
    direction: 'business_initiated',
    windowExpiresAt: undefined,
    customer: { waId: '5491122000011' },
  })
})

test('CONTRACTS 3: another field has the same id however its keys are ordered, and another at another time', () => {
  const change = (value: object, time?: number) => {
    const entry = { id: route.wabaId, ...(time && { time }), changes: [{ field: 'account_update', value }] }
    const bytes = Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry: [entry] }))
    return idsOf(changesOf({ ...body(), bytes }).flatMap((one) => eventsOf(one, route)))
  }
  const a = { event: 'X', ban_info: { a: 1, b: [1, { c: null }] } }
  const b = { ban_info: { b: [1, { c: null }], a: 1 }, event: 'X' }
  expect(change(a, 1_795_000_000)).toEqual(change(b, 1_795_000_000))
  expect(change(a, 1_795_000_001)).not.toEqual(change(a, 1_795_000_000))
  expect(change({ ...a, event: 'Y' })).not.toEqual(change(a))
})

test('history’s placeholder and the message that fills it are two facts', () => {
  const message = (type: string) => ({ id: 'wamid.H', from: '1', type, timestamp: '1', image: { id: '7' } })
  const [placeholder] = messages({ messages: [message('media_placeholder')] })
  const [image] = messages({ messages: [message('image')] })
  expect(payloadOf(placeholder as ingestEventsV1.Event).placeholder).toBe(true)
  expect(idsOf([placeholder as ingestEventsV1.Event])).not.toEqual(idsOf([image as ingestEventsV1.Event]))
})

test('nothing in a message-like value disappears: what is neither message nor status goes on as a change', () => {
  const value = {
    messages: [
      { id: 'wamid.1', type: 'text', text: { body: 'x' } },
      { type: 'text', text: { body: 'nameless' } },
    ],
    statuses: [{ id: 'wamid.P', type: 'payment', status: 'captured' }],
    errors: [{ code: 130429, title: 'slow' }],
    user_actions: [{ action_type: 'marketing_messages_link_click' }],
  }
  const events = messages(value)
  expect(events.map(({ payload }) => payload?.$case)).toEqual(['messageReceived', 'changeReceived'])
  expect(JSON.parse(String(payloadOf(events[1] as ingestEventsV1.Event).valueJson))).toEqual({
    user_actions: value.user_actions,
    errors: [{ code: 130429, title: 'slow', details: '', href: '' }],
    nameless: [value.messages[1]],
    statuses: value.statuses,
  })
})

test('any body makes events or a reason, never an exception', () => {
  const json = fc.jsonValue({ maxDepth: 4 })
  const entry = fc.oneof(
    json,
    fc.record({
      id: json,
      time: json,
      changes: fc.oneof(
        json,
        fc.array(
          fc.oneof(
            json,
            fc.record({
              field: fc.oneof(json, fc.constant('messages')),
              value: fc.oneof(
                json,
                fc.record({
                  metadata: json,
                  contacts: json,
                  messages: fc.oneof(json, fc.array(json)),
                  statuses: fc.oneof(json, fc.array(json)),
                }),
              ),
            }),
          ),
        ),
      ),
    }),
  )
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
      const bytes = Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry: entries }))
      const changes = changesOf({ ...body(), bytes })
      expect(changes.length).toBeGreaterThan(0)
      for (const change of changes) {
        const events = eventsOf(change, route)
        expect(events.length > 0 || change.reason !== '' || isEmptyValue(change)).toBe(true)
        for (const { header } of events) expect(header?.time).toBeInstanceOf(Date)
      }
    }),
  )
})

/** A message-like value without anything in it. */
function isEmptyValue({ parsed }: IncomingChange): boolean {
  return parsed?.kind === 'messages' && messagesIn(parsed).length + statusesIn(parsed).length === 0
}

test('CONTRACTS 16: a kept change reads as it did in its body: same row, same events', () => {
  const bytes = Buffer.from(
    `{"object":"whatsapp_business_account","entry":[{"time":1795000000,"id":"30\\u00301","changes":[
      {"value" : {"metadata":{"phone_number_id":"4"},"messages":[{"id":"wamid.\\u00e9","type":"text","text":{"body":"ñ\\u0000"}}]}, "field":"messages"}]}]}`,
  )
  const [change] = changesOf({ ...body(), bytes })
  if (!change) throw new Error('no change')
  const { entryId, entryTime = new Date(0) } = change
  const again = changeAgain(Uint8Array.from(change.raw), { entryId, entryTime }, body())
  expect(idOfChange(again)).toBe(idOfChange(change))
  expect(eventsOf(again, route)).toEqual(eventsOf(change, route))
  expect(bytes.indexOf(change.raw)).toBeGreaterThan(0)
})
