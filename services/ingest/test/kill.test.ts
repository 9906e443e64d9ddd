import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually, startService } from '@palomar/testkit'
import type { FailpointName } from '../src/failpoint.ts'
import {
  bodyOf,
  idsOf,
  messagesChange,
  newNumber,
  numberChanged,
  type Rig,
  rig,
  wamidsOf,
} from './fixture.ts'
import { startTenancyServer, type TenancyServer } from './tenancy-server.ts'

let r: Rig
let tenancyServer: TenancyServer
let env: Record<string, string>
beforeAll(async () => {
  // What was in hand at a death comes again after this; production's 30 s would be spent waiting.
  r = await rig({ ackWaitMs: 4_000 })
  tenancyServer = await startTenancyServer(r.tenancy, r.env.SERVICE_SECRET ?? '')
  env = { ...r.env, TENANCY_ADDRESS: tenancyServer.address, LOG_LEVEL: 'info' }
})
afterAll(async () => {
  await r?.close()
  await tenancyServer?.stop()
})

const eventsOf = (tenantId: string) => r.events.filter(({ header }) => header?.tenantId === tenantId)
const ended = (pid: number) =>
  eventually(() => expect(() => process.kill(pid, 0)).toThrow(), { timeoutMs: 20_000 })

/** A service that kills itself at the point, then one that does not; what the first left is the second's. */
async function dieAt(
  point: FailpointName,
  deliver: () => Promise<void>,
  mutation: Record<string, string> = {},
): Promise<void> {
  const doomed = await startService('ingest', { ...env, ...mutation, PALOMAR_TEST_FAILPOINT: point })
  await deliver()
  await ended(doomed.pid)
}

const redeliveryMs = 60_000

test(
  'R1: killed between INGEST’s acknowledgement and its own: it comes again, with the same ids',
  async () => {
    const number = newNumber()
    r.tenancy.add(number)
    await dieAt('after-publish', () =>
      r.deliver(
        number.appId,
        bodyOf(number, messagesChange(number, { wamid: 'wamid.K1' }, { wamid: 'wamid.K2' })),
      ),
    )
    await eventually(() => expect(eventsOf(number.tenantId)).toHaveLength(2))
    const service = await startService('ingest', env)
    const events = await eventually(
      () => {
        expect(eventsOf(number.tenantId)).toHaveLength(4)
        return eventsOf(number.tenantId)
      },
      { timeoutMs: redeliveryMs },
    )
    expect(idsOf(events.slice(0, 2))).toEqual(idsOf(events.slice(2)))
    expect(await service.stop()).toBe(0)
  },
  { timeout: 90_000 },
)

test(
  'R1: killed right after parking, and after archiving: nothing is missing and nothing is there twice',
  async () => {
    const unknown = newNumber()
    await dieAt('after-park', () =>
      r.deliver(unknown.appId, bodyOf(unknown, messagesChange(unknown, { wamid: 'wamid.P' }))),
    )
    const known = newNumber()
    r.tenancy.add(known)
    await dieAt('after-archive-commit', () =>
      r.deliver(known.appId, bodyOf(known, messagesChange(known, { wamid: 'wamid.Q' }))),
    )
    const service = await startService('ingest', env)
    r.tenancy.add(unknown)
    await r.tell(numberChanged(unknown))
    await eventually(
      () => {
        expect(wamidsOf(eventsOf(unknown.tenantId))).toContain('wamid.P')
        expect(wamidsOf(eventsOf(known.tenantId))).toContain('wamid.Q')
      },
      { timeoutMs: redeliveryMs },
    )
    await eventually(
      async () => {
        const rows = await r.admin.sql<{ phone_number_id: string }[]>`
          select phone_number_id from ingest.changes
          where phone_number_id in (${unknown.phoneNumberId}, ${known.phoneNumberId})`
        expect(rows).toHaveLength(2)
      },
      { timeoutMs: redeliveryMs },
    )
    for (const number of [unknown, known]) expect(new Set(idsOf(eventsOf(number.tenantId))).size).toBe(1)
    const [left] = await r.admin.sql<{ rows: bigint }[]>`
      select count(*) as rows from ingest.unrouted where phone_number_id = ${unknown.phoneNumberId}`
    expect(left?.rows).toBe(0n)
    expect(await service.stop()).toBe(0)
  },
  { timeout: 180_000 },
)

test(
  'R1: killed before INGEST has anything, it comes again; acknowledged first (the mutation), it is lost, and this test sees it',
  async () => {
    const [kept, lost] = [newNumber(), newNumber()]
    r.tenancy.add(kept)
    r.tenancy.add(lost)
    const send = (number: typeof kept, wamid: string) =>
      r.deliver(number.appId, bodyOf(number, messagesChange(number, { wamid })))
    await dieAt('before-publish', () => send(kept, 'wamid.KEPT'))
    await dieAt('before-publish', () => send(lost, 'wamid.LOST'), {
      PALOMAR_TEST_MUTATION: 'ack-before-commit',
    })
    const service = await startService('ingest', env)
    await eventually(() => expect(wamidsOf(eventsOf(kept.tenantId))).toEqual(['wamid.KEPT']), {
      timeoutMs: redeliveryMs,
    })
    // The durable has nothing left to give, so what is not here by now never comes.
    await r.settled(redeliveryMs)
    expect(eventsOf(lost.tenantId)).toEqual([])
    expect(await service.stop()).toBe(0)
  },
  { timeout: 180_000 },
)

test('the mutation is announced so loudly that nobody runs it by mistake', async () => {
  const mutant = await startService('ingest', { ...env, PALOMAR_TEST_MUTATION: 'ack-before-commit' })
  const shouts = mutant.log().filter(({ msg }) => String(msg).includes('TEST MUTATION ack-before-commit'))
  expect(shouts.map(({ level }) => level)).toEqual(['error', 'error', 'error'])
  expect(await mutant.stop()).toBe(0)
})
