/** The service with S3: files in, files out, and what is refused. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { createHash, randomBytes } from 'node:crypto'
import { mediaIdOfMessage, newId, uuidOf } from '@palomar/contracts'
import { eventually, testS3 } from '@palomar/testkit'
import { messageStored, newTenant, rig } from './rig.ts'

setDefaultTimeout(120_000)

const s3 = await testS3()
const check = test.skipIf(!s3)
let r: Awaited<ReturnType<typeof rig>>
beforeAll(async () => {
  if (s3) r = await rig(s3)
})
afterAll(async () => {
  await r?.close()
  await s3?.stop()
})

const jpeg = (size: number) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), randomBytes(size - 3)])
/** Waited for in the open: `rejects` would hold the loop that the service runs on. */
const codeOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => 'answered',
    (error: { code?: unknown }) => error.code,
  )
const waiting = { timeoutMs: 60_000, everyMs: 50 }
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

check(
  'W11: a received file is fetched to S3 at once, whole, in parts when large, and told; its event twice is once',
  async () => {
    const tenant = newTenant()
    const client = await r.as(tenant)
    const bytes = jpeg(12 * 1024 * 1024)
    r.graph.files.set('501', { bytes, mimeType: 'image/jpeg' })
    const messageId = newId('message')
    const content = { id: '501', mime_type: 'image/jpeg', sha256: sha256(bytes).toString('base64') }
    const event = messageStored(tenant, content, messageId)
    await r.stored(event)
    await r.stored(event)
    const id = mediaIdOfMessage('image', uuidOf(messageId)) ?? ''
    await eventually(async () => expect((await client.getMedia({ id })).state).toBe('stored'), waiting)
    const { url } = await client.getMediaUrl({ id })
    expect(url).toStartWith(s3?.endpoint ?? '-')
    const got = await (await fetch(url)).bytes()
    expect(Buffer.from(got).equals(bytes)).toBe(true)
    await eventually(() => {
      const told = r.events
        .filter(({ mediaId }) => mediaId === id)
        .map(({ state, version }) => `${state} ${version}`)
      expect([...new Set(told)]).toEqual(['pending 1', 'stored 2'])
    }, waiting)
  },
)

check(
  'W11: bytes that are not the announced ones are never stored: tried again, then failed, and tried anew when asked',
  async () => {
    const tenant = newTenant()
    const client = await r.as(tenant)
    const [right, wrong] = [jpeg(5_000), jpeg(5_000)]
    r.graph.files.set('502', { bytes: wrong, mimeType: 'image/jpeg' })
    const messageId = newId('message')
    await r.stored(
      messageStored(
        tenant,
        { id: '502', mime_type: 'image/jpeg', sha256: sha256(right).toString('hex') },
        messageId,
      ),
    )
    const id = mediaIdOfMessage('image', uuidOf(messageId)) ?? ''
    await eventually(async () => {
      expect(await client.getMedia({ id })).toMatchObject({ state: 'failed', failureCode: 'media_mismatch' })
    }, waiting)
    expect(await codeOf(client.getMediaUrl({ id }))).toBe('media_not_stored')
    r.graph.files.set('502', { bytes: right, mimeType: 'image/jpeg' })
    expect((await client.retryMedia({ id })).state).toBe('pending')
    await eventually(async () => expect((await client.getMedia({ id })).state).toBe('stored'), waiting)
  },
)

async function upload(tenant: ReturnType<typeof newTenant>, bytes: Uint8Array, mimeType = 'image/jpeg') {
  const client = await r.as(tenant)
  const { media, uploadUrl } = await client.createUpload({
    mimeType,
    filename: 'a.jpg',
    sizeBytes: BigInt(bytes.length),
    tenantId: '',
  })
  const answer = await fetch(uploadUrl, { method: 'PUT', body: Uint8Array.from(bytes) })
  return { id: media?.id ?? '', uploadUrl, status: answer.status }
}

check('M17: a file goes to Meta once per number, however many ask at once, and its id is kept', async () => {
  const tenant = newTenant()
  await r.addNumber(tenant)
  const bytes = jpeg(40_000)
  const { id, status } = await upload(tenant, bytes)
  expect(status).toBe(200)
  const dispatcher = await r.asService('dispatcher')
  const question = { tenantId: tenant.tenantId, numberId: tenant.numberId, mediaId: id }
  const ask = async () =>
    (await dispatcher.resolveForMeta({ questions: [question, question], waitMs: 10_000 })).answers
  await eventually(async () => expect((await ask())[0]?.metaMediaId).not.toBe(''), waiting)
  const answers = (await Promise.all([1, 2, 3, 4].map(ask))).flat()
  expect(new Set(answers.map(({ metaMediaId }) => metaMediaId)).size).toBe(1)
  const mine = r.graph.uploads.filter(({ phoneNumberId }) => phoneNumberId === tenant.phoneNumberId)
  expect(mine).toHaveLength(1)
  expect(Buffer.from(mine[0]?.bytes ?? []).equals(bytes)).toBe(true)
  expect(mine[0]?.type).toBe('image/jpeg')
})

check(
  "M17: a file that Meta refuses is refused for good; another company's or none is not found",
  async () => {
    const [tenant, other] = [newTenant(), newTenant()]
    await r.addNumber(tenant)
    const { id } = await upload(tenant, jpeg(4_000))
    const dispatcher = await r.asService('dispatcher')
    const ask = async (mediaId: string, of = tenant) => {
      const questions = [{ tenantId: of.tenantId, numberId: of.numberId, mediaId }]
      return (await dispatcher.resolveForMeta({ questions, waitMs: 5_000 })).answers[0]
    }
    r.graph.refuse = { code: 131053 }
    await eventually(async () => expect((await ask(id))?.refusalCode).toBe('media_refused'), waiting)
    r.graph.refuse = undefined
    expect((await ask(id))?.refusalCode).toBe('media_refused')
    for (const answer of [await ask(id, other), await ask(newId('media')), await ask('none')]) {
      expect(answer).toMatchObject({ metaMediaId: '', refusalCode: 'not_found' })
    }
  },
)

check(
  'an upload address takes one file, of the size and type that were announced, and cannot be forged',
  async () => {
    const tenant = newTenant()
    const bytes = jpeg(4_000)
    const done = await upload(tenant, bytes)
    const put = (url: string, body: Uint8Array) => fetch(url, { method: 'PUT', body: Uint8Array.from(body) })
    expect((await put(done.uploadUrl, bytes)).status).toBe(409)
    const forged = new URL(done.uploadUrl)
    forged.searchParams.set('expires', '4000000000')
    expect((await put(forged.href, bytes)).status).toBe(403)
    const client = await r.as(tenant)
    const place = await client.createUpload({
      mimeType: 'image/jpeg',
      filename: '',
      sizeBytes: 9n,
      tenantId: '',
    })
    expect((await put(place.uploadUrl, bytes)).status).toBe(422)
    expect(await client.getMedia({ id: place.media?.id ?? '' })).toMatchObject({
      state: 'failed',
      failureCode: 'media_mismatch',
    })
    const large = await client.createUpload({
      mimeType: 'image/png',
      filename: '',
      sizeBytes: 0n,
      tenantId: '',
    })
    expect(
      (
        await put(
          large.uploadUrl,
          Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(6 * 1024 * 1024)]),
        )
      ).status,
    ).toBe(413)
    expect(
      await codeOf(client.createUpload({ mimeType: 'image/gif', filename: '', sizeBytes: 1n, tenantId: '' })),
    ).toBe('validation_failed')
    expect(
      await codeOf(
        client.createUpload({ mimeType: 'image/png', filename: '', sizeBytes: 6_000_000n, tenantId: '' }),
      ),
    ).toBe('payload_too_large')
  },
)

check(
  'T4: without a caller, without the permission, or of another company a file is refused or not found',
  async () => {
    const [tenant, other] = [newTenant(), newTenant()]
    const { id } = await upload(tenant, jpeg(4_000))
    expect(await codeOf(r.anonymous().getMedia({ id }))).toBe('unauthenticated')
    const nobody = await r.as(tenant, [])
    for (const call of [
      () => nobody.getMedia({ id }),
      () => nobody.getMediaUrl({ id }),
      () => nobody.retryMedia({ id }),
      () => nobody.deleteMedia({ id }),
      () => nobody.resolveForMeta({ questions: [], waitMs: 0 }),
    ]) {
      expect(await codeOf(call())).toBe('forbidden')
    }
    const stranger = await r.as(other)
    for (const one of [id, newId('media'), 'x']) {
      expect(await codeOf(stranger.getMedia({ id: one }))).toBe('not_found')
      expect(await codeOf(stranger.getMediaUrl({ id: one }))).toBe('not_found')
      expect(await codeOf(stranger.deleteMedia({ id: one }))).toBe('not_found')
    }
    const owner = await r.as(tenant)
    const { url } = await owner.getMediaUrl({ id })
    expect((await owner.deleteMedia({ id })).state).toBe('deleted')
    expect((await owner.deleteMedia({ id })).state).toBe('deleted')
    expect(await codeOf(owner.getMediaUrl({ id }))).toBe('media_deleted')
    // The address was handed out before; the bytes behind it go.
    await eventually(async () => expect((await fetch(url)).status).toBe(404), waiting)
  },
)
