import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Bus } from '@palomar/bus'
import { areas, type automationEventsV1, newId } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { type Company, type Fixture, startTenancy } from './fixture.ts'

let f: Fixture
let automation: Bus
beforeAll(async () => {
  f = await startTenancy()
  automation = await f.busAs('automation')
}, 60_000)
afterAll(() => f?.stop(), 60_000)

const at = new Date('2026-11-20T10:00:00.000Z')

function audited(
  tenantId: string,
  change: { entryId?: string; action?: string } = {},
): automationEventsV1.Event {
  return {
    header: { id: newId('event'), tenantId, time: at, traceparent: '' },
    payload: {
      $case: 'audited',
      value: {
        entryId: newId('audit'),
        actorId: 'usr_someone',
        action: 'rule.updated',
        entity: 'rule',
        entityId: newId('rule'),
        metadataJson: '{"name":"Horario","fields":["enabled"]}',
        ...change,
      },
    },
  }
}
const say = (...events: automationEventsV1.Event[]) => automation.publisher(areas.automation).publish(events)
const entriesOf = async ({ admin }: Company) =>
  (
    await admin.tenancy.listAuditEntries({
      tenantId: '',
      page: undefined,
      action: 'rule.updated',
      entityId: '',
    })
  ).entries

test('X2: what changed at another service is an entry of its company’s log, once however often it is told', async () => {
  const [mine, other] = [await f.company(), await f.company()]
  const event = audited(mine.id)
  await say(event, audited(other.id))
  await say(event, { ...event, header: { ...event.header, id: newId('event') } as never })
  await say(audited(other.id))
  await eventually(async () => expect(await entriesOf(other)).toHaveLength(2))
  const [entry, ...more] = await entriesOf(mine)
  expect(more).toEqual([])
  expect(entry).toMatchObject({
    tenantId: mine.id,
    actorId: 'usr_someone',
    action: 'rule.updated',
    entity: 'rule',
    metadataJson: '{"name":"Horario","fields":["enabled"]}',
    at,
  })
})

test('X2: an entry that cannot be kept, of a company that is not there or without an id, harms none of its neighbours', async () => {
  const mine = await f.company()
  await say(audited(newId('tenant')), audited(mine.id, { entryId: 'nonsense' }), audited(mine.id))
  await eventually(async () => expect(await entriesOf(mine)).toHaveLength(1))
  const operator = await f.busAs('gateway')
  await eventually(async () => {
    const { letters } = await operator.dead.list({ durable: 'tenancy-automation' })
    expect(letters).toHaveLength(2)
  })
})
