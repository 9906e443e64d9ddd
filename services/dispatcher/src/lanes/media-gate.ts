import type { Db } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import type { Candidate } from '../db/attempts.ts'
import { postponeRows } from '../db/messages.ts'
import { filesIn, mayNameFiles } from '../domain/media-ids.ts'
import type { Failpoint } from '../failpoint.ts'
import type { FileAnswer, FileQuestion, MetaFiles } from '../meta-files.ts'
import { keysOf, refuseCandidates, tenantsOf } from './refuse.ts'

/** How long media may wait for its uploads before it answers. */
const waitMs = 5_000
/**
 * A row that is being asked about comes back by itself if this process dies over it: later than the answer can come, and
 * within the 10 s in which a lane goes on after a kill.
 */
const askedRestMs = 8_000
/** The file is on its way, to us or to Meta; or media is away. */
const laterMs = 2_000
const awayMs = 5_000
/** Media answers only with ids that work for days more. */
const knownMs = 10 * 60_000
const knownMax = 10_000

/**
 * Puts Meta's media ids beside rows that name files of ours, before their attempt is recorded. A row whose ids are known
 * goes on; any other is put off and asked about, many in one question, while the lanes go on with other rows; the answer
 * makes it due at once, fails it for good, or lets it rest. Rows without files are not touched.
 *
 * Dies before the rows are put off: they are due, and asked about by the lane's next owner. After that, or between the
 * answer and the attempt: they are due again within 8 s,
 * and what Meta calls the file is asked anew. No attempt was recorded, so nothing is sent twice.
 */
export function createMediaGate(options: {
  db: Db
  files: MetaFiles
  failpoint: Failpoint
  clock: Clock
  logger: Logger
  /** Rows of this partition are due again. */
  wake(partition: number): void
}) {
  const { db, files, failpoint, clock, logger, wake } = options
  const known = new Map<string, { id: string; until: number }>()
  const asking = new Set<Promise<void>>()

  async function keepReady(rows: readonly Candidate[]): Promise<Candidate[]> {
    if (!rows.some(mayNameFiles)) return [...rows]
    const unready: Candidate[] = []
    const ready = rows.flatMap((row) => {
      if (!mayNameFiles(row)) return [row]
      const metaIds = idsOf(row)
      if (metaIds) return [{ ...row, metaIds }]
      unready.push(row)
      return []
    })
    if (unready.length > 0) {
      await putOff(unready, askedRestMs)
      const question = ask(unready)
        .catch((error: unknown) => logger.warn('rows with files wait', { rows: unready.length, error }))
        .finally(() => asking.delete(question))
      asking.add(question)
    }
    return ready
  }

  /** Undefined when one of them is not known. */
  function idsOf(row: Candidate): ReadonlyMap<string, string> | undefined {
    const ids = new Map<string, string>()
    for (const { id, uuid } of filesIn(JSON.parse(row.content))) {
      const found = known.get(`${row.number_id}/${uuid}`)
      if (!found || found.until <= clock.now()) return undefined
      ids.set(id, found.id)
    }
    return ids
  }

  async function ask(rows: readonly Candidate[]): Promise<void> {
    const questions = new Map<string, FileQuestion>()
    for (const row of rows) {
      for (const { uuid } of filesIn(JSON.parse(row.content))) {
        questions.set(`${row.number_id}/${uuid}`, {
          tenantId: row.tenant_id,
          numberId: row.number_id,
          mediaId: uuid,
        })
      }
    }
    const names = [...questions.keys()]
    let answers: FileAnswer[]
    try {
      answers = await files.resolve([...questions.values()], waitMs)
    } catch (error) {
      logger.warn('media cannot say what Meta calls a file, rows wait', { rows: rows.length, error })
      return putOff(rows, awayMs)
    }
    failpoint('after-files-answer')
    const byName = new Map(names.map((name, i) => [name, answers[i] as FileAnswer]))
    for (const [name, { metaMediaId }] of byName) if (metaMediaId !== '') remember(name, metaMediaId)
    await settle(rows, byName)
  }

  async function settle(rows: readonly Candidate[], answers: ReadonlyMap<string, FileAnswer>): Promise<void> {
    const refused = new Map<string, Candidate[]>()
    const due: Candidate[] = []
    const later: Candidate[] = []
    for (const row of rows) {
      const own = filesIn(JSON.parse(row.content)).map(({ uuid }) => answers.get(`${row.number_id}/${uuid}`))
      const no = own.find((answer) => answer && answer.refusalCode !== '')
      if (no) refused.set(codeOf(no), [...(refused.get(codeOf(no)) ?? []), row])
      else if (own.every((answer) => answer?.metaMediaId)) due.push(row)
      else later.push(row)
    }
    for (const [code, of] of refused) await refuseCandidates(db, of, code, clock.now())
    if (later.length > 0) await putOff(later, laterMs)
    if (due.length === 0) return
    await putOff(due, 0)
    for (const partition of new Set(due.map((row) => row.partition))) wake(partition)
  }

  const putOff = (rows: readonly Candidate[], ms: number) =>
    db.forTenants(tenantsOf(rows), (tx) => postponeRows(tx, keysOf(rows), new Date(clock.now() + ms)))

  function remember(name: string, id: string): void {
    known.delete(name)
    known.set(name, { id, until: clock.now() + knownMs })
    const [oldest] = known.keys()
    if (known.size > knownMax && oldest !== undefined) known.delete(oldest)
  }

  return {
    keepReady,
    /** Waits for the questions under way. */
    idle: async () => void (await Promise.all(asking)),
  }
}

export type MediaGate = ReturnType<typeof createMediaGate>

/** A file that is no longer there after the accept was deleted with its company, or by an older version. */
const codeOf = ({ refusalCode }: FileAnswer) => (refusalCode === 'not_found' ? 'media_deleted' : refusalCode)
