import { expect, test } from 'bun:test'
import type { Id } from '@palomar/contracts'
import { changesOf } from './incoming.ts'
import { judge, type Route, textOfKey } from './route.ts'

const route: Route = {
  tenantId: 'ten_a' as Id<'tenant'>,
  numberId: 'num_a',
  phoneNumberId: '4',
  wabaId: '3',
  portfolioId: 'pfl_a',
  appIds: new Set(['app_a', 'app_b']),
}
const key = { phoneNumberId: '4', wabaId: '3' }

test('CONTRACTS 15: routed only when the signing app may speak for the number', () => {
  expect(judge({ appId: 'app_b', key, reason: '' }, route)).toEqual({ state: 'routed', route })
  expect(judge({ appId: 'app_c', key, reason: '' }, route).state).toBe('quarantined')
  expect(judge({ appId: 'app_a', key, reason: '' }, undefined).state).toBe('parked')
  expect(judge({ appId: 'app_a', key, reason: 'not JSON' }, route).state).toBe('unparsed')
  expect(judge({ appId: 'app_a', key: undefined, reason: '' }, undefined).state).toBe('unparsed')
  expect(judge({ appId: 'app_a', key, reason: '' }, { ...route, appIds: new Set() }).state).toBe(
    'quarantined',
  )
})

test('what a change is routed by: its number wherever the field names it, else its account', () => {
  const keyOf = (field: string, value: unknown, id = '3') => {
    const bytes = Buffer.from(
      JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id, changes: [{ field, value }] }] }),
    )
    const [change] = changesOf({ appId: 'app_a', receivedAt: new Date(0), webhookAt: new Date(0), bytes })
    return change?.key && textOfKey(change.key)
  }
  expect(keyOf('messages', { metadata: { phone_number_id: '4' }, messages: [] })).toBe('number 4')
  expect(keyOf('messages', { metadata: { phone_number_id: 4 } })).toBe('number 4')
  expect(keyOf('messaging_handovers', { recipient: { phone_number_id: '5' } })).toBe('number 5')
  expect(keyOf('account_settings_update', { phone_number_settings: { phone_number_id: '6' } })).toBe(
    'number 6',
  )
  expect(keyOf('account_update', { event: 'VERIFIED_ACCOUNT' })).toBe('waba 3')
  expect(keyOf('account_update', { event: 'PARTNER_ADDED', waba_info: { waba_id: '9' } }, '77')).toBe(
    'waba 9',
  )
  expect(keyOf('account_update', { event: 'X' }, '')).toBeUndefined()
})
