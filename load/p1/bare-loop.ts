/**
 * What the gateway is measured against: the loop that anyone would write first. It checks the
 * signature of each webhook, publishes it by itself, and answers 200 after JetStream's acknowledgement.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { connect } from 'nats'
import { appSecret } from './bodies.ts'
import { readBareLoopConfig } from './config.ts'

const { NATS_URL, NATS_USER, NATS_PASSWORD } = readBareLoopConfig()
const nc = await connect({ servers: NATS_URL, user: NATS_USER, pass: NATS_PASSWORD })
const jetstream = nc.jetstream()

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    const body = new Uint8Array(await request.arrayBuffer())
    const given = Buffer.from(
      (request.headers.get('x-hub-signature-256') ?? '').slice('sha256='.length),
      'hex',
    )
    const wanted = createHmac('sha256', appSecret).update(body).digest()
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
      return new Response('no', { status: 401 })
    try {
      await jetstream.publish('bare.v1', body)
      return new Response('stored')
    } catch {
      return new Response('not stored', { status: 503 })
    }
  },
})
console.log(JSON.stringify({ msg: 'ready', http_port: server.port }))
process.on('SIGTERM', () => process.exit(0))
