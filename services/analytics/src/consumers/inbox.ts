import type { Handler } from '@palomar/bus'
import type { inboxEventsV1 } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { ensureFacts, lockFacts, writeFacts } from '../db/facts.ts'
import { keepFailed } from '../db/failed-messages.ts'
import { addFailures, addRollups } from '../db/rollups.ts'
import { type Change, deltasOf } from '../domain/counts.ts'
import { foldFact, type Told } from '../domain/fact.ts'
import { batchHandler, type Item, type Observer } from './batch.ts'
import { toldOf } from './told.ts'

export interface ConsumerDeps extends Observer {
  db: Db
}

interface MessageItem extends Item {
  told: Told
}

/**
 * INBOX: one fact row per message, and the sums that follow from it.
 *
 * Each message's row is made if it is missing and then locked, in the order of the keys, so what is read is the last
 * word of whoever else counts at the same time. The sums change by the difference between what the row said and what it
 * says now, in the same transaction: an event that came before, in any order and at any place, makes no difference.
 */
export function inboxHandler({ db, ...observer }: ConsumerDeps): Handler<inboxEventsV1.Event> {
  return batchHandler<inboxEventsV1.Event, MessageItem>({
    consumer: 'inbox',
    db,
    ...observer,
    parse(event) {
      const told = toldOf(event)
      return told && { tenantId: told.tenantId, key: `${told.tenantId}/${told.messageId}`, told }
    },
    async write(tx, items) {
      const told = new Map<string, Told[]>()
      for (const item of items) {
        const held = told.get(item.key)
        if (held) held.push(item.told)
        else told.set(item.key, [item.told])
      }
      await ensureFacts(
        tx,
        [...told.values()].flatMap(([first]) => first ?? []),
      )
      const changes: Change[] = []
      for (const before of await lockFacts(
        tx,
        [...told.values()].flatMap(([first]) => first ?? []),
      )) {
        const words = told.get(`${before.tenantId}/${before.messageId}`) ?? []
        const after = words.reduce(foldFact, before)
        if (after !== before) changes.push({ before, after })
      }
      if (changes.length === 0) return
      await writeFacts(
        tx,
        changes.map(({ after }) => after),
      )
      const { rollups, failures } = deltasOf(changes)
      await addRollups(tx, rollups)
      await addFailures(tx, failures)
      await keepFailed(tx, changes)
    },
  })
}
