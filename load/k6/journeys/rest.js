/** A back office: sends a template, asks what became of it, looks at the newest conversations. */
import { check } from 'k6'
import http from 'k6/http'
import { Counter } from 'k6/metrics'
import { settings, unique } from './settings.js'

const accepted = new Counter('sends_accepted')
const headers = { authorization: `Bearer ${settings.apiKey}`, 'content-type': 'application/json' }
const tags = (name) => ({ journey: 'rest', name })

export function rest() {
  const to = `5731${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`
  const body = {
    number_id: settings.numberId,
    to,
    type: 'template',
    template: { name: 'hello_world', language: { code: 'en_US' } },
  }
  const sent = http.post(`${settings.url}/v1/messages`, JSON.stringify(body), {
    headers: { ...headers, 'idempotency-key': unique() },
    tags: tags('POST /v1/messages'),
  })
  const isAccepted = check(
    sent,
    { 'the send is accepted': ({ status }) => status === 202 },
    { journey: 'rest' },
  )
  if (isAccepted) {
    accepted.add(1)
    const known = http.get(`${settings.url}/v1/messages/${sent.json('id')}`, {
      headers,
      tags: tags('GET /v1/messages/:id'),
    })
    check(known, { 'the message is found': ({ status }) => status === 200 }, { journey: 'rest' })
  }
  const list = http.get(`${settings.url}/v1/conversations?limit=20`, {
    headers,
    tags: tags('GET /v1/conversations'),
  })
  check(list, { 'conversations are listed': ({ status }) => status === 200 }, { journey: 'rest' })
}
