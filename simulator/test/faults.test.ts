import { expect, test } from 'bun:test'
import { createGraphClient } from '@palomar/cloud-api'
import { eventually } from '@palomar/testkit'
import { demo, errorOf, hello, settled, startWorld, wamidOf } from './harness.ts'

test('error5xx: a gateway page, in doubt for the sender, accepted by nobody', async () => {
  const world = startWorld()
  world.control.faults({ error5xx: 1 })
  expect((await world.send(hello)).kind).toBe('in_doubt')
  expect(world.control.accepted()).toEqual([])
})

test.each([
  ['somethingWrong', { status: 500, code: 131000 }],
  ['tooMany', { status: 429, code: 130429 }],
  ['expiredToken', { status: 401, code: 190, subcode: 463 }],
] as const)('%s: an error of Graph, accepted by nobody', async (fault, error) => {
  const world = startWorld()
  world.control.faults({ [fault]: 1 })
  expect(errorOf(await world.send(hello))).toMatchObject(error)
  expect(world.control.accepted()).toEqual([])
})

test('hang: no answer before the sender gives up, accepted by nobody', async () => {
  const world = startWorld()
  world.control.faults({ hang: 1 })
  const client = createGraphClient({ baseUrl: world.url })
  const result = await client.sendMessage({
    phoneNumberId: demo.phoneNumberId,
    token: demo.token,
    version: 22,
    deadlineMs: 150,
    body: { messaging_product: 'whatsapp', to: demo.customer, ...hello },
  })
  expect(result).toEqual({ kind: 'in_doubt', reason: 'no answer within 150 ms' })
  expect(world.control.accepted()).toEqual([])
  client.close()
})

test('R2: lostResponse: in doubt for the sender, and yet accepted; the status tells its echo', async () => {
  const world = startWorld()
  world.control.faults({ lostResponse: 1 })
  expect((await world.send({ ...hello, biz_opaque_callback_data: 'msg_1~1' })).kind).toBe('in_doubt')
  const [accepted] = world.control.accepted()
  expect(accepted).toMatchObject({ echo: 'msg_1~1' })
  expect((await world.untilStatus(accepted?.wamid ?? '', 'sent'))[0]?.echo).toBe('msg_1~1')
})

test('noStatus: accepted, and then silence', async () => {
  const world = startWorld()
  world.control.faults({ noStatus: 1 })
  const silent = wamidOf(await world.send(hello))
  world.control.faults({ noStatus: 0 })
  await world.untilStatus(wamidOf(await world.send(hello)), 'delivered')
  await settled(world)
  expect(world.statuses(silent)).toEqual([])
})

test('outOfOrder: delivered comes before sent', async () => {
  const world = startWorld({ settings: { sentMs: 5, deliveredMs: 60, webhookLingerMs: 1 } })
  world.control.faults({ outOfOrder: 1 })
  const wamid = wamidOf(await world.send(hello))
  const statuses = await world.untilStatus(wamid, 'sent')
  expect(statuses.map(({ status }) => status)).toEqual(['delivered', 'sent'])
})

test('statusFirst: the status overtakes the answer', async () => {
  const world = startWorld({ settings: { latencyMs: 400, webhookLingerMs: 1 } })
  world.control.faults({ statusFirst: 1 })
  let isAnswered = false
  const answer = world.send(hello).finally(() => {
    isAnswered = true
  })
  await eventually(() => expect(world.statuses().map(({ status }) => status)).toContain('sent'))
  expect(isAnswered).toBe(false)
  await answer
})

test('readOnly: read without delivered; lateFailure: failed after sent', async () => {
  const world = startWorld({ settings: { readMs: 1 } })
  world.control.faults({ readOnly: 1 })
  const read = await world.untilStatus(wamidOf(await world.send(hello)), 'read')
  expect(read.map(({ status }) => status)).not.toContain('delivered')
  world.control.faults({ readOnly: 0, lateFailure: 1 })
  const failed = await world.untilStatus(wamidOf(await world.send(hello)), 'failed')
  expect(failed.find(({ status }) => status === 'failed')?.errors).toMatchObject([{ code: 131049 }])
})

test('duplicateStatus: each status comes twice, in two bodies', async () => {
  const world = startWorld()
  world.control.faults({ duplicateStatus: 1 })
  const wamid = wamidOf(await world.send(hello))
  await eventually(() => expect(world.statuses(wamid)).toHaveLength(4))
  const bodies = world.delivered.filter(({ changes }) => JSON.stringify(changes).includes('"sent"'))
  expect(bodies.length).toBeGreaterThanOrEqual(2)
})

test('duplicateWebhook: the same bytes come twice', async () => {
  const world = startWorld()
  world.control.faults({ duplicateWebhook: 1 })
  world.control.write({ phoneNumberId: demo.phoneNumberId, waId: demo.customer, text: 'hola' })
  await eventually(() => expect(world.delivered).toHaveLength(2))
  expect(world.delivered[0]?.bytes).toEqual(world.delivered[1]?.bytes ?? new Uint8Array())
})

test('the same seed makes the same faults, another seed others', async () => {
  const pattern = async (seed: number) => {
    const world = startWorld({ seed })
    world.control.faults({ somethingWrong: 0.5 })
    let seen = ''
    for (let i = 0; i < 40; i++) {
      const result = await world.send({ ...hello, to: `5730100000${10 + i}` })
      seen += result.kind === 'answered' && result.status === 200 ? '.' : 'x'
    }
    return seen
  }
  const first = await pattern(7)
  expect(await pattern(7)).toBe(first)
  expect(await pattern(8)).not.toBe(first)
  expect(first).toMatch(/x.*\.|\..*x/)
})

test('a fault that does not exist or is no share is refused, and nothing changes', () => {
  const { control } = startWorld()
  expect(() => control.faults({ gremlins: 1 } as never)).toThrow('no fault is called gremlins')
  expect(() => control.faults({ noStatus: 0.5, hang: 2 })).toThrow('hang must be from 0 to 1')
  expect(control.faults().noStatus).toBe(0)
})
