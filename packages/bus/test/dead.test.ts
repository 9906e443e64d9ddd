import { afterEach, describe, expect, test } from 'bun:test'
import { areas, durables, eventsV1 } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import type { Answer } from '../src/index.ts'
import { event, nameOf, provisionedNats, quick } from './fixture.ts'
import { raw } from './raw.ts'

const { nats, connect, empty } = await provisionedNats()
const bus = await connect()

afterEach(empty)

/** Effects per durable, deduplicated by event id as every handler must; `broken` ones die. */
async function servicesOf(broken: { ingest: boolean }) {
  const effects = { ingest: [] as string[], inbox: [] as string[] }
  const calls = { ingest: 0, inbox: 0 }
  const handle = (service: 'ingest' | 'inbox') => async (events: { event: ReturnType<typeof event> }[]) => {
    return events.map(({ event: e }): Answer => {
      calls[service]++
      if (service === 'ingest' && broken.ingest) return { dead: { reason: 'broken', code: 'internal' } }
      if (!effects[service].includes(nameOf(e))) effects[service].push(nameOf(e))
      return 'ok'
    })
  }
  const consumers = [
    await bus.consume(areas.tenancy, durables.ingestTenancy, handle('ingest'), { timing: quick }),
    await bus.consume(areas.tenancy, durables.inboxTenancy, handle('inbox'), { timing: quick }),
  ]
  return { effects, calls, stop: () => Promise.all(consumers.map((consumer) => consumer.stop())) }
}

const publish = (...names: string[]) => bus.publisher(areas.tenancy).publish(names.map((name) => event(name)))
const lettersOf = async (durable?: string) => (await bus.dead.list({ ...(durable && { durable }) })).letters

async function command(...args: string[]) {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/../bin/dead.ts`, ...args], {
    env: { NATS_URL: nats.url },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, out, err }
}

describe('CONTRACTS 4: dead letters', () => {
  test('a handler made to fail: listed, replayed, effect once, no other consumer touched', async () => {
    const broken = { ingest: true }
    const { effects, calls, stop } = await servicesOf(broken)
    await publish('a', 'b')
    await eventually(async () => expect(await lettersOf()).toHaveLength(2))
    await eventually(() => expect(effects.inbox).toEqual(['a', 'b']))
    expect(await lettersOf('inbox-tenancy')).toEqual([])
    const inboxCalls = calls.inbox

    broken.ingest = false
    expect(await bus.dead.replay('inbox-tenancy', 'all')).toBe(0)
    expect(await bus.dead.replay('ingest-tenancy', 'all')).toBe(2)
    await eventually(() => expect(effects.ingest).toEqual(['a', 'b']))
    expect(await lettersOf()).toEqual([])
    // A second replay finds nothing, and the effect stays one.
    expect(await bus.dead.replay('ingest-tenancy', 'all')).toBe(0)
    await publish('c')
    await eventually(() =>
      expect([effects.ingest, effects.inbox]).toEqual([
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ]),
    )
    expect(calls.inbox).toBe(inboxCalls + 1)
    await stop()
  })

  test('one is replayed by its id, for its own durable only; what dies again is listed again', async () => {
    const broken = { ingest: true }
    const { effects, stop } = await servicesOf(broken)
    await publish('a', 'b')
    await eventually(async () => expect(await lettersOf()).toHaveLength(2))
    const [a, b] = await lettersOf()
    expect(await bus.dead.replay('inbox-tenancy', [a?.id ?? ''])).toBe(0)
    expect(await bus.dead.replay('ingest-tenancy', [a?.id ?? '', '999999'])).toBe(1)
    // Still broken: it is back, as a new letter with one try, behind the other.
    await eventually(async () =>
      expect((await lettersOf()).map(({ id, eventId, tries }) => [id === b?.id, eventId, tries])).toEqual([
        [true, b?.eventId ?? '', 1],
        [false, a?.eventId ?? '', 1],
      ]),
    )
    expect(effects.ingest).toEqual([])
    await stop()
  })

  test('a list comes in pages, oldest first, each letter once', async () => {
    const broken = { ingest: true }
    const { stop } = await servicesOf(broken)
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) await publish(name)
    await eventually(async () => expect(await lettersOf()).toHaveLength(5))
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await bus.dead.list({ limit: 2, cursor })
      expect(page.letters.length).toBeLessThanOrEqual(2)
      seen.push(...page.letters.map(({ eventId }) => eventId))
      cursor = page.nextCursor
    } while (cursor)
    expect(seen).toEqual(names.map((name) => event(name).header?.id ?? ''))
    await stop()
  })

  test('an id that is none is a bad request', async () => {
    const refusal = await bus.dead.replay('ingest-tenancy', ['; drop']).catch((error) => error)
    expect(refusal.code).toBe('bad_request')
  })

  test('replayed while no consumer runs it waits for its durable', async () => {
    const broken = { ingest: true }
    const first = await servicesOf(broken)
    await publish('a')
    await eventually(async () => expect(await lettersOf()).toHaveLength(1))
    await first.stop()
    await bus.dead.replay('ingest-tenancy', 'all')
    broken.ingest = false
    const second = await servicesOf(broken)
    await eventually(() => expect(second.effects.ingest).toEqual(['a']))
    await second.stop()
  })
})

test('the command lists and replays dead letters', async () => {
  const broken = { ingest: true }
  const { effects, stop } = await servicesOf(broken)
  expect((await command('list')).out).toBe('no dead letters\n')
  await publish('a')
  await eventually(async () => expect(await lettersOf()).toHaveLength(1))
  const listed = await command('list', '--durable', 'ingest-tenancy')
  expect(listed.out).toMatch(
    /^\d+\t\S+\tingest-tenancy\ttenantChanged\t1 tries\tinternal: broken\tevt_\w+\n$/,
  )
  const json = JSON.parse((await command('list', '--json')).out)
  expect(json).toMatchObject({ letters: [{ durable: 'ingest-tenancy' }], nextCursor: null })
  broken.ingest = false
  expect(await command('replay', '--durable', 'ingest-tenancy', json.letters[0].id)).toMatchObject({
    code: 0,
    out: '1 handed back to ingest-tenancy\n',
  })
  await eventually(() => expect(effects.ingest).toEqual(['a']))
  expect(await command('replay')).toMatchObject({ code: 2 })
  expect((await command('list', '--durable', 'nope')).err).toContain('no durable is called nope')
  await stop()
}, 30_000)

test('what is kept in RETRY and DEAD holds exactly its own event', async () => {
  const broken = { ingest: true }
  const { stop } = await servicesOf(broken)
  await publish('a', 'b')
  await eventually(async () => expect(await lettersOf()).toHaveLength(2))
  await stop()
  const { nc, jsm } = await raw(nats.url)
  const message = await jsm.streams.getMessage('DEAD', {
    next_by_subj: 'dead.ingest-tenancy',
    seq: 1,
  } as never)
  await nc.close()

  const parked = eventsV1.ParkedEvent.decode(message.data)
  expect(areas.tenancy.decode(parked.batch).events.map(nameOf)).toEqual(['a'])
})
