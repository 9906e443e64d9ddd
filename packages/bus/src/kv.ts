import { appError } from '@palomar/errors'
import type { Logger } from '@palomar/runtime'
import { headers, type MsgHdrs } from 'nats'
import type { Connection } from './connection.ts'
import { withDeadline } from './deadline.ts'
import { kvStream } from './names.ts'
import { readInOrder } from './ordered-reader.ts'
import { refused, type StreamRefusal, unavailable } from './stream-error.ts'

export interface KvEntry {
  key: string
  /** Undefined: deleted. */
  value: Uint8Array | undefined
  /** Rises with each change of the bucket. */
  revision: number
}

export interface KvWatch {
  /** Resolves once every key that was there has been told. */
  caughtUp: Promise<void>
  stop(): Promise<void>
}

/** A bucket, made by provisioning. Everything rejects with `unavailable` when it cannot be asked. */
export interface Kv {
  get(key: string): Promise<KvEntry | undefined>
  /** Stored on disk; gives the revision. */
  put(key: string, value: Uint8Array): Promise<number>
  delete(key: string): Promise<void>
  keys(): Promise<string[]>
  /** Each key's present value, then each change, over reconnections too; a key may be told twice. */
  watch(options: { onEntry(entry: KvEntry): void }): KvWatch
}

const timeoutMs = 5_000
const operation = 'KV-Operation'
/** What a subject can be without being two. */
const keyForm = /^[-/_=a-zA-Z0-9]+(\.[-/_=a-zA-Z0-9]+)*$/

export function openKv(connection: Connection, bucket: string, logger: Logger): Kv {
  const { request } = connection
  const prefix = `$KV.${bucket}.`
  const subjectOf = (key: string) => {
    if (!keyForm.test(key)) throw appError('internal', { internal: `not a key of ${bucket}: ${key}` })
    return prefix + key
  }

  async function store(key: string, value: Uint8Array, hdrs?: MsgHdrs): Promise<number> {
    const what = `put into ${bucket}`
    try {
      const answer = await request(subjectOf(key), value, {
        timeoutMs,
        headers: hdrs,
      })
      const ack = answer.json<{ error?: StreamRefusal; seq?: number }>()
      if (ack.error) throw refused(ack.error, what)
      return ack.seq ?? 0
    } catch (cause) {
      throw unavailable(cause, what)
    }
  }

  function watch({ onEntry }: { onEntry(entry: KvEntry): void }): KvWatch {
    return readInOrder({
      connection,
      logger,
      stream: kvStream(bucket),
      filter: `${prefix}>`,
      start: { kind: 'last_per_subject' },
      onStart: () => undefined,
      onEntry: ({ subject, data, headers: hdrs, sequence }) =>
        onEntry({
          key: subject.slice(prefix.length),
          value: isDeleted(hdrs) ? undefined : data,
          revision: sequence,
        }),
    })
  }

  return {
    watch,
    put: (key, value) => store(key, value),
    async delete(key) {
      const hdrs = headers()
      hdrs.set(operation, 'DEL')
      await store(key, new Uint8Array(), hdrs)
    },
    async get(key) {
      const subject = subjectOf(key)
      try {
        const answer = await request(`$JS.API.DIRECT.GET.${kvStream(bucket)}.${subject}`, '', {
          timeoutMs,
        })
        if (answer.headers?.code === 404 || isDeleted(answer.headers)) return undefined
        if (answer.headers?.code) throw new Error(`${answer.headers.code} ${answer.headers.description}`)
        return { key, value: answer.data, revision: Number(answer.headers?.get('Nats-Sequence') ?? 0) }
      } catch (cause) {
        throw unavailable(cause, `get from ${bucket}`)
      }
    },
    async keys() {
      const found = new Set<string>()
      const reading = watch({
        onEntry: ({ key, value }) => void (value === undefined ? found.delete(key) : found.add(key)),
      })
      try {
        await inTime(reading.caughtUp, `keys of ${bucket}`)
      } finally {
        await reading.stop()
      }
      return [...found].sort()
    },
  }
}

const isDeleted = (hdrs: MsgHdrs | undefined) => ['DEL', 'PURGE'].includes(hdrs?.get(operation) ?? '')

async function inTime(work: Promise<void>, what: string): Promise<void> {
  try {
    await withDeadline(work, timeoutMs, what)
  } catch (cause) {
    throw unavailable(cause, what)
  }
}
