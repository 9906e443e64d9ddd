/** The gateway as a process of its own, as it runs. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { signPayload } from '@palomar/cloud-api'
import { eventually, type ServiceProcess, startService } from '@palomar/testkit'
import { appSecretsKey, demoApp, startWorld, type World, writeSnapshot } from './fixture.ts'

let world: World
let process: ServiceProcess

beforeAll(async () => {
  world = await startWorld()
  await writeSnapshot(await world.as('tenancy'), [demoApp])
  const { servers, user, pass } = world.nats.login('gateway')
  const { tenancy, inbox, dispatcher, ingest, media, analytics, automation } = world.stubs.addresses
  process = await startService('gateway', {
    NATS_URL: servers,
    NATS_USER: user,
    NATS_PASSWORD: pass,
    SERVICE_SECRET: 'secret',
    TENANCY_ADDRESS: tenancy,
    INBOX_ADDRESS: inbox,
    DISPATCHER_ADDRESS: dispatcher,
    INGEST_ADDRESS: ingest,
    MEDIA_ADDRESS: media,
    ANALYTICS_ADDRESS: analytics,
    AUTOMATION_ADDRESS: automation,
    APP_SECRETS_KEY: appSecretsKey,
    STOP_GRACE_MS: '100',
  })
})
afterAll(() => world.stop())

test('O2 O16: it says where it listens, is probed, serves, and ends cleanly at SIGTERM with a socket open', async () => {
  const { http_port, admin_port } = process.ready
  await eventually(async () =>
    expect((await fetch(`http://127.0.0.1:${admin_port}/readyz`)).status).toBe(200),
  )
  for (const probe of ['livez', 'startupz']) {
    expect((await fetch(`http://127.0.0.1:${admin_port}/${probe}`)).status).toBe(200)
  }
  const url = `http://127.0.0.1:${http_port}`
  const body = '{"text":"a secret word"}'
  const signature = signPayload(body, 'first secret')
  const stored = await fetch(`${url}/webhooks/whatsapp`, {
    method: 'POST',
    body,
    headers: { 'x-hub-signature-256': signature },
  })
  expect(stored.status).toBe(200)

  const { token } = world.stubs.person()
  const made = await fetch(`${url}/v1/live/tickets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  const { ticket } = (await made.json()) as { ticket: string }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/live?ticket=${ticket}`)
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code)
  })
  await new Promise((resolve) => {
    socket.onmessage = resolve
  })

  expect(await process.stop()).toBe(0)
  expect(await closed).toBe(1012)
  const log = JSON.stringify(process.log())
  for (const hidden of ['a secret word', signature.slice(7), token, ticket, 'first secret'])
    expect(log).not.toContain(hidden)
})
