/** Meta delivers: a customer's text, signed. 200 means that it is on disk. */
import { check } from 'k6'
import { hmac } from 'k6/crypto'
import http from 'k6/http'
import { Counter } from 'k6/metrics'
import { settings, unique } from './settings.js'

const stored = new Counter('webhooks_stored')

export function textFrom(waId, text) {
  const wamid = `wamid.LOAD${settings.run}${unique()}`
  const { phoneNumberId, wabaId } = settings
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '573000000001', phone_number_id: phoneNumberId },
    contacts: [{ profile: { name: 'Carga' }, wa_id: waId }],
    messages: [
      {
        from: waId,
        id: wamid,
        timestamp: String(Math.floor(Date.now() / 1000)),
        type: 'text',
        text: { body: text },
      },
    ],
  }
  const entry = [{ id: wabaId, changes: [{ field: 'messages', value }] }]
  return JSON.stringify({ object: 'whatsapp_business_account', entry })
}

export function deliver(body, journey) {
  const signature = hmac('sha256', settings.appSecret, body, 'hex')
  const response = http.post(`${settings.url}/webhooks/whatsapp`, body, {
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    tags: { journey, name: 'POST /webhooks/whatsapp' },
  })
  if (response.status === 200) stored.add(1)
  return response
}

export function webhook() {
  // Two hundred customers, so that conversations grow and not only their number.
  const waId = `5730050${String(Math.floor(Math.random() * 200)).padStart(5, '0')}`
  const response = deliver(textFrom(waId, `hola ${unique()}`), 'webhook')
  check(response, { 'the webhook is stored': ({ status }) => status === 200 }, { journey: 'webhook' })
}
