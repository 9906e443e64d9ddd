import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createMetrics } from '@palomar/runtime'
import { readQueueDepth } from '../src/db/queue-depth.ts'
import { observeQueue } from '../src/metrics.ts'
import { Company, ledgerDatabase } from './harness.ts'

let ledger: Awaited<ReturnType<typeof ledgerDatabase>>
beforeAll(async () => {
  ledger = await ledgerDatabase()
}, 60_000)
afterAll(() => ledger.close())

async function backlog(rows: number): Promise<Company> {
  const of = new Company(ledger.db)
  await of.tell()
  await ledger.db.forTenant(
    of.tenantId,
    (tx) => tx`
      insert into dispatcher.messages (
        tenant_id, id, number_id, partition, lane_class, recipient_key, recipient_to, recipient_user_id, type, content,
        context_wamid, callback_data, created_by, traceparent, accepted_at, due_at, in_lane, state, version, attempt_n, tries,
        tries_max, reply_to
      )
      select ${of.tenantId}::uuid, gen_random_uuid(), ${of.numberId}::uuid, ${of.partition}::smallint, 1, 'p:1', '1', '', 'text',
        '{}', '', '', 'usr', '', now(), now() + (g - 60) * interval '1 second', true, 'queued', 1, 0, 0, 5, ''
      from generate_series(1, ${rows}::int) g`,
  )
  return of
}

test('O3: length, age and what may be sent at once are told by class; a paused number’s rows do not count', async () => {
  const of = await backlog(30)
  const all = await readQueueDepth(ledger.db, [of.partition])
  const replies = all.find(({ lane_class }) => lane_class === 1)
  expect(replies).toMatchObject({ queued: 30n })
  expect(Number(replies?.sendable)).toBeLessThanOrEqual(30)
  expect(all.filter(({ lane_class, queued }) => lane_class !== 1 && queued > 0n)).toEqual([])

  const registry = createMetrics({ service: 'dispatcher', processMetrics: false })
  observeQueue(
    registry,
    () => readQueueDepth(ledger.db, [of.partition]),
    () => Date.now(),
  )
  const text = await registry.text()
  expect(text).toMatch(/palomar_dispatcher_queued_messages\{class="reply",service="dispatcher"\} 30/)
  expect(text).toMatch(/palomar_dispatcher_queued_messages\{class="marketing",service="dispatcher"\} 0/)
  const age = Number(text.match(/queue_oldest_age_seconds\{class="reply"[^}]*\} ([\d.]+)/)?.[1])
  expect(age).toBeGreaterThan(50)

  await ledger.db.forTenant(
    of.tenantId,
    (tx) =>
      tx`update dispatcher.numbers set state = 'paused' where tenant_id = ${of.tenantId} and id = ${of.numberId}`,
  )
  expect((await readQueueDepth(ledger.db, [of.partition])).some(({ queued }) => queued > 0n)).toBe(false)
  expect(await registry.text()).toMatch(/queued_messages\{class="reply",service="dispatcher"\} 0/)
})
