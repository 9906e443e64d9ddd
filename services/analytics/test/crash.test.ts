import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { eventually, type ServiceProcess, startService } from '@palomar/testkit'
import { type Rig, rig } from './rig.ts'
import { newChannel, stored, updated } from './world.ts'

let r: Rig
beforeAll(async () => {
  // What was in hand at a death comes again after this; production's 30 s would be spent waiting.
  r = await rig({ ackWaitMs: 4_000 })
}, 60_000)
afterAll(() => r.close(), 60_000)

const rounds = 3
const perRound = 300

test('R1: killed again and again while it counts, analytics loses nothing and counts nothing twice', async () => {
  const channels = Array.from({ length: 8 }, () => newChannel())
  let analytics: ServiceProcess = await startService('analytics', r.env)
  let sent = 0
  for (let round = 0; round < rounds; round++) {
    const events = Array.from({ length: perRound }, () => {
      const channel = channels[sent % channels.length] ?? newChannel()
      const seconds = sent++ * 7
      const id = newId('message')
      const isFailed = sent % 10 === 0
      return [
        stored(channel, { seconds }),
        stored(channel, { id, direction: 'outbound', seconds }),
        updated(channel, { id, version: 1, state: 'sent', accepted: seconds, sent: seconds + 1 }),
        isFailed
          ? updated(channel, {
              id,
              version: 2,
              state: 'failed',
              accepted: seconds,
              failed: seconds + 2,
              errorCode: 131026,
            })
          : updated(channel, {
              id,
              version: 2,
              state: 'read',
              accepted: seconds,
              sent: seconds + 1,
              read: seconds + 9,
            }),
      ]
    })
    await Promise.all(events.map((some) => r.inbox(...some)))
    // Killed once some of this round is counted and some is not, so that each round dies somewhere else.
    const least = round * perRound + 1 + Math.floor(Math.random() * perRound)
    await eventually(
      async () => expect((await sums()).received).toBeGreaterThanOrEqual(Math.min(least, sent)),
      {
        timeoutMs: 60_000,
        everyMs: 2,
      },
    )
    await analytics.kill()
    analytics = await startService('analytics', r.env)
  }
  const failed = Math.floor(sent / 10)
  const right = {
    received: sent,
    accepted: sent,
    sent: sent - failed,
    delivered: sent - failed,
    read: sent - failed,
    failed,
  }
  await eventually(async () => expect(await sums()).toEqual(right), { timeoutMs: 90_000 })
  const [facts] = await r.admin.sql`select count(*)::int as n from facts`
  expect(facts?.n).toBe(2 * sent)
  const [byCode] = await r.admin
    .sql`select sum(count)::int as n from failures where grain = 15 and error_code = 131026`
  expect(byCode?.n).toBe(failed)
  const [listed] = await r.admin
    .sql`select count(*)::int as n from recent_events where kind = 'message_failed'`
  expect(listed?.n).toBe(failed)
  expect(await analytics.stop()).toBe(0)
}, 240_000)

/** Both grains agree, whatever was killed. */
async function sums() {
  const rows = await r.admin.sql`
    select coalesce(sum(received), 0)::int as received, coalesce(sum(accepted), 0)::int as accepted,
      coalesce(sum(sent), 0)::int as sent, coalesce(sum(delivered), 0)::int as delivered,
      coalesce(sum(read), 0)::int as read, coalesce(sum(failed), 0)::int as failed
    from (values (15), (60)) as g (grain) left join rollups using (grain) group by grain`
  expect(rows[0]).toEqual(rows[1] as never)
  return { ...rows[0] } as Record<'received' | 'accepted' | 'sent' | 'delivered' | 'read' | 'failed', number>
}
