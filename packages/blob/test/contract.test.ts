/** What both drivers promise. `s3` runs against versitygw, which checks signatures. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestS3, testS3 } from '@palomar/testkit'
import { type Blob, createFileBlob, createFileServer, createS3Blob, TooLarge } from '../src/index.ts'

setDefaultTimeout(120_000)

const s3: TestS3 | undefined = await testS3()
const folder = mkdtempSync(join(tmpdir(), 'palomar-blob-'))

async function openFile(): Promise<{ blob: Blob; close(): Promise<void> }> {
  let port = 0
  const blob = await createFileBlob({
    folder,
    baseUrl: () => `http://127.0.0.1:${port}`,
    secret: 'test-secret',
  })
  const serve = createFileServer(blob)
  const server = Bun.serve({
    port: 0,
    fetch: async (request) => (await serve(request)) ?? new Response(null, { status: 404 }),
  })
  port = server.port ?? 0
  return { blob, close: () => server.stop(true) }
}

async function openS3(): Promise<{ blob: Blob; close(): Promise<void> }> {
  const blob = createS3Blob(s3 as TestS3)
  return {
    blob,
    async close() {
      blob.close()
      await s3?.stop()
    },
  }
}

const tenant = '01900000-0000-7000-8000-00000000000a'
const key = () => `${tenant}/${crypto.randomUUID()}`
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const plain = { mimeType: 'application/octet-stream', bytesMax: 64 * 1024 * 1024 }
const url = { expiresInS: 60, mimeType: 'image/jpeg', disposition: 'inline; filename="a.jpg"' }

/** In pieces of odd sizes, as a socket gives them. */
async function* pieces(bytes: Uint8Array, size = 65_521): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function bytesOf(found: Awaited<ReturnType<Blob['get']>>): Promise<Uint8Array> {
  if (!found || found === 'unsatisfiable') throw new Error(`got ${found}`)
  return Buffer.concat(await Array.fromAsync(found.bytes))
}

const drivers = [
  { name: 'file', open: openFile, isHere: true },
  { name: 's3', open: openS3, isHere: s3 !== undefined },
]

describe.each(drivers)('blob, $name driver', ({ open, isHere }) => {
  const check = test.skipIf(!isHere)
  let blob: Blob
  let close: () => Promise<void> = async () => undefined
  beforeAll(async () => {
    if (isHere) ({ blob, close } = await open())
  })
  afterAll(() => close())

  check.each([0, 1, 1000, 5 * 1024 * 1024, 13 * 1024 * 1024 + 7])(
    'media: %d bytes come back as they were put, with their sha256 computed on the way, in parts when large',
    async (size) => {
      const bytes = randomBytes(size)
      const at = key()
      expect(await blob.put(at, pieces(bytes), plain)).toEqual({ sizeBytes: size, sha256: sha256(bytes) })
      expect(await blob.head(at)).toEqual({ sizeBytes: size })
      expect(sha256(await bytesOf(await blob.get(at)))).toBe(sha256(bytes))
    },
  )

  check('media: a range is what was asked for, and one behind the end is unsatisfiable', async () => {
    const at = key()
    await blob.put(at, pieces(Buffer.from('0123456789')), plain)
    const middle = await blob.get(at, { start: 2, end: 4 })
    expect(middle).toMatchObject({ sizeBytes: 10, start: 2, end: 4 })
    expect(Buffer.from(await bytesOf(middle)).toString()).toBe('234')
    const rest = await blob.get(at, { start: 8 })
    expect(rest).toMatchObject({ sizeBytes: 10, start: 8, end: 9 })
    expect(Buffer.from(await bytesOf(rest)).toString()).toBe('89')
    expect(await blob.get(at, { start: 10 })).toBe('unsatisfiable')
  })

  check('media: putting again replaces the whole', async () => {
    const at = key()
    await blob.put(at, pieces(Buffer.from('the longer one')), plain)
    await blob.put(at, pieces(Buffer.from('new')), plain)
    expect(Buffer.from(await bytesOf(await blob.get(at))).toString()).toBe('new')
  })

  check.each([3_000, 12 * 1024 * 1024])(
    'media: a stream of %d bytes that is too large, breaks or is refused leaves what was there',
    async (size) => {
      const at = key()
      const bytes = randomBytes(size)
      await blob.put(at, pieces(Buffer.from('before')), plain)
      await expect(blob.put(at, pieces(bytes), { ...plain, bytesMax: size - 1 })).rejects.toBeInstanceOf(
        TooLarge,
      )
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield* pieces(bytes)
        throw new Error('the line broke')
      }
      await expect(blob.put(at, broken(), plain)).rejects.toThrow('the line broke')
      const refuse = () => {
        throw new Error('not the digest')
      }
      await expect(blob.put(at, pieces(bytes), { ...plain, check: refuse })).rejects.toThrow('not the digest')
      expect(Buffer.from(await bytesOf(await blob.get(at))).toString()).toBe('before')
    },
  )

  check('media: what is not there is undefined, and deleting it is no error', async () => {
    const at = key()
    expect(await blob.get(at)).toBeUndefined()
    expect(await blob.head(at)).toBeUndefined()
    await blob.delete(at)
    await blob.put(at, pieces(Buffer.from('x')), plain)
    await blob.delete(at)
    expect(await blob.head(at)).toBeUndefined()
  })

  check(
    'media: a signed URL gives the bytes with the headers that were signed, whole and in ranges',
    async () => {
      const at = key()
      const bytes = randomBytes(100_000)
      await blob.put(at, pieces(bytes), plain)
      const address = await blob.signedUrl(at, url)
      const whole = await fetch(address)
      expect(whole.status).toBe(200)
      expect(whole.headers.get('content-type')).toBe('image/jpeg')
      expect(whole.headers.get('content-disposition')).toBe('inline; filename="a.jpg"')
      expect(whole.headers.get('etag')).toBeTruthy()
      expect(sha256(await whole.bytes())).toBe(sha256(bytes))
      const part = await fetch(address, { headers: { range: 'bytes=10-19' } })
      expect(part.status).toBe(206)
      expect(part.headers.get('content-range')).toBe('bytes 10-19/100000')
      expect(await part.bytes()).toEqual(new Uint8Array(bytes.subarray(10, 20)))
      const behind = await fetch(address, { headers: { range: 'bytes=100000-' } })
      expect(behind.status).toBe(416)
      await behind.bytes()
    },
  )

  check('media: a signed URL that was forged, changed or has expired is refused', async () => {
    const [at, other] = [key(), key()]
    await blob.put(at, pieces(Buffer.from('mine')), plain)
    await blob.put(other, pieces(Buffer.from('theirs')), plain)
    const address = await blob.signedUrl(at, url)
    const statusOf = async (text: string) => {
      const response = await fetch(text)
      await response.bytes()
      return response.status
    }
    const change = (edit: (url: URL) => void) => {
      const changed = new URL(address)
      edit(changed)
      return changed.href
    }
    const signature = address.includes('X-Amz-Signature') ? 'X-Amz-Signature' : 'sig'
    const lifetime = address.includes('X-Amz-Expires') ? 'X-Amz-Expires' : 'expires'
    expect(await statusOf(address)).toBe(200)
    expect(await statusOf(change((u) => u.searchParams.set(signature, '0'.repeat(64))))).toBe(403)
    expect(await statusOf(change((u) => u.searchParams.delete(signature)))).toBeOneOf([400, 403])
    expect(await statusOf(change((u) => u.searchParams.set(lifetime, '4000000000')))).toBeOneOf([400, 403])
    expect(
      await statusOf(
        change((u) => {
          u.pathname = u.pathname.replace(at, other)
        }),
      ),
    ).toBe(403)
    const brief = await blob.signedUrl(at, { ...url, expiresInS: 1 })
    // Its second has to pass; how long that takes is not judged.
    const expiry = Date.now() + 2_000
    while (Date.now() < expiry) await Bun.sleep(50)
    expect(await statusOf(brief)).toBe(403)
  })

  check('media: a signed URL of what is gone is not found', async () => {
    const at = key()
    await blob.put(at, pieces(Buffer.from('x')), plain)
    const address = await blob.signedUrl(at, url)
    await blob.delete(at)
    const response = await fetch(address)
    await response.bytes()
    expect(response.status).toBe(404)
  })

  check.each([
    '',
    'x',
    '../etc/passwd',
    `${tenant}/../${tenant}/x`,
    `${tenant}/.hidden`,
    `/${tenant}/x`,
    `${tenant}//x`,
    `${tenant}/a\\b`,
    `${tenant}/a\0`,
    tenant,
  ])('media: a key that is not below its tenant is refused: %j', async (bad) => {
    await expect((async () => blob.put(bad, pieces(Buffer.from('x')), plain))()).rejects.toThrow('blob key')
    await expect((async () => blob.get(bad))()).rejects.toThrow('blob key')
    await expect((async () => blob.signedUrl(bad, url))()).rejects.toThrow('blob key')
  })

  check('media: a store that answers is pinged without a word', async () => {
    expect(await blob.ping()).toBeUndefined()
  })
})

test('media: a broken put leaves no draft behind', () => {
  expect(readdirSync(join(folder, '.drafts'))).toEqual([])
})

test.skipIf(!s3)('media: S3 with a wrong secret is unavailable, never empty', async () => {
  const blob = createS3Blob({ ...(s3 as TestS3), secretAccessKey: 'forged' })
  await expect(blob.put(key(), pieces(Buffer.from('x')), plain)).rejects.toMatchObject({
    code: 'unavailable',
  })
  await expect(blob.get(key())).rejects.toMatchObject({ code: 'unavailable' })
  await expect(blob.ping()).rejects.toMatchObject({ code: 'unavailable' })
  blob.close()
})
