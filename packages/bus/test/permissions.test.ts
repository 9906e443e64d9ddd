import { beforeAll, describe, expect, test } from 'bun:test'
import {
  type Area,
  areas,
  buckets,
  type DurableSpec,
  durables,
  type inboxEventsV1,
  rebuildable,
  type Service,
  services,
  streams,
  watched,
} from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { type NatsConnection, connect as rawConnect } from 'nats'
import { type Bus, operatorUser, permissionsOf } from '../src/index.ts'
import { retryNowSubject } from '../src/names.ts'
import type { HasHeader } from '../src/publisher.ts'
import { event, provisionedNats, quick } from './fixture.ts'
import { raw } from './raw.ts'

const { nats, connect, empty } = await provisionedNats({ users: [operatorUser, ...services] })
const login = (user: string) => ({ user, pass: user })
const areaList = Object.values(areas) as Area<HasHeader>[]

/** The bare client as a service: what its user cannot do, no code of the service can. */
async function as<T>(service: Service, work: (nc: NatsConnection) => Promise<T>): Promise<T> {
  const nc = await rawConnect({
    servers: nats.url,
    ...login(service),
    inboxPrefix: `_INBOX_${service}`,
    timeout: 1_000,
  })
  try {
    return await work(nc)
  } finally {
    await nc.close()
  }
}

/** True when the server took it; false when it said that this user may not. */
function isAllowed(service: Service, subject: string, payload: string | Uint8Array = ''): Promise<boolean> {
  return as(service, async (nc) => {
    const violation = (async () => {
      for await (const { data } of nc.status())
        if (String(data).includes('PERMISSIONS_VIOLATION')) return false
      return true
    })()
    nc.publish(subject, payload)
    // The refusal, if there is one, comes before the answer to this.
    await nc.flush()
    return Promise.race([violation, nc.flush().then(() => true)])
  })
}

async function messagesIn(stream: string): Promise<number> {
  const { nc, jsm } = await raw(nats.url, login(operatorUser))
  const { state } = await jsm.streams.info(stream)
  await nc.close()
  return state.messages
}

describe('CONTRACTS 7: one NATS user per service', () => {
  test('dispatcher cannot publish ingest.v1: nothing of it is stored', async () => {
    const bus = await connect(login('dispatcher'))
    const refusal = await bus
      .publisher(areas.ingest, { timeoutMs: 500 })
      .publish([{ header: event('forged').header, payload: undefined }])
      .catch((error) => error)
    expect(refusal.code).toBe('unavailable')
    expect(await messagesIn('INGEST')).toBe(0)
  })

  for (const service of services) {
    test(`${service} publishes to exactly the streams the contracts name`, async () => {
      for (const { stream, subject } of areaList) {
        const mayPublish = streams.find(({ name }) => name === stream)?.publishers.includes(service) ?? false
        expect([subject, await isAllowed(service, subject)]).toEqual([subject, mayPublish])
      }
    })

    test(`${service} pulls from, acknowledges to, and parks for exactly its own durables`, async () => {
      for (const durable of Object.values(durables)) {
        const isOwn = durable.service === service
        const subjects = [
          `$JS.API.CONSUMER.MSG.NEXT.${durable.stream}.${durable.name}`,
          `$JS.ACK.${durable.stream}.${durable.name}.1.1.1.1.0`,
          `$JS.ACK._.hash.${durable.stream}.${durable.name}.1.1.1.1.0.x`,
          `$JS.API.CONSUMER.MSG.NEXT.RETRY.${durable.name}-retry-10`,
          `retry.${durable.name}.10`,
          `dead.${durable.name}`,
        ]
        for (const subject of subjects)
          expect([subject, await isAllowed(service, subject)]).toEqual([subject, isOwn])
        const info = `$JS.API.CONSUMER.INFO.${durable.stream}.${durable.name}`
        const isWatched = watched.some((one) => one.durable === durable && one.by.includes(service))
        expect([info, await isAllowed(service, info)]).toEqual([info, isOwn || isWatched])
      }
    })

    test(`${service} cannot change, empty or delete what is provisioned, nor make a durable of its own`, async () => {
      for (const { name } of streams) {
        for (const verb of ['UPDATE', 'DELETE', 'PURGE', 'SNAPSHOT', 'RESTORE'])
          expect(await isAllowed(service, `$JS.API.STREAM.${verb}.${name}`)).toBe(false)
        if (name === 'LIVE') continue
        expect(await isAllowed(service, `$JS.API.CONSUMER.CREATE.${name}.mine`)).toBe(false)
        expect(await isAllowed(service, `$JS.API.CONSUMER.DURABLE.CREATE.${name}.mine`)).toBe(false)
        expect(await isAllowed(service, `$JS.API.STREAM.CREATE.${name}`)).toBe(false)
      }
      for (const { stream, name } of Object.values(durables))
        expect(await isAllowed(service, `$JS.API.CONSUMER.DELETE.${stream}.${name}`)).toBe(false)
    })

    test(`${service} writes and reads exactly its buckets`, async () => {
      for (const { name, writers, readers } of Object.values(buckets)) {
        const mayWrite = (writers as readonly Service[]).includes(service)
        const mayRead = mayWrite || (readers as readonly Service[]).includes(service)
        expect(await isAllowed(service, `$KV.${name}.a`)).toBe(mayWrite)
        expect(await isAllowed(service, `$JS.API.DIRECT.GET.KV_${name}.$KV.${name}.a`)).toBe(mayRead)
        expect(await isAllowed(service, `$JS.API.CONSUMER.CREATE.KV_${name}.x`)).toBe(mayRead)
      }
    })

    test(`${service} hears no answers meant for another, and no area it has nothing to do with`, async () => {
      const { subscribe } = permissionsOf(service)
      expect(subscribe.filter((subject) => subject.startsWith('_INBOX'))).toEqual([`_INBOX_${service}.>`])
      expect(subscribe).not.toContain('>')
      for (const { stream, subject } of areaList) {
        const isReader = Object.values(durables).some((d) => d.service === service && d.stream === stream)
        expect([subject, subscribe.includes(subject)]).toEqual([subject, isReader || stream === 'TENANCY'])
      }
    })
  }

  test('into another service’s queue only the owner of its facts may write, where the contracts call it rebuildable', () => {
    for (const durable of Object.values(durables)) {
      const mayHand = services.filter((service) =>
        permissionsOf(service).publish.includes(retryNowSubject(durable.name)),
      )
      const owners = rebuildable.includes(durable)
        ? (streams.find(({ name }) => name === durable.stream)?.publishers ?? [])
        : []
      expect([durable.name, mayHand]).toEqual([
        durable.name,
        services.filter(
          (service) => service === 'gateway' || service === durable.service || owners.includes(service),
        ),
      ])
    }
    const { publish } = permissionsOf('inbox')
    expect(publish.filter((subject) => /analytics-inbox|automation-inbox/.test(subject))).toEqual([
      '$JS.API.CONSUMER.INFO.RETRY.analytics-inbox-retry-now',
      '$JS.API.CONSUMER.INFO.RETRY.automation-inbox-retry-now',
      'retry.analytics-inbox.now',
      'retry.automation-inbox.now',
    ])
  })

  test('of the queues it watches the dispatcher reads how far they are, and nothing that is in them', () => {
    const { publish } = permissionsOf('dispatcher')
    expect(
      publish.filter((subject) => /MSG\.GET|CONSUMER\.CREATE\.(RETRY|DEAD|WEBHOOKS)/.test(subject)),
    ).toEqual([])
    expect(publish.filter((subject) => /(ingest-webhooks|inbox-ingest)/.test(subject))).toEqual([
      '$JS.API.CONSUMER.INFO.INGEST.inbox-ingest',
      '$JS.API.CONSUMER.INFO.WEBHOOKS.ingest-webhooks',
    ])
  })

  test('only the gateway hands dead letters back', () => {
    const mayReplay = services.filter((service) =>
      permissionsOf(service).publish.includes(retryNowSubject(durables.inboxIngest.name)),
    )
    // inbox itself, for its own.
    expect(mayReplay).toEqual(['gateway', 'inbox'])
  })
})

/** Enough of an event of any area: WEBHOOKS has fields beside the header that must be there. */
const anyEvent = (name: string): HasHeader => ({
  header: event(name).header,
  ...{ appId: '', receivedAt: undefined, body: Buffer.alloc(0), requestId: '' },
})

/** A durable that only its own service's user may consume, by area. */
const cases = Object.values(durables).map((durable): [string, DurableSpec, Area<HasHeader>] => [
  durable.name,
  durable,
  areaList.find(({ stream }) => stream === durable.stream) as Area<HasHeader>,
])

describe('CONTRACTS 28: how far a durable has come', () => {
  beforeAll(empty)

  test('its last sequence and what was answered, from a watcher; what is kept aside is counted', async () => {
    const [gateway, ingest, dispatcher] = await Promise.all([
      connect(login('gateway')),
      connect(login('ingest')),
      connect(login('dispatcher')),
    ])
    const durable = durables.ingestWebhooks
    const before = await dispatcher.progress(durable)
    expect(before.through).toBe(before.last)
    const publisher = gateway.publisher(areas.webhooks as Area<HasHeader>)
    for (const name of ['a', 'b', 'c']) await publisher.publish([anyEvent(name)])
    expect(await dispatcher.progress(durable)).toEqual({ last: before.last + 3, through: before.through })
    let handled = 0
    const consumer = await ingest.consume(
      areas.webhooks as Area<HasHeader>,
      durable,
      async (events) => events.map(() => (handled++ === 0 ? { dead: { reason: 'broken' } } : 'ok')),
      { timing: quick },
    )
    await eventually(async () =>
      expect(await dispatcher.progress(durable)).toEqual({ last: before.last + 3, through: before.last + 3 }),
    )
    await eventually(async () => expect(await dispatcher.keptAside(durable)).toBe(1))
    await consumer.stop()
  })
})

describe('each service does its work with its own user alone', () => {
  beforeAll(empty)
  const buses = new Map<string, Promise<Bus>>()
  const busOf = (service: Service) => {
    const known = buses.get(service) ?? connect(login(service))
    buses.set(service, known)
    return known
  }

  for (const [name, durable, area] of cases) {
    test(`${name}: publish, consume, retry, dead letter, replay`, async () => {
      const publisher = streams.find((stream) => stream.name === area.stream)?.publishers[0] as Service
      const tries: number[] = []
      let isBroken = true
      const consumer = await (await busOf(durable.service)).consume(
        area,
        durable,
        async (events) =>
          events.map((delivered) => {
            tries.push(delivered.tries)
            if (!isBroken) return 'ok'
            return delivered.tries < 1 ? { retry: { reason: 'once' } } : { dead: { reason: 'broken' } }
          }),
        { timing: quick },
      )
      await (await busOf(publisher)).publisher(area).publish([anyEvent(name)])
      const operator = await busOf('gateway')
      await eventually(async () =>
        expect((await operator.dead.list({ durable: name })).letters).toHaveLength(1),
      )
      isBroken = false
      expect(await operator.dead.replay(name, 'all')).toBe(1)
      await eventually(() => expect(tries).toEqual([0, 1, 0]))
      await consumer.stop()
      // The stream's other durables have not had it.
      await empty()
    })
  }

  test('inbox hands its facts to analytics alone, with its own user, and to nobody that is not named', async () => {
    const inbox = await busOf('inbox')
    const heard: string[] = []
    const consumer = await (await busOf('analytics')).consume(
      areas.inbox,
      durables.analyticsInbox,
      async (events) => {
        heard.push(...events.map(({ event: e }) => e.header?.id ?? ''))
        return events.map(() => 'ok' as const)
      },
    )
    const facts = ['a', 'b'].map((name) => anyEvent(name) as inboxEventsV1.Event)
    await inbox.handOver(areas.inbox, durables.analyticsInbox, facts)
    await eventually(() => expect(heard).toEqual(facts.map(({ header }) => header?.id ?? '')))
    expect(await isAllowed('inbox', retryNowSubject(durables.dispatcherInbox.name))).toBe(false)
    expect(await isAllowed('dispatcher', retryNowSubject(durables.analyticsInbox.name))).toBe(false)
    await consumer.stop()
  })

  test('gateway follows LIVE, which inbox publishes, and either makes it when it is missing', async () => {
    const gateway = await busOf('gateway')
    const inbox = await busOf('inbox')
    const { nc, jsm } = await raw(nats.url, login(operatorUser))
    const kinds: string[] = []
    const publishLive = (kind: string) =>
      inbox.live.publish([{ ...({} as never as object), header: event(kind).header, kind } as never])
    const follower = gateway.live.follow({
      onFrame: ({ kind }) => void kinds.push(kind),
      onEpoch: () => undefined,
    })
    await follower.caughtUp
    await publishLive('a')
    await jsm.streams.delete('LIVE')
    await eventually(async () => expect((await jsm.streams.info('LIVE')).config.name).toBe('LIVE'))
    await jsm.streams.delete('LIVE')
    await publishLive('b')
    await eventually(() => expect(kinds).toEqual(['a', 'b']))
    await follower.stop()
    await nc.close()
  })

  test('tenancy writes the buckets and the others watch them', async () => {
    const tenancy = (await busOf('tenancy')).kv(buckets.callerKeys.name)
    const told: string[] = []
    for (const service of services) {
      const watch = (await busOf(service)).kv(buckets.callerKeys.name).watch({
        onEntry: ({ key }) => void told.push(`${service} ${key}`),
      })
      await watch.caughtUp
    }
    await tenancy.put('jwks', Buffer.from('{}'))
    await eventually(() => expect(told.sort()).toEqual(services.map((service) => `${service} jwks`).sort()))
  })

  test('every service taps TENANCY', async () => {
    const heard = new Set<string>()
    for (const service of services) (await busOf(service)).tap(areas.tenancy, () => void heard.add(service))
    const publisher = (await busOf('tenancy')).publisher(areas.tenancy)
    // A tap begins when the server has heard of it, which nobody waits for.
    await eventually(async () => {
      await publisher.publish([event('tapped')])
      expect([...heard].sort()).toEqual([...services].sort())
    })
  })

  test('a lane is woken by a signal, and the gateway beats', async () => {
    const dispatcher = await busOf('dispatcher')
    const heard: string[] = []
    dispatcher.onSignal('wake.*', (subject) => void heard.push(subject))
    dispatcher.onSignal(
      'beat.gateway',
      (subject, bytes) => void heard.push(`${subject} ${Buffer.from(bytes)}`),
    )
    await eventually(async () => {
      dispatcher.signal('wake.7')
      ;(await busOf('gateway')).signal('beat.gateway', Buffer.from('12'))
      expect(heard).toContain('wake.7')
      expect(heard).toContain('beat.gateway 12')
    })
  })
})
