/** An agent's screen: from a customer's webhook to its frame on the socket. */
import { check } from 'k6'
import http from 'k6/http'
import { Trend } from 'k6/metrics'
import { WebSocket } from 'k6/websockets'
import { settings, unique } from './settings.js'
import { deliver, textFrom } from './webhook.js'

const toScreen = new Trend('webhook_to_screen', true)
const waitsMs = 10_000

export function socket() {
  const made = http.post(`${settings.url}/v1/live/tickets`, null, {
    headers: { authorization: `Bearer ${settings.apiKey}` },
    tags: { journey: 'socket', name: 'POST /v1/live/tickets' },
  })
  const ticket = made.status === 201 ? made.json('ticket') : ''
  const ws = new WebSocket(`${settings.url.replace('http', 'ws')}/v1/live?ticket=${ticket}`)
  const text = `pantalla ${unique()}`
  let sentAt = 0
  let isSeen = false
  const timer = setTimeout(() => ws.close(), waitsMs)
  ws.onmessage = ({ data }) => {
    if (sentAt === 0) {
      sentAt = Date.now()
      deliver(textFrom(`5730060${String(Math.floor(Math.random() * 50)).padStart(5, '0')}`, text), 'socket')
    } else if (!isSeen && data.includes(text)) {
      isSeen = true
      toScreen.add(Date.now() - sentAt)
      ws.close()
    }
  }
  ws.onclose = () => {
    clearTimeout(timer)
    check(isSeen, { 'the message is on the screen': (seen) => seen }, { journey: 'socket' })
  }
  ws.onerror = () => ws.close()
}
