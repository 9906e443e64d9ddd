import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { areas, durables, type ingestEventsV1, newId, type webhooksV1 } from '@palomar/contracts'
import { loadConfig } from '@palomar/runtime'
import { eventually } from '@palomar/testkit'
import { configSchema } from '../src/config.ts'
import { type RunningDispatcher, start } from '../src/service.ts'
import { quiet } from './harness.ts'
import { Client, startWorld, type World } from './world.ts'

let world: World
let dispatcher: RunningDispatcher
beforeAll(async () => {
  world = await startWorld({ isInboxHeld: true })
  dispatcher = await start(loadConfig(configSchema, world.env), { logger: quiet })
}, 60_000)
afterAll(async () => {
  await dispatcher?.stop()
  await world?.stop()
}, 30_000)

async function client() {
  const company = new Client()
  await world.tenancySays(company.numberChanged())
  const rpc = await world.as(dispatcher.ports.grpc, company.tenant, ['messages:send', 'messages:read'])
  const text = () => company.item({ type: 'text', contentJson: '{"type":"text","text":{"body":"hola"}}' })
  const callsOf = () => world.graph.calls.filter((call) => call.path.includes(company.phoneNumberId))
  return { company, rpc, text, callsOf, key: `${company.number}/p:541156384310` }
}

const webhook = (): webhooksV1.WebhookBody => ({
  header: { id: newId('event'), tenantId: '', time: new Date(), traceparent: '' },
  appId: newId('app'),
  receivedAt: new Date(),
  body: Buffer.from('{}'),
  requestId: '',
})

/** A message of this customer, as ingest passes it on. */
const received = (company: Client): ingestEventsV1.Event => ({
  header: company.header(),
  payload: {
    $case: 'changeReceived',
    value: { number: undefined, entryId: '', field: 'messages', valueJson: '{}', receivedAt: new Date() },
  },
})

/** Takes what stands on WEBHOOKS, publishes one event for it, and lets inbox open the window with that. */
function playIntake(company: Client, key: string) {
  const isIngestFree = Promise.withResolvers<void>()
  const isInboxFree = Promise.withResolvers<void>()
  const ingest = world.busOf('ingest').consume(areas.webhooks, durables.ingestWebhooks, async (bodies) => {
    await isIngestFree.promise
    await world.ingestSays(received(company))
    return bodies.map(() => 'ok' as const)
  })
  const inbox = world.busOf('inbox').consume(areas.ingest, durables.inboxIngest, async (events) => {
    await isInboxFree.promise
    world.windows.set(key, new Date(Date.now() + 60_000))
    return events.map(() => 'ok' as const)
  })
  return {
    freeIngest: () => isIngestFree.resolve(),
    freeInbox: () => isInboxFree.resolve(),
    async stop() {
      for (const consumer of await Promise.all([ingest, inbox])) await consumer.stop()
    },
  }
}

describe('a customer writes and we answer in the same instant', () => {
  test('CONTRACTS 29: his message stands at ingest, then at inbox: the send is accepted, and goes once his window is open', async () => {
    const { company, rpc, text, callsOf, key } = await client()
    await eventually(async () =>
      // The number has arrived: a template would go.
      expect((await rpc.acceptMessages(company.request([company.item()]))).results[0]?.result?.$case).toBe(
        'accepted',
      ),
    )
    await eventually(() => expect(callsOf()).toHaveLength(1))
    await world.busOf('gateway').publisher(areas.webhooks).publish([webhook()])
    const item = text()
    const { results } = await rpc.acceptMessages(company.request([item]))
    expect(results[0]?.result?.$case).toBe('accepted')
    // Nobody has applied it: the row waits, whatever inbox says.
    const intake = playIntake(company, key)
    expect((await rpc.getMessage({ id: item.messageId })).state).toBe('queued')
    intake.freeIngest()
    intake.freeInbox()
    await eventually(() => expect(callsOf()).toHaveLength(2), { timeoutMs: 30_000 })
    await intake.stop()
  })

  test('CONTRACTS 29: with all of it applied inbox’s no is final at once, for a send and for a row', async () => {
    const { company, rpc, text } = await client()
    await eventually(async () => {
      const { results } = await rpc.acceptMessages(company.request([text()]))
      expect(results[0]?.result).toMatchObject({ $case: 'refused', value: { code: 'window_closed' } })
    })
    // Accepted while a webhook was under way that was not this customer’s: once applied, the row fails.
    const intake = playIntake(company, `${company.number}/p:another`)
    await world.busOf('gateway').publisher(areas.webhooks).publish([webhook()])
    const item = text()
    const accepted = await rpc.acceptMessages(company.request([item]))
    expect(accepted.results[0]?.result?.$case).toBe('accepted')
    intake.freeIngest()
    intake.freeInbox()
    await eventually(
      async () =>
        expect(await rpc.getMessage({ id: item.messageId })).toMatchObject({
          state: 'failed',
          failureCode: 'window_closed',
        }),
      { timeoutMs: 30_000 },
    )
    await intake.stop()
  })
})
