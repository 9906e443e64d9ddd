import { setDefaultTimeout } from 'bun:test'
import type { GraphResult } from '@palomar/cloud-api'
import { type Id, newId, uuidOf } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { createLogger, createMetrics, type Logger, systemClock } from '@palomar/runtime'
import { type TestDatabase, testDatabase } from '@palomar/testkit'
import { createLedger, type Plan } from '../src/accept/ledger.ts'
import type { NewMessage } from '../src/db/accept.ts'
import { foldNumbers, foldWindows, type NumberFact } from '../src/db/copies.ts'
import { readMessage } from '../src/db/messages.ts'
import { openLedger } from '../src/db/open-ledger.ts'
import { type LaneClass, laneClassRank } from '../src/domain/lane-class.ts'
import { partitionOf } from '../src/domain/partition.ts'
import type { SettledUntil } from '../src/doubt/settled-until.ts'
import type { InboxWindows } from '../src/inbox-windows.ts'
import { createLanes, type Lanes } from '../src/lanes/lanes.ts'
import type { GraphSender } from '../src/lanes/send.ts'
import { type MetaFiles, noMetaFiles } from '../src/meta-files.ts'
import { createDispatcherMetrics, type DispatcherMetrics } from '../src/metrics.ts'
import { createCredentials } from '../src/tenancy/credentials.ts'

// Servers start with the first file, and the machine may be busy; nothing here is judged by its time.
setDefaultTimeout(60_000)

export const quiet: Logger = createLogger({ service: 'test', level: 'error', write: () => undefined })

/** A database with the ledger in it, and the service's role on it. */
export async function ledgerDatabase(): Promise<{
  database: TestDatabase
  db: Db
  metrics: DispatcherMetrics
  close(): Promise<void>
}> {
  const database = await testDatabase('dispatcher')
  const db = openLedger({ url: database.urlFor('dispatcher'), max: 8, service: 'dispatcher', logger: quiet })
  return {
    database,
    db,
    metrics: createDispatcherMetrics(createMetrics({ service: 'dispatcher' })),
    async close() {
      await db.close()
      await database.drop()
    },
  }
}

/** A company with one number, as tenancy would tell. */
export class Company {
  readonly tenant = newId('tenant')
  readonly number = newId('number')
  readonly tenantId: string = uuidOf(this.tenant)
  readonly numberId: string = uuidOf(this.number)
  readonly phoneNumberId = String(Math.floor(Math.random() * 1e15))
  #version = 0n
  constructor(readonly db: Db) {}

  get partition(): number {
    return partitionOf(this.numberId)
  }

  async tell(change: Partial<NumberFact> = {}): Promise<void> {
    this.#version += 1n
    await this.db.forTenant(this.tenantId, (tx) =>
      foldNumbers(tx, [
        {
          tenantId: this.tenantId,
          id: this.numberId,
          version: this.#version,
          phoneNumberId: this.phoneNumberId,
          wabaId: '777',
          portfolioId: null,
          metaPortfolioId: '888',
          displayPhoneNumber: '+541100000000',
          state: 'active',
          throughputPerSecond: 1_000,
          dailyQuota: 0n,
          graphVersion: 'v23.0',
          tokenVersion: 1n,
          ...change,
        },
      ]),
    )
  }

  async openWindow(to: string, expiresAt = new Date(Date.now() + 3_600_000)): Promise<void> {
    const recipientKey = `p:${to}`
    await this.db.forTenant(this.tenantId, (tx) =>
      foldWindows(tx, [{ tenantId: this.tenantId, numberId: this.numberId, recipientKey, expiresAt }]),
    )
  }

  row(change: Partial<NewMessage> & { laneClassName?: LaneClass } = {}): NewMessage {
    const now = new Date()
    const { laneClassName = 'utility', ...rest } = change
    return {
      tenantId: this.tenantId,
      id: uuidOf(newId('message')),
      numberId: this.numberId,
      partition: this.partition,
      laneClass: laneClassRank(laneClassName),
      recipientKey: 'p:541156384310',
      recipientTo: '541156384310',
      recipientUserId: '',
      type: 'template',
      content: JSON.stringify({
        type: 'template',
        template: { name: 'hello_world', language: { code: 'en_US' } },
      }),
      contextWamid: '',
      callbackData: '',
      createdBy: 'usr_test',
      traceparent: '',
      acceptedAt: now,
      dueAt: now,
      inLane: true,
      triesMax: 5,
      replyTo: '',
      ...rest,
    }
  }

  /** Puts rows into the ledger the way requests do. */
  async accept(...rows: NewMessage[]): Promise<void> {
    const plan: Plan = {
      tenantId: this.tenantId,
      key: null,
      bodyHash: new Uint8Array(),
      items: rows.map((row) => ({ row, dailyQuota: 0n })),
    }
    await createLedger(this.db, () => undefined)(plan)
  }

  async read(id: string) {
    const found = await this.db.forTenant(this.tenantId, (tx) => readMessage(tx, this.tenantId, id))
    if (!found) throw new Error(`${id} is not in the ledger`)
    return found
  }

  async states(): Promise<Record<string, number>> {
    const rows = await this.db.forTenant(
      this.tenantId,
      (tx) => tx<{ state: string; rows: number }[]>`
        select state, count(*)::int as rows from dispatcher.messages where tenant_id = ${this.tenantId} group by 1`,
    )
    return Object.fromEntries(rows.map((row) => [row.state, row.rows]))
  }
}

export interface SentRequest {
  phoneNumberId: string
  token: string
  body: Record<string, unknown> & { biz_opaque_callback_data: string }
}

/** Graph in this process: keeps every request, answers as it is told. */
export class FakeGraph implements GraphSender {
  readonly requests: SentRequest[] = []
  answer: (request: SentRequest) => GraphResult | Promise<GraphResult> = () => accepted()

  async sendMessage({
    onConnected,
    ...rest
  }: Parameters<GraphSender['sendMessage']>[0]): Promise<GraphResult> {
    if (onConnected?.() === false) return { kind: 'not_sent', reason: 'refused by the owner' }
    const request = rest as SentRequest
    this.requests.push(request)
    return this.answer(request)
  }

  /** How often each message was sent. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { body } of this.requests) {
      const id = body.biz_opaque_callback_data.split('~')[0] ?? ''
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    return counts
  }
}

let wamids = 0
export function accepted(wamid = `wamid.${process.pid}.${wamids++}`): GraphResult {
  return {
    kind: 'answered',
    status: 200,
    json: { messages: [{ id: wamid }], contacts: [{ wa_id: '541156384310' }] },
  }
}

export function refused(code: number, title = 'refused'): GraphResult {
  return { kind: 'answered', status: 400, json: { error: { code, message: `(#${code}) ${title}` } } }
}

export interface LaneParts {
  graph: FakeGraph
  inbox?: InboxWindows
  files?: MetaFiles
  settledUntil?: SettledUntil
  windowSettled?: SettledUntil
  token?: () => { accessToken: string; tokenVersion: bigint }
}

/** A dispatcher's lanes on this database. */
export async function startLanes(db: Db, metrics: DispatcherMetrics, parts: LaneParts): Promise<Lanes> {
  const lanes = createLanes({
    db,
    inbox: parts.inbox ?? { check: async (questions) => questions.map(() => null) },
    files: parts.files ?? noMetaFiles,
    settledUntil: parts.settledUntil ?? { read: async () => undefined },
    windowSettled: parts.windowSettled ?? { read: async () => undefined },
    credentials: createCredentials({
      getNumberCredentials: async () => parts.token?.() ?? { accessToken: 'token-1', tokenVersion: 1n },
    }),
    graph: parts.graph,
    failpoint: () => undefined,
    clock: systemClock,
    logger: quiet,
    metrics,
    graphVersion: 'v23.0',
    graphDeadlineMs: 5_000,
    inFlightMax: 200,
  })
  await lanes.start()
  return lanes
}

/** The events in the outbox, oldest first, as they would leave. */
export type MessageId = Id<'message'>
