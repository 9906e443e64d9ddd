import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Kv } from '@palomar/bus'
import { openText } from '@palomar/seal'
import { eventually, silentLogger } from '@palomar/testkit'
import { markerKey } from '../src/app-snapshot.ts'
import { start } from '../src/service.ts'
import { type Fixture, missingId, refusalOf, startTenancy, unique } from './fixture.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

let t: Fixture
let bucket: Kv
beforeAll(async () => {
  t = await startTenancy()
  bucket = (await t.busAs('gateway')).kv('APP_SECRETS')
})
afterAll(() => t?.stop())

const newApp = (change: Partial<Parameters<typeof t.platform.numbers.createApp>[0]> = {}) => {
  const n = unique()
  return t.platform.numbers.createApp({
    name: `App ${n}`,
    slug: `app-${n}`,
    metaAppId: `80000000000${n}`,
    appSecret: `the-first-secret-${n}`,
    verifyToken: '',
    ...change,
  })
}

interface Entry {
  app_id: string
  slug: string
  secrets: string[]
  verify_token: string
}

/** As the gateway reads it: every key, the marker apart, opened with the shared key. */
async function snapshot(): Promise<{ marker: { revision: number; apps: number }; entries: Entry[] }> {
  const entries: Entry[] = []
  let marker: { revision: number; apps: number } | undefined
  for (const key of await bucket.keys()) {
    const value = (await bucket.get(key))?.value
    if (!value) continue
    if (key === markerKey) marker = JSON.parse(new TextDecoder().decode(value))
    else entries.push(JSON.parse(openText(t.config.APP_SECRETS_KEY, value, key)))
  }
  if (!marker) throw new Error('no marker')
  return { marker, entries }
}
const entryOf = async (slug: string) => (await snapshot()).entries.find((entry) => entry.slug === slug)

describe('apps', () => {
  test('CONTRACTS 14: without any app the snapshot is whole and says so', async () => {
    await eventually(async () => {
      const { marker, entries } = await snapshot()
      expect([marker.apps, entries.length]).toEqual([0, 0])
    })
  })

  test('T1: CONTRACTS 14: a new app is in the snapshot when the call answers, the marker after it', async () => {
    const before = (await snapshot()).marker.revision
    const app = await newApp({ verifyToken: 'my-verify-token' })
    expect(app).toMatchObject({ activeSecrets: 1, verifyToken: 'my-verify-token' })
    const { marker, entries } = await snapshot()
    expect(marker.apps).toBe(entries.length)
    expect(marker.revision).toBeGreaterThan(before)
    expect(entries.find(({ slug }) => slug === app.slug)).toMatchObject({
      app_id: app.id,
      verify_token: 'my-verify-token',
      secrets: [expect.stringContaining('the-first-secret')],
    })
    const [last] = [...(await Promise.all((await bucket.keys()).map((key) => bucket.get(key))))].sort(
      (a, b) => (b?.revision ?? 0) - (a?.revision ?? 0),
    )
    expect(last?.key).toBe(markerKey)
  })

  test('a verify token is made when none is given, and shown to who pastes it at Meta', async () => {
    const app = await newApp()
    expect(app.verifyToken).toStartWith('plv_')
    const { apps } = await t.platform.numbers.listApps({ page: undefined })
    expect(apps.find(({ id }) => id === app.id)?.verifyToken).toBe(app.verifyToken)
  })

  test('T8: CONTRACTS 14: a rotated secret joins the old one; the next rotation retires that one', async () => {
    const app = await newApp({ appSecret: 'secret-one' })
    const rotate = (appSecret: string) => t.platform.numbers.rotateAppSecret({ id: app.id, appSecret })
    expect((await rotate('secret-two')).activeSecrets).toBe(2)
    expect((await entryOf(app.slug))?.secrets).toEqual(['secret-two', 'secret-one'])
    // A retry of the same rotation must not push the old one out.
    await rotate('secret-two')
    expect((await entryOf(app.slug))?.secrets).toEqual(['secret-two', 'secret-one'])
    await rotate('secret-three')
    expect((await entryOf(app.slug))?.secrets).toEqual(['secret-three', 'secret-two'])
  })

  test('CONTRACTS 14: a deleted app is gone from the snapshot; one with numbers is not deleted', async () => {
    const app = await newApp()
    await t.platform.numbers.deleteApp({ id: app.id })
    const { marker, entries } = await snapshot()
    expect(entries.map(({ slug }) => slug)).not.toContain(app.slug)
    expect(marker.apps).toBe(entries.length)

    const used = await newApp()
    const company = await t.company()
    const number = await t.number(company, { appIds: [used.id] })
    expect(number.appIds).toEqual([used.id])
    expect(await refusalOf(t.platform.numbers.deleteApp({ id: used.id }))).toMatchObject({ code: 'conflict' })
    expect(await entryOf(used.slug)).toBeDefined()
    await company.admin.numbers.deleteNumber({ id: number.id, tenantId: '' })
    await t.platform.numbers.deleteApp({ id: used.id })
    expect(await entryOf(used.slug)).toBeUndefined()
  })

  test('CONTRACTS 14: an app missing from the snapshot is found, or certainly not there', async () => {
    const app = await newApp()
    const gateway = t.asService('gateway')
    const { sealedEntry } = await gateway.numbers.findApp({ slug: app.slug })
    expect(JSON.parse(openText(t.config.APP_SECRETS_KEY, sealedEntry, app.slug))).toMatchObject({
      app_id: app.id,
    })
    for (const slug of ['never-there', '_marker', '../etc', '']) {
      expect(await refusalOf(gateway.numbers.findApp({ slug }))).toMatchObject({ code: 'not_found' })
    }
  })

  test('CONTRACTS 14: changes at once and a second replica leave one whole snapshot', async () => {
    const second = await start(t.config, { logger: silentLogger })
    const made = await Promise.all([newApp(), newApp(), newApp(), newApp()])
    await Promise.all(made.slice(0, 2).map(({ id }) => t.platform.numbers.deleteApp({ id })))
    await second.stop()
    const { marker, entries } = await snapshot()
    expect(marker.apps).toBe(entries.length)
    const { apps } = await t.platform.numbers.listApps({ page: { limit: 200, cursor: '' } })
    expect(entries.map(({ slug }) => slug).sort()).toEqual(apps.map(({ slug }) => slug).sort())
  })

  test('X1: the bucket holds no secret in clear', async () => {
    await newApp({ appSecret: 'planted-app-secret', verifyToken: 'planted-verify-token' })
    for (const key of await bucket.keys()) {
      const text = Buffer.from((await bucket.get(key))?.value ?? []).toString('latin1')
      expect(text).not.toContain('planted')
    }
  })

  test('H4: what is wrong with an app is said field by field; slugs and Meta’s ids are unique', async () => {
    const bad = { name: '', slug: 'No Good', metaAppId: 'x', appSecret: 'a b', verifyToken: 'ñ' }
    const refusal = await refusalOf(t.platform.numbers.createApp(bad))
    expect(refusal.fields?.map(({ path }) => path)).toEqual([
      'name',
      'slug',
      'meta_app_id',
      'app_secret',
      'verify_token',
    ])
    const app = await newApp()
    expect(await refusalOf(newApp({ slug: app.slug }))).toMatchObject({ code: 'already_exists' })
    expect(await refusalOf(newApp({ metaAppId: app.metaAppId }))).toMatchObject({ code: 'already_exists' })
  })

  test('T1: apps are the platform’s: a company’s admin neither sees nor changes them', async () => {
    const company = await t.company()
    const app = await newApp()
    for (const call of [
      () => company.admin.numbers.listApps({ page: undefined }),
      () => company.admin.numbers.rotateAppSecret({ id: app.id, appSecret: 'another-one' }),
      () => company.admin.numbers.deleteApp({ id: app.id }),
      () => company.admin.numbers.findApp({ slug: app.slug }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'forbidden' })
    }
    for (const id of [missingId('app'), 'nonsense']) {
      const rotate = t.platform.numbers.rotateAppSecret({ id, appSecret: 'another-one' })
      expect(await refusalOf(rotate)).toMatchObject({ code: 'not_found' })
      expect(await refusalOf(t.platform.numbers.deleteApp({ id }))).toMatchObject({ code: 'not_found' })
    }
  })

  test('X2: what is done to apps stands in the platform’s audit log', async () => {
    const app = await newApp()
    await t.platform.numbers.rotateAppSecret({ id: app.id, appSecret: 'the-next-one' })
    await t.platform.numbers.deleteApp({ id: app.id })
    const { entries } = await t.platform.tenancy.listAuditEntries({
      tenantId: '',
      page: undefined,
      action: '',
      entityId: app.id,
    })
    expect(entries.map(({ action }) => action)).toEqual(['app.deleted', 'app.secret_rotated', 'app.created'])
  })
})
