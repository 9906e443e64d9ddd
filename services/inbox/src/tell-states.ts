import type { Tx } from '@palomar/db'
import { withMedia } from './db/media.ts'
import type { MessageRow } from './db/message-row.ts'
import { type Facts, messageUpdated } from './domain/facts.ts'
import { messageFrame } from './domain/frames.ts'
import { messageFailed } from './domain/notification.ts'
import { notify } from './notify.ts'

/**
 * What messages of ours have become, to whoever listens. A hidden row is told when its message comes, which then tells
 * both. `traces`: of the work behind each, by message.
 */
export async function tellStates(
  tx: Tx,
  rows: readonly MessageRow[],
  traces: ReadonlyMap<string, string>,
  facts: Facts,
  now: Date,
): Promise<void> {
  const shown = rows.filter((row) => row.conversationId)
  for (const row of await withMedia(tx, shown)) {
    facts.events.push(messageUpdated(row, traces.get(row.id) ?? ''))
    facts.frames.push(messageFrame('message.updated', row, now))
  }
  await notify(tx, shown.flatMap(messageFailed), facts, now)
}
