import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { bodyOf, messagesChange, newNumber, type Rig, rig, wamidsOf } from './fixture.ts'
import { type Wire, wireTo } from './wire.ts'

let r: Rig
let wire: Wire
let adminPort: number
beforeAll(async () => {
  r = await rig()
  const url = new URL(r.env.DATABASE_URL ?? '')
  wire = await wireTo(url.hostname, Number(url.port))
  url.hostname = '127.0.0.1'
  url.port = String(wire.port)
  r.env.DATABASE_URL = url.href
  adminPort = (await r.start()).ports.admin
})
afterAll(async () => {
  await r?.close()
  await wire?.cut()
})

const archived = async (phoneNumberId: string) => {
  const rows = await r.admin.sql`select id from ingest.changes where phone_number_id = ${phoneNumberId}`
  return rows.length
}

test('R3: with Postgres away messages go on; the archive and what must be parked wait for it, and lose nothing', async () => {
  const [known, unknown] = [newNumber(), newNumber()]
  r.tenancy.add(known)
  await wire.cut()
  for (let n = 0; n < 5; n++)
    await r.deliver(known.appId, bodyOf(known, messagesChange(known, { wamid: `wamid.${n}` })))
  await eventually(() => expect(new Set(wamidsOf(r.events)).size).toBe(5))
  expect(await archived(known.phoneNumberId)).toBe(0)
  expect((await fetch(`http://127.0.0.1:${adminPort}/livez`)).status).toBe(200)
  await r.deliver(unknown.appId, bodyOf(unknown, messagesChange(unknown, { wamid: 'wamid.U' })))
  await wire.mend()
  await eventually(
    async () => {
      expect(await archived(known.phoneNumberId)).toBe(5)
      const parked = await r.admin.sql`
        select state from ingest.unrouted where phone_number_id = ${unknown.phoneNumberId}`
      expect(parked.map(({ state }) => state)).toEqual(['parked'])
    },
    { timeoutMs: 25_000 },
  )
}, 60_000)
