import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type dispatcherEventsV1, dispatcherV1, newId } from '@palomar/contracts'
import { loadConfig } from '@palomar/runtime'
import { eventually } from '@palomar/testkit'
import { configSchema } from '../src/config.ts'
import { type RunningDispatcher, start } from '../src/service.ts'
import { quiet } from './harness.ts'
import { Client, startWorld, type World } from './world.ts'

let world: World
let dispatcher: RunningDispatcher
const heard: dispatcherEventsV1.Event[] = []
beforeAll(async () => {
  world = await startWorld()
  await world.hearDispatcher((event) => heard.push(event))
  dispatcher = await start(loadConfig(configSchema, world.env), { logger: quiet })
}, 60_000)
afterAll(async () => {
  await dispatcher?.stop()
  await world?.stop()
}, 30_000)

const everything = ['messages:send', 'messages:read', 'templates:read']

const ofNumber = (numberId: string) => dispatcherV1.ListTemplatesRequest.fromPartial({ numberId })

async function client() {
  const company = new Client()
  await world.tenancySays(company.numberChanged())
  const rpc = await world.as(dispatcher.ports.grpc, company.tenant, everything)
  const callsOf = () => world.graph.calls.filter((call) => call.path.includes(company.phoneNumberId))
  return { company, rpc, callsOf }
}

function statesOf(messageId: string) {
  return heard.flatMap(({ payload }) =>
    payload?.$case === 'messageStateChanged' && payload.value.messageId === messageId
      ? [{ version: payload.value.version, state: payload.value.state }]
      : [],
  )
}

describe('one message all the way', () => {
  test('M14: accepted, sent, delivered, read; each a version, each an event', async () => {
    const { company, rpc, callsOf } = await client()
    const item = company.item()
    const { results } = await rpc.acceptMessages(company.request([item]))
    expect(results[0]?.result?.$case).toBe('accepted')
    const [call] = await eventually(() => {
      expect(callsOf()).toHaveLength(1)
      return callsOf()
    })
    if (!call) throw new Error('no call')
    expect(call.path).toBe(`/v23.0/${company.phoneNumberId}/messages`)
    expect(call.token).toBe('Bearer token-1')
    for (const word of ['sent', 'delivered', 'read']) await world.ingestSays(company.status(call, word))
    await eventually(async () => {
      expect((await rpc.getMessage({ id: item.messageId })).state).toBe('read')
    })
    await eventually(() => expect(statesOf(item.messageId).at(-1)?.state).toBe('read'))
    const versions = statesOf(item.messageId).map(({ version }) => version)
    expect(new Set(versions).size).toBe(versions.length)
    const accepted = heard.filter(
      ({ payload }) => payload?.$case === 'messageAccepted' && payload.value.messageId === item.messageId,
    )
    expect(accepted).toHaveLength(1)
    expect((await rpc.getMessage({ id: item.messageId })).attempts).toMatchObject([
      { n: 1, state: 'read', wamid: call.wamid },
    ])
  })

  test('M15: a window that inbox opened lets free text through; a closed one refuses with its end', async () => {
    const { company, rpc, callsOf } = await client()
    const text = () => company.item({ type: 'text', contentJson: '{"type":"text","text":{"body":"hola"}}' })
    const closedAt = new Date(Date.now() - 1_000)
    world.windows.set(`${company.number}/p:541156384310`, closedAt)
    const refused = await rpc.acceptMessages(company.request([text()]))
    expect(refused.results[0]?.result).toMatchObject({
      $case: 'refused',
      value: { code: 'window_closed', until: closedAt, alternatives: ['template'] },
    })
    const expiresAt = new Date(Date.now() + 60_000)
    await world.inboxSays({
      header: company.header(),
      payload: {
        $case: 'windowOpened',
        value: {
          numberId: company.number,
          recipientKeys: ['p:541156384310'],
          openedAt: new Date(),
          expiresAt,
          contactId: newId('contact'),
        },
      },
    })
    await eventually(async () => {
      const { results } = await rpc.acceptMessages(company.request([text()]))
      expect(results[0]?.result?.$case).toBe('accepted')
    })
    await eventually(() => expect(callsOf()).toHaveLength(1))
  })

  test('CONTRACTS 20: a status whose echo is not ours goes to inbox as unmatched, one of ours that lost it comes back', async () => {
    const { company, rpc, callsOf } = await client()
    const item = company.item()
    await rpc.acceptMessages(company.request([item]))
    const [call] = await eventually(() => {
      expect(callsOf()).toHaveLength(1)
      return callsOf()
    })
    if (!call) throw new Error('no call')
    const foreign = company.status(call, 'delivered', { echo: 'job-19', wamid: 'wamid.foreign' })
    await world.ingestSays(foreign)
    await eventually(() => {
      const [unmatched] = heard.filter(
        ({ header, payload }) => header?.tenantId === company.tenant && payload?.$case === 'statusUnmatched',
      )
      expect(unmatched?.payload).toMatchObject({
        value: { status: { wamid: 'wamid.foreign', status: 'delivered' } },
      })
    })
    const status = company.status(call, 'read', { echo: '' })
    if (status.payload?.$case !== 'statusReceived') throw new Error('not a status')
    await world.inboxSays({
      header: company.header(),
      payload: { $case: 'statusOfOurs', value: { messageId: item.messageId, status: status.payload.value } },
    })
    await eventually(async () => expect((await rpc.getMessage({ id: item.messageId })).state).toBe('read'))
  })

  test('TP4: the templates of a number come from Graph', async () => {
    const { company, rpc } = await client()
    await eventually(async () => {
      const { templates } = await rpc.listTemplates(ofNumber(company.number))
      expect(templates).toMatchObject([{ name: 'hello_world', language: 'en_US', category: 'UTILITY' }])
    })
  })

  test('U7: every RPC refuses a caller without its permission, and one without a token', async () => {
    const { company } = await client()
    const nobody = await world.as(dispatcher.ports.grpc, company.tenant, [])
    const calls = (rpc: typeof nobody, token?: { token: string }) => [
      () => rpc.acceptMessages(company.request([company.item()]), token),
      () => rpc.getMessage({ id: newId('message') }, token),
      () => rpc.cancelMessage({ id: newId('message') }, token),
      () => rpc.listTemplates(ofNumber(company.number), token),
    ]
    for (const call of calls(nobody)) await expect(call()).rejects.toMatchObject({ code: 'forbidden' })
    for (const call of calls(nobody, { token: 'nonsense' })) {
      await expect(call()).rejects.toMatchObject({ code: 'unauthenticated' })
    }
  })

  test('O2: it is ready with Postgres and NATS there, and says which', async () => {
    const response = await fetch(`http://127.0.0.1:${dispatcher.ports.admin}/readyz`)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ ready: true, checks: { postgres: true, nats: true } })
  })
})

test('M30: switched off, a send is refused by name, and what was accepted before waits', async () => {
  const off = await start(loadConfig(configSchema, { ...world.env, WHATSAPP_ENABLED: 'false' }), {
    logger: quiet,
  })
  const company = new Client()
  await world.tenancySays(company.numberChanged())
  const rpc = await world.as(off.ports.grpc, company.tenant, everything)
  const refused = await rpc.acceptMessages(company.request([company.item()])).catch((error) => error)
  await off.stop()
  expect(refused.code).toBe('sending_disabled')
})
