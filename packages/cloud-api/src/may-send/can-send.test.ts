import { expect, test } from 'bun:test'
import {
  canSend,
  freeEntryPointAfter,
  needsWindow,
  type SendState,
  type SendSubject,
  windowAfter,
} from '../index.ts'

const now = new Date('2026-11-21T12:00:00Z')
const later = new Date('2026-11-21T13:00:00Z')
const earlier = new Date('2026-11-21T11:00:00Z')
const good: SendState = {
  now,
  tenant: { state: 'active' },
  number: { state: 'active' },
  window: { expiresAt: later },
}
const text: SendSubject = { type: 'text', to: '573001234567' }
const hello: SendSubject = {
  type: 'template',
  to: '573001234567',
  template: { name: 'hello_world', language: { code: 'en_US' } },
}
const approved = { status: 'APPROVED', category: 'UTILITY', components: [{ type: 'BODY', text: 'Hi' }] }

test('M15: free text goes while the window is open, and every type but a template needs it', () => {
  expect(canSend(text, good)).toEqual({ ok: true })
  expect(needsWindow({ type: 'image' })).toBe(true)
  expect(needsWindow({ type: 'reaction' })).toBe(true)
  expect(needsWindow({ type: 'template' })).toBe(false)
  expect(needsWindow({ type: 'text', category: 'utility' })).toBe(false)
  expect(needsWindow({ type: 'text', category: 'service' })).toBe(true)
})

test('M15: outside the window free text is refused with the time it closed and a template as the way out', () => {
  expect(canSend(text, { ...good, window: { expiresAt: earlier } })).toEqual({
    ok: false,
    code: 'window_closed',
    detail: "More than 24 hours have passed since the customer's last message.",
    until: earlier,
    alternatives: ['template'],
  })
  // The last millisecond is closed: Meta would count it by its own clock.
  expect(canSend(text, { ...good, window: { expiresAt: now } })).toMatchObject({ code: 'window_closed' })
  expect(canSend(text, { ...good, window: { expiresAt: null } })).not.toHaveProperty('until')
})

test('M15: a template goes without a window; a window that nobody knows of is no refusal', () => {
  expect(canSend(hello, { ...good, window: { expiresAt: null } }).ok).toBe(true)
  const { window: _, ...unknown } = good
  expect(canSend(text, unknown).ok).toBe(true)
})

test.each<[string, SendSubject, Partial<SendState>, object]>([
  ['M30: switched off', text, { enabled: false }, { code: 'sending_disabled' }],
  ['T6: a suspended company', text, { tenant: { state: 'suspended' } }, { code: 'company_suspended' }],
  ['T12: no such number', text, { number: undefined }, { code: 'number_unknown', field: 'number_id' }],
  ['T12: a deleted number', text, { number: { state: 'deleted' } }, { code: 'number_unknown' }],
  [
    'T12: a paused number',
    text,
    { number: { state: 'paused', reason: 'by hand' } },
    { code: 'number_paused', detail: 'by hand' },
  ],
  [
    'T12: a number that rests',
    text,
    { number: { state: 'active', pausedUntil: later } },
    { code: 'number_paused', until: later },
  ],
  ['T12: an account that Meta blocked', text, { waba: { pausedUntil: null } }, { code: 'number_paused' }],
  ['X4: an opt-out', hello, { recipient: { optedOut: true } }, { code: 'recipient_suppressed', field: 'to' }],
  [
    'X4: an opt-out of marketing',
    hello,
    { recipient: { optedOutOfMarketing: true, templateCategory: 'MARKETING' } },
    { code: 'recipient_suppressed', alternatives: ['utility_template'] },
  ],
  [
    'a suppressed contact',
    text,
    { recipient: { suppressedUntil: later } },
    { code: 'recipient_suppressed', until: later },
  ],
  ['the number itself', text, { recipient: { isSender: true } }, { code: 'recipient_is_sender' }],
  [
    'TP4: no such template',
    hello,
    { template: null },
    { code: 'template_not_found', alternatives: ['another_template'] },
  ],
  [
    'TP4: a rejected template',
    hello,
    { template: { ...approved, status: 'REJECTED' } },
    { code: 'template_not_approved' },
  ],
  [
    'TP4: a paused template',
    hello,
    { template: { ...approved, status: 'PAUSED', pausedUntil: later } },
    { code: 'template_paused', until: later },
  ],
  [
    'TP4: a disabled template',
    hello,
    { template: { ...approved, status: 'DISABLED' } },
    { code: 'template_disabled' },
  ],
  [
    'M16: parameters that do not fit',
    hello,
    { template: { ...approved, components: [{ type: 'BODY', text: 'Hi {{1}}' }] } },
    { code: 'template_parameters', field: 'template.components' },
  ],
  [
    'a login code to a user id',
    { ...hello, to: undefined, recipient: 'BR.1' } as never,
    { template: { ...approved, category: 'AUTHENTICATION' } },
    { code: 'recipient_needs_phone' },
  ],
  [
    'T12: a used-up quota',
    hello,
    { quota: { limit: 10, used: 10, resetsAt: later } },
    { code: 'quota_exceeded', until: later },
  ],
  [
    'quiet hours',
    hello,
    { quietHours: { endsAt: later } },
    { code: 'quiet_hours', until: later, alternatives: ['schedule'] },
  ],
])('%s is refused', (_, message, state, refusal) => {
  expect(canSend(message, { ...good, ...state })).toMatchObject({ ok: false, ...refusal })
})

test.each<[string, SendSubject, Partial<SendState>]>([
  ['a rest that is over', text, { number: { state: 'active', pausedUntil: earlier } }],
  ['a suppression that is over', text, { recipient: { suppressedUntil: earlier } }],
  [
    'utility to who stopped marketing',
    hello,
    { recipient: { optedOutOfMarketing: true, templateCategory: 'UTILITY' } },
  ],
  ['a flagged template', hello, { template: { ...approved, status: 'FLAGGED' } }],
  ['a quota with one left', hello, { quota: { limit: 10, used: 9 } }],
  ['quiet hours that are over', hello, { quietHours: { endsAt: earlier } }],
  ['a template that nobody knows of', hello, {}],
])('%s is no refusal', (_, message, state) => {
  expect(canSend(message, { ...good, ...state })).toEqual({ ok: true })
})

test('what can least be changed is said first', () => {
  const everything: SendState = {
    now,
    enabled: true,
    tenant: { state: 'suspended' },
    number: { state: 'paused' },
    window: { expiresAt: null },
  }
  expect(canSend(text, everything)).toMatchObject({ code: 'company_suspended' })
  expect(canSend(text, { ...everything, tenant: { state: 'active' } })).toMatchObject({
    code: 'number_paused',
  })
})

test('CV6: a message opens 24 hours, a reaction none, an ad 72 hours from the answer', () => {
  expect(windowAfter({ at: now, type: 'text' })).toEqual(new Date('2026-11-22T12:00:00Z'))
  expect(windowAfter({ at: now, type: 'button' })).not.toBeNull()
  expect(windowAfter({ at: now, type: 'reaction' })).toBeNull()
  expect(freeEntryPointAfter(now, later)).toEqual(new Date('2026-11-24T13:00:00Z'))
  expect(freeEntryPointAfter(now, new Date('2026-11-22T12:00:01Z'))).toBeNull()
})
