import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { AppError, appError } from '@palomar/errors'
import { type Blob, TooLarge } from '../blob.ts'
import { checkKey } from '../key.ts'
import { meter } from '../meter.ts'
import { signAddress } from './address.ts'

export interface FileBlobOptions {
  /** An absolute folder that this driver has to itself. */
  folder: string
  /** Where {@link createFileServer} is reached; its signed addresses begin with it. */
  baseUrl: () => string
  /** Signs addresses. */
  secret: string
  now?: () => number
}

/** Bytes that a process left when it died are thrown away after this. */
const draftAgeMsMax = 24 * 3_600_000
/** At a time. */
const readBytes = 256 * 1024
const draftsName = '.drafts'

/**
 * A folder on this machine. Written beside, synced, then renamed: a file is there whole or not at all, also after a
 * power cut. Dies before the rename: a draft stays, swept a day later.
 */
export async function createFileBlob({
  folder,
  baseUrl,
  secret,
  now = Date.now,
}: FileBlobOptions): Promise<FileBlob> {
  const root = resolve(folder)
  const drafts = join(root, draftsName)
  await mkdir(drafts, { recursive: true, mode: 0o700 })
  await sweepDrafts(drafts, now())

  /** 256 folders per tenant, so that none grows without bound. */
  function pathOf(key: string): string {
    checkKey(key)
    const [tenant = '', ...rest] = key.split('/')
    const spread = createHash('sha256').update(key).digest('hex').slice(0, 2)
    return join(root, tenant, spread, rest.join('__'))
  }

  const sizeOf = async (key: string) => {
    const found = await unlessMissing(stat(pathOf(key)))
    return found?.isFile() ? found.size : undefined
  }

  return {
    async put(key, source, options) {
      const target = pathOf(key)
      const draft = join(drafts, crypto.randomUUID())
      const metered = meter(source, options)
      let file: FileHandle | undefined
      try {
        file = await open(draft, 'wx', 0o600)
        for await (const chunk of metered.chunks) await writeAll(file, chunk)
        const stored = metered.result()
        await file.sync()
        await file.close()
        file = undefined
        await mkdir(dirname(target), { recursive: true, mode: 0o700 })
        await rename(draft, target)
        await syncFolder(dirname(target))
        return stored
      } catch (error) {
        await file?.close().catch(() => undefined)
        await rm(draft, { force: true })
        throw asOurs(error)
      }
    },
    async get(key, range) {
      const sizeBytes = await sizeOf(key)
      if (sizeBytes === undefined) return undefined
      const { start, end = sizeBytes - 1 } = range ?? { start: 0 }
      if (range && start >= sizeBytes) return 'unsatisfiable'
      const last = Math.min(end, sizeBytes - 1)
      // An empty file has no last byte to read to.
      const bytes =
        sizeBytes === 0
          ? Readable.from([])
          : createReadStream(pathOf(key), { start, end: last, highWaterMark: readBytes })
      return { bytes, sizeBytes, start, end: last }
    },
    async head(key) {
      const sizeBytes = await sizeOf(key)
      return sizeBytes === undefined ? undefined : { sizeBytes }
    },
    async delete(key) {
      await rm(pathOf(key), { force: true }).catch((error) => {
        throw asOurs(error)
      })
    },
    async signedUrl(key, { expiresInS, mimeType, disposition }) {
      const expires = Math.floor(now() / 1000) + expiresInS
      return signAddress(baseUrl(), secret, { key: checkKey(key), expires, mimeType, disposition })
    },
    async ping() {
      const probe = join(drafts, `ping-${crypto.randomUUID()}`)
      await Bun.write(probe, 'x').catch((error) => {
        throw asOurs(error)
      })
      await rm(probe, { force: true })
    },
    close() {},
    pathOf,
    secret,
  }
}

/** The file driver and what serving its addresses needs. */
export interface FileBlob extends Blob {
  pathOf(key: string): string
  readonly secret: string
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, at, chunk.byteLength - at)
    at += bytesWritten
  }
}

/** The name is on disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function sweepDrafts(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const draft = join(folder, name)
    const found = await unlessMissing(stat(draft))
    if (found && nowMs - found.mtimeMs > draftAgeMsMax) await rm(draft, { force: true })
  }
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw asOurs(error)
  }
}

/** The disk's refusals are `unavailable`; whatever the source or the caller's check threw stays what it is. */
function asOurs(error: unknown): unknown {
  if (error instanceof AppError || error instanceof TooLarge) return error
  const { code, syscall } = error as NodeJS.ErrnoException
  const isOfDisk = syscall !== undefined && /^(E[A-Z]+)$/.test(code ?? '') && syscall !== 'read'
  return isOfDisk ? appError('unavailable', { internal: `the blob folder: ${code}`, cause: error }) : error
}
