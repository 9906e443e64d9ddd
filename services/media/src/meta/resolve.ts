import type { Db, Tx } from '@palomar/db'
import { backoff, type Logger } from '@palomar/runtime'
import type { FileRow } from '../db/file-row.ts'
import { readFiles } from '../db/files.ts'
import {
  type MetaUploadRow,
  readUploads,
  renewMetaUpload,
  settleMetaUpload,
  takeMetaUpload,
  type UploadKey,
} from '../db/meta-uploads.ts'
import { type NumberCopy, readNumbers } from '../db/numbers.ts'
import { renewEveryMs } from '../db/work.ts'
import type { MediaMetrics } from '../metrics.ts'
import { type UploadDeps, uploadToMeta } from './upload.ts'

/** Meta's id for a file; or why there will be none; or neither, for later. */
export interface Resolved {
  metaMediaId: string
  refusalCode: string
  detail: string
}

export type Resolve = (questions: readonly UploadKey[], waitMs: number) => Promise<Resolved[]>

const later: Resolved = { metaMediaId: '', refusalCode: '', detail: '' }
const refused = (refusalCode: string, detail = ''): Resolved => ({ metaMediaId: '', refusalCode, detail })

/** An id that is handed out works at least this long: the message may wait, and be tried again. */
const marginMs = 2 * 86_400_000
/** Uploads that wait for their turn in this process; who asks beyond is told to come again. */
const waitingMax = 2_000

/**
 * Meta's ids of stored files. Each file goes to Meta once per number: the row is taken under a lease, whoever asks
 * meanwhile in this process shares the upload, and elsewhere asks again. An upload outlives the question that began it.
 */
export function createResolver(
  deps: UploadDeps & { db: Db; logger: Logger; metrics: MediaMetrics; atOnce: number; random?: () => number },
) {
  const { db, logger, metrics, now, random = Math.random } = deps
  const underway = new Map<string, Promise<Resolved>>()
  const turns = createTurns(deps.atOnce)

  const resolve: Resolve = async (questions, waitMs) => {
    if (questions.length === 0) return []
    const state = await read(questions)
    const asked = questions.map((key) => answerFrom(key, state))
    const waiting = asked.filter((one) => one instanceof Promise)
    if (waiting.length > 0 && waitMs > 0) await orAfter(waitMs, Promise.all(waiting))
    // What is not there by now is for later.
    return Promise.all(asked.map((one) => (one instanceof Promise ? Promise.race([one, soon()]) : one)))
  }

  async function read(questions: readonly UploadKey[]): Promise<State> {
    const tenants = new Set(questions.map((key) => key.tenantId))
    return db.forTenants(
      tenants,
      async (tx) => {
        const [files, uploads, numbers] = await Promise.all([
          readFiles(
            tx,
            questions.map(({ tenantId, mediaId }) => ({ tenantId, id: mediaId })),
          ),
          readUploads(tx, questions),
          readNumbers(
            tx,
            questions.map(({ tenantId, numberId }) => ({ tenantId, id: numberId })),
          ),
        ])
        return {
          files: new Map(files.map((row) => [`${row.tenant_id}/${row.id}`, row])),
          uploads: new Map(
            uploads.map((row) => [
              nameOf({ tenantId: row.tenant_id, mediaId: row.media_id, numberId: row.number_id }),
              row,
            ]),
          ),
          numbers: new Map(numbers.map((row) => [`${row.tenantId}/${row.id}`, row])),
        }
      },
      { readOnly: true },
    )
  }

  function answerFrom(key: UploadKey, { files, uploads, numbers }: State): Resolved | Promise<Resolved> {
    const file = files.get(`${key.tenantId}/${key.mediaId}`)
    if (!file) return refused('not_found')
    if (file.state === 'deleted') return refused('media_deleted')
    if (file.state === 'failed') return refused(file.failure_code || 'media_not_stored')
    if (file.state !== 'stored') return later
    const upload = uploads.get(nameOf(key))
    if (upload?.refusal_code) return refused(upload.refusal_code, upload.detail)
    if (upload && isGood(upload)) return { ...later, metaMediaId: upload.meta_media_id }
    if (upload?.retry_at && upload.retry_at.getTime() > now()) return later
    const number = numbers.get(`${key.tenantId}/${key.numberId}`)
    // Tenancy's word of a new number may not have come yet.
    if (number?.state !== 'active') return later
    return start(key, file, number)
  }

  const isGood = ({ meta_media_id, expires_at }: MetaUploadRow) =>
    meta_media_id !== '' && (expires_at?.getTime() ?? 0) > now() + marginMs

  function start(key: UploadKey, file: FileRow, number: NumberCopy): Resolved | Promise<Resolved> {
    const name = nameOf(key)
    const going = underway.get(name)
    if (going) return going
    if (underway.size >= waitingMax) return later
    const upload = turns(() => run(key, file, number))
      .catch((error: unknown) => {
        logger.warn('a file is not uploaded to Meta, for now', {
          media_id: key.mediaId,
          number_id: key.numberId,
          error,
        })
        return later
      })
      .finally(() => underway.delete(name))
    underway.set(name, upload)
    return upload
  }

  async function run(key: UploadKey, file: FileRow, number: NumberCopy): Promise<Resolved> {
    const lease = crypto.randomUUID()
    const inTenant = <T>(work: (tx: Tx) => Promise<T>) => db.forTenant(key.tenantId, work)
    const tries = await inTenant((tx) => takeMetaUpload(tx, key, lease, new Date(now() + marginMs)))
    if (tries === undefined) return later
    const timer = setInterval(() => {
      inTenant((tx) => renewMetaUpload(tx, key, lease)).catch((error: unknown) =>
        logger.warn('an upload to Meta is not renewed', { media_id: key.mediaId, error }),
      )
    }, renewEveryMs)
    try {
      const result = await uploadToMeta(file, number, deps).catch((error: unknown) => ({
        again: error instanceof Error ? error.message : 'broken',
      }))
      if ('again' in result) {
        logger.warn('a file is not uploaded to Meta, for now', {
          media_id: key.mediaId,
          number_id: key.numberId,
          reason: result.again,
          tries,
        })
        const retryAt = new Date(
          now() + 500 + backoff(tries - 1, { baseMs: 1_000, maxMs: 5 * 60_000 }, random),
        )
        await inTenant((tx) => settleMetaUpload(tx, key, lease, { retryAt }))
        metrics.metaUploads.inc({ outcome: 'again' })
        return later
      }
      await inTenant((tx) => settleMetaUpload(tx, key, lease, result))
      metrics.metaUploads.inc({ outcome: 'metaMediaId' in result ? 'uploaded' : 'refused' })
      if ('metaMediaId' in result) return { ...later, metaMediaId: result.metaMediaId }
      return 'refusalCode' in result ? refused(result.refusalCode, result.detail) : later
    } finally {
      clearInterval(timer)
    }
  }

  return {
    resolve,
    /** Waits for what is under way; what is not done then is taken up by whoever asks next. */
    async stop(): Promise<void> {
      await Promise.all(underway.values())
    },
  }
}

interface State {
  files: Map<string, FileRow>
  uploads: Map<string, MetaUploadRow>
  numbers: Map<string, NumberCopy>
}

const nameOf = ({ tenantId, mediaId, numberId }: UploadKey) => `${tenantId}/${mediaId}/${numberId}`

/** Loses to whatever is settled already. */
async function soon(): Promise<Resolved> {
  await Promise.resolve()
  return later
}

function orAfter(ms: number, done: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    done.then(() => {
      clearTimeout(timer)
      resolve(undefined)
    })
  })
}

/** At most `atOnce` at a time, in the order in which they came. */
function createTurns(atOnce: number) {
  const queue: (() => void)[] = []
  let free = atOnce
  return async function turn<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free--
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else free++
    }
  }
}
