import { afterAll, beforeAll, expect, test } from 'bun:test'
import { numbersV1 } from '@palomar/contracts'
import { AppError } from '@palomar/errors'
import { createServer, type KnownCaller, signCaller } from '../src/index.ts'
import {
  agent,
  callerKeys,
  clientOf,
  otherKey,
  recordingLogger,
  type Started,
  startServer,
  tokenOf,
} from './fixture.ts'

let started: Started
let client: ReturnType<typeof clientOf>
const asked = { id: 'num_1', tenantId: '' }

beforeAll(async () => {
  started = await startServer()
  client = clientOf(started.port)
})
afterAll(async () => {
  client.close()
  await started.server.stop(1_000)
})

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(AppError)
  return (error as AppError).code
}

test('U7 CONTRACTS 36: a caller with the permission of the proto option is let in', async () => {
  const answer = await client.getNumber(asked, { token: await tokenOf(agent) })
  expect(answer.id).toBe('num_1')
})

test('U10: a call without a token is UNAUTHENTICATED', async () => {
  expect(await codeOf(client.getNumber(asked))).toBe('unauthenticated')
})

test('U10: text that is no token is UNAUTHENTICATED', async () => {
  for (const token of ['x', 'a.b.c', '', 'eyJhbGciOiJub25lIn0.e30.']) {
    expect(await codeOf(client.getNumber(asked, { token }))).toBe('unauthenticated')
  }
})

test('CONTRACTS 35: a tenant caller is refused 60 s after its token was signed', async () => {
  const fresh = await tokenOf(agent, 'ingest', { nowMs: Date.now() - 50_000 })
  const stale = await tokenOf(agent, 'ingest', { nowMs: Date.now() - 61_000 })
  expect((await client.getNumber(asked, { token: fresh })).id).toBe('num_1')
  expect(await codeOf(client.getNumber(asked, { token: stale }))).toBe('token_expired')
})

test('CONTRACTS 35: a token for another service is refused', async () => {
  expect(await codeOf(client.getNumber(asked, { token: await tokenOf(agent, 'inbox') }))).toBe(
    'unauthenticated',
  )
})

test('CONTRACTS 35: a tenant token for all services does not exist', async () => {
  const token = await tokenOf(agent, 'palomar-services')
  expect(await codeOf(client.getNumber(asked, { token }))).toBe('unauthenticated')
})

test('CONTRACTS 35: a token signed by a key that is not published is refused', async () => {
  const { token } = await signCaller(otherKey, agent, { audience: 'ingest' })
  expect(await codeOf(client.getNumber(asked, { token }))).toBe('unauthenticated')
})

test('CONTRACTS 35: a token whose key id is ours and whose signature is not is refused', async () => {
  const good = await tokenOf(agent)
  const { token: forged } = await signCaller(
    { ...otherKey, kid: (await import('./fixture.ts')).key.kid },
    agent,
    {
      audience: 'ingest',
    },
  )
  expect(forged.split('.')[0]).toBe(good.split('.')[0] as string)
  expect(await codeOf(client.getNumber(asked, { token: forged }))).toBe('unauthenticated')
})

test('U7: a caller without the permission is PERMISSION_DENIED', async () => {
  const viewer = { ...agent, permissions: new Set<string>() } as KnownCaller
  expect(await codeOf(client.getNumber(asked, { token: await tokenOf(viewer) }))).toBe('forbidden')
})

test('U7: a method for services only refuses a tenant caller, whatever he may do', async () => {
  const mighty = { ...agent, permissions: new Set(['', 'platform:operate']) } as KnownCaller
  expect(await codeOf(client.checkWindows({ questions: [] }, { token: await tokenOf(mighty) }))).toBe(
    'forbidden',
  )
})

test('CONTRACTS 35: a service that the option lists is let in, one that it does not list is refused', async () => {
  const dispatcher = await tokenOf({ kind: 'service', service: 'dispatcher' })
  const ingest = await tokenOf({ kind: 'service', service: 'ingest' })
  expect((await client.checkWindows({ questions: [] }, { token: dispatcher })).answers).toEqual([])
  expect(await codeOf(client.checkWindows({ questions: [] }, { token: ingest }))).toBe('forbidden')
  expect(await codeOf(client.getNumber(asked, { token: dispatcher }))).toBe('forbidden')
})

test('CONTRACTS 35: a service token is good for an hour without tenancy, and no longer', async () => {
  const dispatcher: KnownCaller = { kind: 'service', service: 'dispatcher' }
  const minutes = (n: number) => tokenOf(dispatcher, '', { nowMs: Date.now() - n * 60_000 })
  expect((await client.checkWindows({ questions: [] }, { token: await minutes(59) })).answers).toEqual([])
  expect(await codeOf(client.checkWindows({ questions: [] }, { token: await minutes(61) }))).toBe(
    'token_expired',
  )
})

test('CONTRACTS 36: a method without an access option is refused when the server is built', () => {
  const server = createServer({ service: 'ingest', port: 0, logger: recordingLogger(), callerKeys })
  const method = {
    ...numbersV1.NumbersServiceService.getNumber,
    path: '/palomar.nowhere.v1.Nowhere/GetNothing',
  }
  expect(() =>
    server.add({ getNothing: method }, { getNothing: async () => numbersV1.Number.create() }),
  ).toThrow('no access option')
})
