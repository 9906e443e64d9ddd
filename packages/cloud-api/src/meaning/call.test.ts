import { expect, test } from 'bun:test'
import { windowAfterCall } from '../may-send/window.ts'
import { parseWebhook } from '../webhook/parse.ts'
import { callsIn } from './call.ts'

async function payload(name: string) {
  const file = Bun.file(new URL(`../../test/payloads/${name}.json`, import.meta.url))
  const result = parseWebhook(await file.bytes())
  return result.ok ? result.changes.flatMap(callsIn) : []
}
const seconds = (unix: number) => new Date(unix * 1000)

test('a call says who the customer is, whichever side began it', async () => {
  const [ours, theirs, ...more] = await payload('calls-terminate')
  expect(more).toEqual([])
  expect(ours).toMatchObject({
    callId: 'wacid.2',
    event: 'terminate',
    isByUser: false,
    startedAt: seconds(1_795_000_000),
    customer: {
      waId: '15550100199',
      userId: 'US.7Qk2Zx0mWp',
      profileName: 'Ana Prueba',
      username: 'ana.pruebas',
    },
  })
  expect(theirs).toMatchObject({
    callId: 'wacid.3',
    event: 'connect',
    isByUser: true,
    timestamp: seconds(1_795_000_061),
    customer: { waId: '15550100199', profileName: 'Ana Prueba' },
  })
  expect(await payload('calls-status')).toEqual([])
})

test('CV6: a customer’s call opens the window for 24 h from when it rang; a business’s own call and a recording open none', async () => {
  const dayMs = 86_400_000
  const [ours, theirs] = await payload('calls-terminate')
  if (!ours || !theirs) throw new Error('two calls')
  expect(windowAfterCall(ours)).toBeNull()
  expect(windowAfterCall(theirs)).toEqual(new Date(1_795_000_061_000 + dayMs))
  const [recording] = await payload('calls-recording')
  expect(recording && windowAfterCall({ ...recording, isByUser: true })).toBeNull()
  // The end of a call whose beginning did not come: from the answer, or from itself when nobody answered.
  const end = { event: 'terminate', isByUser: true, timestamp: seconds(1_795_000_100) }
  expect(windowAfterCall({ ...end, startedAt: seconds(1_795_000_040) })).toEqual(
    new Date(1_795_000_040_000 + dayMs),
  )
  expect(windowAfterCall(end)).toEqual(new Date(1_795_000_100_000 + dayMs))
  expect(windowAfterCall({ event: 'connect', timestamp: seconds(1) })).toBeNull()
})
