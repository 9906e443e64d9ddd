import { idFromUuid } from '@palomar/contracts'
import { openDb } from '@palomar/db'
import { silentLogger } from '@palomar/testkit'
import type { Demo } from '../../tools/start/demo.ts'
import type { Traffic } from './traffic.ts'

/** What the databases and Meta's side hold, read from outside: as a superuser, past every policy. */
export class Ledger {
  readonly #db

  constructor(
    readonly demo: Demo,
    readonly traffic: Traffic,
  ) {
    this.#db = openDb({ url: demo.settings.adminUrl, max: 2, service: 'inbox', logger: silentLogger })
  }

  close(): Promise<void> {
    return this.#db.close()
  }

  /** Acknowledged to Meta or to a caller, and not yet where they belong. */
  async inFlight(): Promise<{ in: number; out: number }> {
    const stored = new Set(await this.storedWamids())
    const settled = await this.settledIds()
    const webhooks = [...this.traffic.written].filter((wamid) => !stored.has(wamid))
    return { in: webhooks.length, out: [...this.traffic.accepted].filter((id) => !settled.has(id)).length }
  }

  async storedWamids(): Promise<string[]> {
    const rows = await this.#db.sql<{ wamid: string }[]>`
      select wamid from inbox.messages where direction = 'inbound' and conversation_id is not null`
    return rows.map((row) => row.wamid)
  }

  /** Messages of ours whose permanent copy says that they arrived. */
  async settledIds(): Promise<Set<string>> {
    const rows = await this.#db.sql<{ id: string }[]>`
      select id from inbox.messages
      where direction = 'outbound' and conversation_id is not null and state in ('delivered', 'read')`
    return new Set(rows.map((row) => idFromUuid('message', row.id)))
  }

  /** Counted in the same transaction as the message: a message counted twice shows here. */
  async unreadCount(): Promise<number> {
    const [row] = await this.#db.sql<{ unread: number }[]>`
      select coalesce(sum(unread_count), 0)::int as unread from inbox.conversations where merged_into is null`
    return row?.unread ?? 0
  }

  /** Messages whose call's outcome nobody knows: neither sent again nor forgotten. */
  async inDoubtIds(): Promise<Set<string>> {
    const rows = await this.#db.sql<{ id: string }[]>`
      select distinct message_id as id from dispatcher.attempts where state in ('sending', 'in_doubt')`
    return new Set(rows.map((row) => idFromUuid('message', row.id)))
  }

  /** How often Meta accepted each of our messages, by the id that travels with it. */
  async sentCounts(): Promise<Map<string, number>> {
    const lines = (await (await fetch(`${this.demo.urls.simulator}/control/accepted`)).text()).split('\n')
    const counts = new Map<string, number>()
    for (const line of lines.filter(Boolean)) {
      const { echo } = JSON.parse(line) as { echo: string }
      const id = echo.split('~')[0] ?? ''
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    return counts
  }

  /**
   * Holds every write to inbox's messages back until `release` is called: what arrives meanwhile is provably in
   * flight, and a consumer is provably between its delivery and its commit.
   */
  async holdInbox(): Promise<{ release(): Promise<void> }> {
    const locked = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const transaction = this.#db.sql.begin(async (tx) => {
      await tx`lock table inbox.messages in exclusive mode`
      locked.resolve()
      await released.promise
    })
    transaction.catch(locked.reject)
    await locked.promise
    return {
      release: async () => {
        released.resolve()
        await transaction
      },
    }
  }
}
