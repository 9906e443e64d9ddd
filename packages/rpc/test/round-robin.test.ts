/**
 * Backends come and go while one channel lives on. A resolver of our own stands in for DNS, with the rule that the
 * real one has: it looks again only when it is asked to.
 */
import { expect, test } from 'bun:test'
import { experimental } from '@grpc/grpc-js'
import { numbersV1 } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { createClient } from '../src/index.ts'
import { agent, definition, startServer, tokenOf } from './fixture.ts'

const backends = new Map<string, number[]>()

class ListResolver implements experimental.Resolver {
  readonly #name: string
  readonly #listener: experimental.ResolverListener
  #timer: ReturnType<typeof setTimeout> | undefined
  constructor(target: { path: string }, listener: experimental.ResolverListener) {
    this.#name = target.path
    this.#listener = listener
  }
  updateResolution(): void {
    // As the DNS resolver does, it answers later and at most so often, or a backend that is away would spin.
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      const ports = backends.get(this.#name) ?? []
      const endpoints = ports.map((port) => ({ addresses: [{ host: '127.0.0.1', port }] }))
      this.#listener(experimental.statusOrFromValue(endpoints), {}, null, '')
    }, 50)
  }
  destroy(): void {
    clearTimeout(this.#timer)
  }
  static getDefaultAuthority(): string {
    return 'list'
  }
}
experimental.registerResolver('list', ListResolver as never)

const named = (name: string) => ({ getNumber: async () => numbersV1.Number.fromPartial({ name }) })
const asked = { id: 'num_1', tenantId: '' }

function clientOfList(list: string) {
  return createClient(definition, { address: `list:${list}`, audience: 'ingest', deadlineMs: 5_000 })
}

test('L38: on one channel a second server joins and gets its share when the connections of the first end', async () => {
  const first = await startServer(named('first'), { connectionAgeMs: 500 })
  const second = await startServer(named('second'), { connectionAgeMs: 500 })
  backends.set('join', [first.port])
  const client = clientOfList('join')
  try {
    const token = await tokenOf(agent)
    for (let i = 0; i < 10; i++) expect((await client.getNumber(asked, { token })).name).toBe('first')
    backends.set('join', [first.port, second.port])
    const seen = new Map<string, number>()
    await eventually(
      async () => {
        const { name } = await client.getNumber(asked, { token })
        seen.set(name, (seen.get(name) ?? 0) + 1)
        expect(seen.get('second') ?? 0).toBeGreaterThan(5)
      },
      { timeoutMs: 20_000 },
    )
    // Not one after the other: both are in rotation.
    const names = await Promise.all(Array.from({ length: 20 }, () => client.getNumber(asked, { token })))
    expect(new Set(names.map((n) => n.name))).toEqual(new Set(['first', 'second']))
  } finally {
    client.close()
    await Promise.all([first.server.stop(500), second.server.stop(500)])
  }
})

test('the default age of a connection keeps the promise of one minute with jitter and grace counted in', async () => {
  const { connectionAgeMs, clientOptions } = await import('../src/channel.ts')
  const reconnectMs = clientOptions()['grpc.dns_min_time_between_resolutions_ms']
  expect(connectionAgeMs * 1.1 + reconnectMs).toBeLessThanOrEqual(60_000)
})

test('a connection that ends of age loses no call', async () => {
  const { server, port } = await startServer(named('only'), { connectionAgeMs: 100 })
  backends.set('age', [port])
  const client = clientOfList('age')
  try {
    const token = await tokenOf(agent)
    let done = 0
    const end = Date.now() + 2_000
    while (Date.now() < end) {
      const batch = await Promise.all(Array.from({ length: 8 }, () => client.getNumber(asked, { token })))
      done += batch.length
    }
    expect(done).toBeGreaterThan(100)
  } finally {
    client.close()
    await server.stop(500)
  }
})

test('a server that goes leaves the others to answer', async () => {
  const first = await startServer(named('first'))
  const second = await startServer(named('second'))
  backends.set('leave', [first.port, second.port])
  const client = clientOfList('leave')
  try {
    const token = await tokenOf(agent)
    await eventually(async () => expect((await client.getNumber(asked, { token })).name).toBe('second'))
    await first.server.stop(500)
    backends.set('leave', [second.port])
    const names = await Promise.all(Array.from({ length: 20 }, () => client.getNumber(asked, { token })))
    expect(new Set(names.map((n) => n.name))).toEqual(new Set(['second']))
  } finally {
    client.close()
    await second.server.stop(500)
  }
})
