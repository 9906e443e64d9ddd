import { afterEach, expect, test } from 'bun:test'
import { numbersV1 } from '@palomar/contracts'
import { AppError, appError } from '@palomar/errors'
import { currentDeadline, withDeadline } from '../src/index.ts'
import { agent, clientOf, type Started, startServer, tokenOf } from './fixture.ts'

const asked = { id: 'num_1', tenantId: '' }
const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function open(
  ...args: Parameters<typeof startServer>
): Promise<Started & { client: ReturnType<typeof clientOf> }> {
  const started = await startServer(...args)
  const client = clientOf(started.port)
  closers.push(
    () => started.server.stop(100),
    () => client.close(),
  )
  return { ...started, client }
}

async function failure(call: Promise<unknown>): Promise<AppError> {
  try {
    await call
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    return error as AppError
  }
  throw new Error('the call went through')
}

test('HOUSE 15: the deadline of a call reaches the handler and everything the handler calls', async () => {
  const seen: number[] = []
  const back = await open({
    getNumber: async () => numbersV1.Number.fromPartial({ name: `${seen.push(currentDeadline() ?? 0)}` }),
  })
  const front = await open({
    getNumber: async (request, call) => {
      seen.push(call.deadline.getTime())
      // This client's own limit is 5 s; the caller's 400 ms hold.
      return back.client.getNumber(request, { token: await tokenOf(agent) })
    },
  })
  const before = Date.now()
  await front.client.getNumber(asked, { token: await tokenOf(agent), deadlineMs: 1_000 })
  expect(seen).toHaveLength(2)
  for (const deadline of seen) expect(deadline - before).toBeLessThanOrEqual(1_100)
})

test('HOUSE 15: a call that takes longer than its deadline ends as deadline_exceeded and its handler is told', async () => {
  const told = Promise.withResolvers<boolean>()
  const { client } = await open({
    getNumber: async (_request, call) => {
      await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve()))
      told.resolve(call.signal.aborted)
      return numbersV1.Number.create()
    },
  })
  const error = await failure(client.getNumber(asked, { token: await tokenOf(agent), deadlineMs: 200 }))
  expect(error.code).toBe('deadline_exceeded')
  expect(await told.promise).toBe(true)
})

test('HOUSE 15: nothing is sent once the deadline of the work in hand is over', async () => {
  let calls = 0
  const { client } = await open({
    getNumber: async () => numbersV1.Number.fromPartial({ id: `call ${calls++}` }),
  })
  const token = await tokenOf(agent)
  const error = await withDeadline(-1, () => failure(client.getNumber(asked, { token })))
  expect(error.code).toBe('deadline_exceeded')
  expect(calls).toBe(0)
})

test('a caller that gives up cancels the call under way', async () => {
  const told = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  const { client } = await open({
    getNumber: async (_request, call) => {
      call.signal.addEventListener('abort', () => told.resolve())
      entered.resolve()
      await told.promise
      return numbersV1.Number.create()
    },
  })
  const controller = new AbortController()
  const call = failure(client.getNumber(asked, { token: await tokenOf(agent), signal: controller.signal }))
  await entered.promise
  controller.abort()
  await call
  await told.promise
})

test('an AppError crosses with code, public text, fields and until; internal text and cause stay behind', async () => {
  const until = new Date('2027-01-02T03:04:05Z')
  const { client, logger } = await open({
    getNumber: async () => {
      throw appError('number_paused', {
        detail: 'El número está en pausa — até amanhã.',
        internal: 'row 7 of lane 3',
        fields: [{ path: 'number_id', code: 'paused', detail: 'En pausa.' }],
        until,
        cause: new Error('secret cause'),
      })
    },
  })
  const error = await failure(client.getNumber(asked, { token: await tokenOf(agent) }))
  expect(error.code).toBe('number_paused')
  expect(error.detail).toBe('El número está en pausa — até amanhã.')
  expect(error.fields).toEqual([{ path: 'number_id', code: 'paused', detail: 'En pausa.' }])
  expect(error.until).toEqual(until)
  expect(JSON.stringify({ ...error, message: error.message, internal: error.internal })).not.toContain(
    'row 7',
  )
  expect(String((error.cause as Error | undefined)?.message)).not.toContain('secret cause')
  expect(logger.lines.filter((line) => line.level === 'error')).toHaveLength(0)
})

test('an error nobody expected is logged once, with the request id, and becomes INTERNAL without its text', async () => {
  const { client, logger } = await open({
    getNumber: async () => {
      throw new TypeError('column "phone" of +5491155550000 is odd')
    },
  })
  const error = await failure(
    client.getNumber(asked, { token: await tokenOf(agent), requestId: 'req_known' }),
  )
  expect(error.code).toBe('internal')
  expect(`${error.message} ${error.detail} ${error.internal}`).not.toContain('column')
  const logged = logger.lines.filter((line) => line.level === 'error')
  expect(logged).toHaveLength(1)
  expect(logged[0]?.fields.request_id).toBe('req_known')
})

test('a handler that throws before its first await is translated too', async () => {
  const { client } = await open({
    getNumber: () => {
      throw appError('not_found')
    },
  })
  expect((await failure(client.getNumber(asked, { token: await tokenOf(agent) }))).code).toBe('not_found')
})

test('O4: request id and trace context of the caller are those of the handler', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const { runWithContext, currentContext } = await import('@palomar/runtime')
  const seen: unknown[] = []
  const { client } = await open({
    getNumber: async (_request, call) => {
      seen.push(call.requestId, call.traceparent, currentContext()?.requestId, currentContext()?.tenantId)
      return numbersV1.Number.create()
    },
  })
  const token = await tokenOf(agent)
  await runWithContext({ requestId: 'req_1', traceparent }, () => client.getNumber(asked, { token }))
  expect(seen).toEqual([
    'req_1',
    expect.stringContaining('4bf92f3577b34da6a3ce929d0e0e4736'),
    'req_1',
    'ten_a',
  ])
})

test('a message over 8 MiB is refused in either direction and the connection lives on', async () => {
  const big = 'x'.repeat(9 * 1024 * 1024)
  const { client } = await open({
    getNumber: async ({ id }) => numbersV1.Number.fromPartial({ id, name: id === 'big' ? big : 'small' }),
  })
  const token = await tokenOf(agent)
  await failure(client.getNumber({ id: big, tenantId: '' }, { token }))
  await failure(client.getNumber({ id: 'big', tenantId: '' }, { token }))
  expect((await client.getNumber({ id: 'small', tenantId: '' }, { token })).name).toBe('small')
})

test('a server that is not there is unavailable', async () => {
  const { client, server } = await open()
  await server.stop(100)
  expect(
    (await failure(client.getNumber(asked, { token: await tokenOf(agent), deadlineMs: 2_000 }))).code,
  ).toBe('unavailable')
})

test('a graceful stop lets the call under way finish and takes no new one', async () => {
  const entered = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const { client, server } = await open({
    getNumber: async ({ id }) => {
      entered.resolve()
      await release.promise
      return numbersV1.Number.fromPartial({ id })
    },
  })
  const token = await tokenOf(agent)
  const underWay = client.getNumber(asked, { token })
  await entered.promise
  const stopped = server.stop(10_000)
  const late = await failure(client.getNumber(asked, { token, deadlineMs: 1_000 }))
  expect(['unavailable', 'deadline_exceeded']).toContain(late.code)
  release.resolve()
  expect((await underWay).id).toBe('num_1')
  await stopped
})

test('a stop cuts what is still running when its grace is over', async () => {
  const entered = Promise.withResolvers<void>()
  const { client, server } = await open({
    getNumber: async () => {
      entered.resolve()
      return new Promise<never>(() => {})
    },
  })
  const cut = failure(client.getNumber(asked, { token: await tokenOf(agent), deadlineMs: 20_000 }))
  await entered.promise
  await server.stop(50)
  expect(['unavailable', 'internal']).toContain((await cut).code)
})
