import { expect, test } from 'bun:test'
import { identitiesOf } from './identities.ts'
import { changesOf } from './incoming.ts'

function of(field: string, value: unknown): string[] {
  const json = { object: 'whatsapp_business_account', entry: [{ id: '3', changes: [{ field, value }] }] }
  const bytes = Buffer.from(JSON.stringify(json))
  const [change] = changesOf({ appId: 'app_a', receivedAt: new Date(0), webhookAt: new Date(0), bytes })
  return identitiesOf(change?.parsed)
}

test('X4: everyone a change speaks of is found, by phone and by user id, once', () => {
  const value = {
    metadata: { phone_number_id: '4' },
    contacts: [{ wa_id: '11', user_id: 'AR.1' }],
    messages: [
      { id: 'w1', from: '11', type: 'text' },
      { id: 'w2', type: 'system', system: { previous_user_id: 'AR.0' } },
    ],
    statuses: [
      { id: 'w3', recipient_id: '+22' },
      { id: 'w4', recipient_type: 'group', recipient_participant_id: '33' },
    ],
  }
  expect(of('messages', value)).toEqual(['user:AR.0', 'user:AR.1', 'wa:11', 'wa:22', 'wa:33'])
})

test('X4: people in fields that are not modelled are found as well', () => {
  const echo = { message_echoes: [{ from: '15550100100', to: '+54 911', to_user_id: 'AR.5', id: 'w' }] }
  expect(of('smb_message_echoes', echo)).toEqual(['user:AR.5', 'wa:15550100100', 'wa:54911'])
  const sync = { state_sync: [{ contact: { phone_number: '77', user_id: 'AR.7', full_name: 'x' } }] }
  expect(of('smb_app_state_sync', sync)).toEqual(['user:AR.7', 'wa:77'])
  expect(identitiesOf(undefined)).toEqual([])
})
