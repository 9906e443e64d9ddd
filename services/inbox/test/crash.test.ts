import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Id, newId } from '@palomar/contracts'
import { eventually, type ServiceProcess, startService } from '@palomar/testkit'
import { type Rig, rig } from './rig.ts'
import { accepted, newChannel, received, stateChanged } from './world.ts'

let r: Rig
beforeAll(async () => {
  // What was in hand at a death comes again after this; production's 30 s would be spent waiting.
  r = await rig({ ackWaitMs: 4_000 })
}, 60_000)
afterAll(() => r.close(), 60_000)

const rounds = 3
const perRound = 300

test('R1: killed again and again while it stores, inbox loses nothing and counts nothing twice', async () => {
  const channels = Array.from({ length: 8 }, () => newChannel())
  const ours: { id: Id<'message'>; channel: (typeof channels)[number] }[] = []
  let inbox: ServiceProcess = await startService('inbox', r.env)
  let sent = 0
  for (let round = 0; round < rounds; round++) {
    const messages = Array.from({ length: perRound }, () => {
      const n = sent++
      return received(channels[n % channels.length] ?? newChannel(), {
        waId: `57300${1_000_000 + (n % 40)}`,
        seconds: n,
      })
    })
    const fresh = channels.map((channel) => ({ id: newId('message'), channel }))
    ours.push(...fresh)
    await Promise.all([
      r.ingest(...messages),
      r.dispatch(
        ...fresh.map(({ id, channel }) => accepted(channel, { id, seconds: sent })),
        ...fresh.map(({ id, channel }) =>
          stateChanged(channel, { id, version: 2, state: 'sent', wamids: [`wamid.${id}`] }),
        ),
      ),
    ])
    // Killed once some of this round is stored and some is not, so that each round dies somewhere else.
    const least = round * perRound + 1 + Math.floor(Math.random() * perRound)
    await eventually(
      async () => expect(await stored('inbound')).toBeGreaterThanOrEqual(Math.min(least, sent)),
      {
        timeoutMs: 60_000,
        everyMs: 2,
      },
    )
    await inbox.kill()
    inbox = await startService('inbox', r.env)
  }
  await eventually(
    async () => {
      expect(await stored('inbound')).toBe(sent)
      expect(await stored('outbound')).toBe(ours.length)
      // A message and its state are two commits: killed in between, the state comes with the redelivery.
      const states = await r.admin.sql`select distinct state from messages where direction = 'outbound'`
      expect(states.map((row) => row.state)).toEqual(['sent'])
    },
    { timeoutMs: 120_000 },
  )
  const [counted] = await r.admin.sql`select sum(unread_count)::int as unread from conversations`
  expect(counted?.unread).toBe(sent)
  // Told at least once each, under ids that make the second time harmless.
  await eventually(
    () => {
      const told = r.events.filter((event) => event.payload?.$case === 'messageStored')
      expect(new Set(told.map((event) => event.header?.id)).size).toBe(sent + ours.length)
    },
    { timeoutMs: 60_000 },
  )
  expect(await inbox.stop()).toBe(0)
}, 300_000)

async function stored(direction: string): Promise<number> {
  const [row] = await r.admin.sql<{ n: number }[]>`
    select count(*)::int as n from messages where direction = ${direction} and conversation_id is not null`
  return row?.n ?? 0
}
