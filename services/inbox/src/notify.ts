import type { Tx } from '@palomar/db'
import { languagesOf } from './db/companies.ts'
import { claimNews, insertNotifications } from './db/notifications.ts'
import type { Facts } from './domain/facts.ts'
import { notificationFrame } from './domain/frames.ts'
import { type News, newsAgeMaxMs } from './domain/notification.ts'

/**
 * Tells people, once each: the fact's id is kept in the same transaction, so that a redelivery, a replay or two processes
 * at once say nothing twice, and what is older than 24 h is not said at all (CONTRACTS 3).
 */
export async function notify(tx: Tx, news: readonly News[], facts: Facts, now: Date): Promise<void> {
  const fresh = news.filter(({ at }) => now.getTime() - at.getTime() <= newsAgeMaxMs)
  if (fresh.length === 0) return
  const claimed = await claimNews(tx, fresh)
  if (claimed.length === 0) return
  const rows = await insertNotifications(tx, claimed, now)
  const languages = await languagesOf(tx, [...new Set(rows.map((row) => row.tenantId))])
  for (const row of rows) {
    facts.frames.push(notificationFrame('notification.created', row, languages.get(row.tenantId) ?? '', now))
  }
}
