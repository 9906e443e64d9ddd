import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import type { Bus } from '@palomar/bus'
import { signPayload } from '@palomar/cloud-api'
import {
  areas,
  coreSubjects,
  decodeBeat,
  durables,
  type GatewayBeat,
  type webhooksV1,
} from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { eventually } from '@palomar/testkit'
import { webhookBytesMax } from '../src/webhooks/receive.ts'
import { demoApp, type Gateway, sealApp, startWorld, type World, writeSnapshot } from './fixture.ts'

let world: World
let gateway: Gateway
let tenancy: Bus
const stored: webhooksV1.WebhookBody[] = []
const beats: GatewayBeat[] = []

beforeAll(async () => {
  world = await startWorld()
  tenancy = await world.as('tenancy')
  const ingest = await world.as('ingest')
  await ingest.consume(areas.webhooks, durables.ingestWebhooks, async (delivered) => {
    stored.push(...delivered.map(({ event }) => event))
    return delivered.map(() => 'ok' as const)
  })
  const dispatcher = await world.as('dispatcher')
  dispatcher.onSignal(coreSubjects.beat.pattern, (_, bytes) => {
    const beat = decodeBeat(bytes)
    if (beat) beats.push(beat)
  })
  await writeSnapshot(tenancy, [
    demoApp,
    { ...demoApp, app_id: 'app_other', slug: 'other', secrets: ['other secret'] },
  ])
  gateway = await world.gateway()
  await eventually(async () => expect((await fetch(`${gateway.adminUrl}/readyz`)).status).toBe(200))
})
afterAll(() => world.stop())

type Body = Uint8Array | string

function post(
  path: string,
  body: Body,
  options: { secret?: string; signature?: string | null; to?: Gateway } = {},
) {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const signature =
    options.signature === undefined ? signPayload(bytes, options.secret ?? 'first secret') : options.signature
  return fetch(`${(options.to ?? gateway).url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(signature === null ? {} : { 'x-hub-signature-256': signature }),
    },
    body: bytes as BodyInit,
  })
}

const bodyOf = (text: string) =>
  `{"object":"whatsapp_business_account","entry":[{"id":"1","note":"${text}"}]}`
const storedText = (text: string) => stored.filter(({ body }) => body.toString('utf8').includes(text))

describe('handshake', () => {
  const ask = (query: string, path = '/webhooks/whatsapp') => fetch(`${gateway.url}${path}?${query}`)

  test('W1: the challenge is the whole answer when the verify token matches', async () => {
    const answer = await ask(
      'hub.mode=subscribe&hub.verify_token=verify%20me&hub.challenge=%3Cb%3E1158%3C%2Fb%3E',
    )
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('<b>1158</b>')
    expect(answer.headers.get('content-type')).toStartWith('text/plain')
  })

  test('W1: another verify token is 403 and the challenge is not told', async () => {
    for (const query of [
      'hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1158',
      'hub.mode=subscribe&hub.verify_token=&hub.challenge=1158',
      'hub.mode=unsubscribe&hub.verify_token=verify%20me&hub.challenge=1158',
      '',
    ]) {
      const answer = await ask(query)
      expect(answer.status).toBe(403)
      expect(await answer.text()).not.toContain('1158')
    }
  })

  test('W1: each app has its own path', async () => {
    const query = 'hub.mode=subscribe&hub.verify_token=verify%20me&hub.challenge=7'
    expect((await ask(query, '/webhooks/whatsapp/other')).status).toBe(200)
    expect((await ask(query, '/webhooks/whatsapp/nobody')).status).toBe(404)
  })
})

describe('deliveries', () => {
  test('W4 CONTRACTS 13: what is kept are the bytes as sent, under the app that signed them', async () => {
    // Escapes, raw UTF-8, odd spacing, bytes that are no UTF-8: a parser would change each of them.
    const body = Buffer.concat([
      Buffer.from('{ "a" :"\\u00e9 é \\/ \\ud83d",\r\n"b":1.0e0, "bytes-1": "'),
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.from('"}'),
    ])
    const answer = await post('/webhooks/whatsapp', body)
    expect(answer.status).toBe(200)
    await eventually(() => expect(storedText('bytes-1')).toHaveLength(1))
    const [kept] = storedText('bytes-1')
    expect(Buffer.compare(kept?.body as Buffer, body)).toBe(0)
    expect(kept?.appId).toBe('app_demo')
    expect(kept?.header?.id).toStartWith('evt_')
    expect(kept?.requestId).toBe(answer.headers.get('x-request-id') as string)
  })

  test('CONTRACTS 3: the same body delivered again has the same event id', async () => {
    for (let i = 0; i < 3; i++) expect((await post('/webhooks/whatsapp', bodyOf('again-1'))).status).toBe(200)
    await eventually(() => expect(storedText('again-1')).toHaveLength(3))
    expect(new Set(storedText('again-1').map(({ header }) => header?.id)).size).toBe(1)
  })

  test('W13: every path that teams registered takes deliveries, with and without an app', async () => {
    for (const [i, base] of [
      '/webhooks/whatsapp',
      '/webhooks/meta/whatsapp',
      '/webhook/whatsapp',
      '/api/v1/whatsapp/webhook',
    ].entries()) {
      expect((await post(base, bodyOf(`path-${i}-bare`))).status).toBe(200)
      expect((await post(`${base}/`, bodyOf(`path-${i}-slash`))).status).toBe(200)
      expect((await post(`${base}/other`, bodyOf(`path-${i}-app`), { secret: 'other secret' })).status).toBe(
        200,
      )
    }
    await eventually(() => expect(storedText('path-').length).toBe(12))
    expect(storedText('-app').every(({ appId }) => appId === 'app_other')).toBe(true)
  })

  test('W2: both secrets of a rotation verify', async () => {
    expect((await post('/webhooks/whatsapp', bodyOf('new secret'), { secret: 'first secret' })).status).toBe(
      200,
    )
    expect((await post('/webhooks/whatsapp', bodyOf('old secret'), { secret: 'second secret' })).status).toBe(
      200,
    )
  })

  test('W2: a missing, malformed or wrong signature is 401 and nothing is kept', async () => {
    const body = bodyOf('forged-1')
    const right = signPayload(body, 'first secret')
    for (const signature of [
      null,
      '',
      'sha256=',
      right.slice(7),
      right.replace('sha256', 'sha1'),
      `${right}00`,
      `${right.slice(0, -1)}${right.endsWith('0') ? '1' : '0'}`,
      signPayload(body, 'third secret'),
      signPayload(body, ''),
    ]) {
      expect((await post('/webhooks/whatsapp', body, { signature })).status).toBe(401)
    }
    expect((await post('/webhooks/whatsapp', bodyOf('marker-1'))).status).toBe(200)
    await eventually(() => expect(storedText('marker-1')).toHaveLength(1))
    expect(storedText('forged-1')).toHaveLength(0)
  })

  test("CONTRACTS 14: another app's secret does not verify: secrets are never tried in turn", async () => {
    expect((await post('/webhooks/whatsapp', bodyOf('cross'), { secret: 'other secret' })).status).toBe(401)
    expect((await post('/webhooks/whatsapp/other', bodyOf('cross'), { secret: 'first secret' })).status).toBe(
      401,
    )
  })

  test('W2: one byte more or less than what was signed is 401', async () => {
    const body = bodyOf('exact')
    const signature = signPayload(body, 'first secret')
    expect((await post('/webhooks/whatsapp', `${body} `, { signature })).status).toBe(401)
    expect((await post('/webhooks/whatsapp', body.slice(0, -1), { signature })).status).toBe(401)
  })

  test('W3 CONTRACTS 13: 6 MB are taken, one byte more is 413, with and without a length header', async () => {
    const most = new Uint8Array(webhookBytesMax).fill(0x20)
    expect((await post('/webhooks/whatsapp', most)).status).toBe(200)
    const over = new Uint8Array(webhookBytesMax + 1).fill(0x20)
    expect((await post('/webhooks/whatsapp', over)).status).toBe(413)
    const signature = signPayload(over, 'first secret')
    expect(await postChunked(over, signature)).toBe(413)
    await eventually(() => expect(stored.some(({ body }) => body.byteLength === webhookBytesMax)).toBe(true))
  }, 60_000)

  test('a method that is neither GET nor POST is 405', async () => {
    const answer = await fetch(`${gateway.url}/webhooks/whatsapp`, { method: 'PUT', body: '{}' })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, POST')
  })

  test('W9: many deliveries at once are all kept, each once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, i) => post('/webhooks/whatsapp', bodyOf(`many-${i}-`))),
    )
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    await eventually(() => expect(storedText('many-')).toHaveLength(500))
    expect(new Set(storedText('many-').map(({ body }) => body.toString())).size).toBe(500)
  })
})

describe('apps', () => {
  test('CONTRACTS 14: an unknown app costs one look-up, then 404 from memory', async () => {
    let asked = 0
    world.stubs.special.findApp = async () => {
      asked++
      throw appError('not_found')
    }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post('/webhooks/whatsapp/ghost', bodyOf('ghost'))),
    )
    expect(answers.every(({ status }) => status === 404)).toBe(true)
    expect((await post('/webhooks/whatsapp/ghost', bodyOf('ghost'))).status).toBe(404)
    expect(asked).toBe(1)
    delete world.stubs.special.findApp
  })

  test('CONTRACTS 14: a look-up that fails is 503, never 404', async () => {
    world.stubs.special.findApp = async () => {
      throw appError('unavailable')
    }
    const answer = await post('/webhooks/whatsapp/unsure', bodyOf('unsure'))
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).not.toBeNull()
    delete world.stubs.special.findApp
  })

  test('CONTRACTS 14: an app that the snapshot does not have yet is found by its look-up', async () => {
    const fresh = { app_id: 'app_fresh', slug: 'fresh', secrets: ['fresh secret'], verify_token: 'v' }
    world.stubs.special.findApp = async () => ({ sealedEntry: Buffer.from(sealApp(fresh)) })
    expect(
      (await post('/webhooks/whatsapp/fresh', bodyOf('fresh-1'), { secret: 'fresh secret' })).status,
    ).toBe(200)
    await eventually(() => expect(storedText('fresh-1')[0]?.appId).toBe('app_fresh'))
    delete world.stubs.special.findApp
  })

  test('CONTRACTS 14: a slug that no app can have is 404 without a look-up', async () => {
    let asked = 0
    world.stubs.special.findApp = async () => {
      asked++
      throw appError('not_found')
    }
    for (const slug of ['UPPER', 'a%2Fb', 'with.dot', '-x', 'a'.repeat(80)]) {
      expect((await post(`/webhooks/whatsapp/${slug}`, bodyOf('odd'))).status).toBe(404)
    }
    expect(asked).toBe(0)
    delete world.stubs.special.findApp
  })

  test('CONTRACTS 14: a rotated secret verifies as soon as the snapshot has it, and the one before the last no longer', async () => {
    const rotated = { ...demoApp, slug: 'rotating', app_id: 'app_rotating' }
    const others = [demoApp, { ...demoApp, app_id: 'app_other', slug: 'other', secrets: ['other secret'] }]
    await writeSnapshot(tenancy, [...others, { ...rotated, secrets: ['two', 'one'] }])
    await eventually(async () => {
      expect((await post('/webhooks/whatsapp/rotating', bodyOf('r'), { secret: 'one' })).status).toBe(200)
    })
    await writeSnapshot(tenancy, [...others, { ...rotated, secrets: ['three', 'two'] }])
    await eventually(async () => {
      expect((await post('/webhooks/whatsapp/rotating', bodyOf('r'), { secret: 'three' })).status).toBe(200)
    })
    expect((await post('/webhooks/whatsapp/rotating', bodyOf('r'), { secret: 'two' })).status).toBe(200)
    expect((await post('/webhooks/whatsapp/rotating', bodyOf('r'), { secret: 'one' })).status).toBe(401)
  })
})

describe('flood', () => {
  test('W12: bad signatures from one source are throttled; what Meta signed passes all the same', async () => {
    const own = await world.gateway()
    await eventually(async () => expect((await fetch(`${own.adminUrl}/readyz`)).status).toBe(200))
    const bad = () => post('/webhooks/whatsapp', bodyOf('flood'), { secret: 'wrong', to: own })
    const statuses = new Set<number>()
    for (let i = 0; i < 20; i++)
      for (const { status } of await Promise.all(Array.from({ length: 20 }, bad))) statuses.add(status)
    expect(statuses).toEqual(new Set([401, 429]))
    const good = await post('/webhooks/whatsapp', bodyOf('in the flood'), { to: own })
    expect(good.status).toBe(200)
    await own.service.stop()
  })
})

describe('health', () => {
  test('W14: health beside the webhook', async () => {
    const answer = await fetch(`${gateway.url}/webhooks/health`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ status: 'ok' })
  })

  test('CONTRACTS 28: a ready gateway beats with what it stored, by app, and with what it refused', async () => {
    await post('/webhooks/whatsapp', bodyOf('beat'))
    await post('/webhooks/whatsapp', bodyOf('beat'), { secret: 'wrong' })
    await eventually(() => {
      const stored = beats.reduce((sum, beat) => sum + (beat.apps.app_demo ?? 0), 0)
      expect(stored).toBeGreaterThan(0)
      expect(beats.some((beat) => beat.ready && beat.refused > 0)).toBe(true)
    })
    expect(beats.every((beat) => beat.at >= beat.since)).toBe(true)
  })

  test('O3: what became of webhooks is a metric', async () => {
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text()
    expect(text).toMatch(/webhooks_total\{[^}]*result="stored"[^}]*\} [1-9]/)
    expect(text).toMatch(/webhooks_total\{[^}]*result="bad_signature"[^}]*\} [1-9]/)
  })
})

/** fetch always knows the length; a sender without one has to be written by hand. */
function postChunked(body: Uint8Array, signature: string): Promise<number> {
  const { hostname, port } = new URL(gateway.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    socket.on('error', reject)
    socket.on('data', (data) => {
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString())?.[1]))
      socket.destroy()
    })
    const head = [
      'POST /webhooks/whatsapp HTTP/1.1',
      `host: ${hostname}`,
      `x-hub-signature-256: ${signature}`,
      'transfer-encoding: chunked',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    for (let at = 0; at < body.length; at += 1024 * 1024) {
      const part = body.subarray(at, at + 1024 * 1024)
      socket.write(`${part.length.toString(16)}\r\n`)
      socket.write(part)
      socket.write('\r\n')
    }
    socket.write('0\r\n\r\n')
  })
}
