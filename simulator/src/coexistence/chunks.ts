import { metaJson } from '../delivery/escape.ts'
import type { Value } from '../delivery/values.ts'
import type { PhoneNumber } from '../world/types.ts'
import type { AppContact, PastMessage } from './past.ts'
import { type HistoryChunk, pastMessageOf, threadOf } from './values.ts'

/** The envelope of a body, and a thread’s own words, on the wire. */
const envelopeBytes = 600
const threadBytes = 160

/**
 * The past in chunks of up to `bytesMax` on the wire, phase after phase, each chunk's messages by their chats. `progress`
 * is 100 in the last one. Source: Meta, "history webhook reference": one body may hold thousands of messages.
 */
export function chunksOf(
  number: PhoneNumber,
  phases: readonly (readonly PastMessage[])[],
  bytesMax: number,
): HistoryChunk[] {
  const all = phases.reduce((sum, { length }) => sum + length, 0)
  let told = 0
  const chunks = phases.flatMap((messages, phase) =>
    packed(number, messages, bytesMax).map((threads, index): HistoryChunk => {
      for (const { list } of threads.values()) told += list.length
      return {
        phase,
        chunkOrder: index + 1,
        progress: Math.floor((told / all) * 100),
        threads: [...threads.values()].map(({ person, list }) => threadOf(person, list)),
      }
    }),
  )
  return chunks.length > 0 ? chunks : [{ phase: 2, chunkOrder: 1, progress: 100, threads: [] }]
}

interface Thread {
  person: AppContact
  list: Value[]
}

function packed(
  number: PhoneNumber,
  messages: readonly PastMessage[],
  bytesMax: number,
): Map<string, Thread>[] {
  const packs: Map<string, Thread>[] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const message of messages) {
    const { person } = message
    const written = pastMessageOf(number, message)
    const size = metaJson(written).length + 1
    if (bytes + size + threadBytes > bytesMax) {
      packs.push(new Map())
      bytes = envelopeBytes
    }
    const pack = packs.at(-1) as Map<string, Thread>
    const thread = pack.get(person.waId) ?? { person, list: [] }
    bytes += size + (pack.has(person.waId) ? 0 : threadBytes)
    thread.list.push(written)
    pack.set(person.waId, thread)
  }
  return packs
}
