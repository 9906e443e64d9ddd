/** Inbox's handlers on a real Postgres, with events made by hand and everything that commits written down. */
import type { Answer, Delivered } from '@palomar/bus'
import type {
  automationEventsV1,
  dispatcherEventsV1,
  inboxEventsV1,
  ingestEventsV1,
  liveV1,
  mediaEventsV1,
  tenancyEventsV1,
} from '@palomar/contracts'
import { type Db, openDb } from '@palomar/db'
import { silentLogger, type TestDatabase, testDatabase } from '@palomar/testkit'
import { automationHandler } from '../src/consumers/automation.ts'
import { dispatchHandler } from '../src/consumers/dispatch.ts'
import { ingestHandler } from '../src/consumers/ingest.ts'
import { mediaHandler } from '../src/consumers/media.ts'
import { tenancyHandler } from '../src/consumers/tenancy.ts'

export * from './told/by-dispatcher.ts'
export * from './told/by-meta.ts'
export * from './told/by-others.ts'
export * from './told/channel.ts'

export interface World {
  database: TestDatabase
  db: Db
  /** Past every policy: what the tables really hold. */
  admin: Db
  told: { events: inboxEventsV1.Event[]; frames: liveV1.Frame[] }
  ingest(...events: ingestEventsV1.Event[]): Promise<Answer[]>
  dispatch(...events: dispatcherEventsV1.Event[]): Promise<Answer[]>
  media(...events: mediaEventsV1.Event[]): Promise<Answer[]>
  tenancy(...events: tenancyEventsV1.Event[]): Promise<Answer[]>
  automation(...events: automationEventsV1.Event[]): Promise<Answer[]>
  kinds(): string[]
  forget(): void
  close(): Promise<void>
}

/** Fixed, because fold and window follow Meta's time and never ours. */
export const clock = { now: () => Date.UTC(2026, 10, 21, 12), monotonic: () => 0 }

export async function world(): Promise<World> {
  const database = await testDatabase('inbox')
  const db = openDb({ url: database.urlFor('inbox'), max: 8, service: 'inbox', logger: silentLogger })
  const admin = openDb({
    url: `${database.adminUrl}?search_path=inbox`,
    max: 2,
    service: 'inbox',
    logger: silentLogger,
  })
  const told: World['told'] = { events: [], frames: [] }
  db.onCommitted((rows) => {
    for (const row of rows) {
      if (row.lane === 'live') told.frames.push(...row.frames)
      else told.events.push(...(row.events as inboxEventsV1.Event[]))
    }
  })
  const ingest = ingestHandler({ db, clock })
  const dispatch = dispatchHandler({ db, clock })
  const media = mediaHandler({ db, clock })
  const tenancy = tenancyHandler({ db, clock })
  const automation = automationHandler({ db, clock })
  return {
    database,
    db,
    admin,
    told,
    ingest: (...events) => ingest(events.map(delivered)),
    dispatch: (...events) => dispatch(events.map(delivered)),
    media: (...events) => media(events.map(delivered)),
    tenancy: (...events) => tenancy(events.map(delivered)),
    automation: (...events) => automation(events.map(delivered)),
    kinds: () => told.events.map((event) => event.payload?.$case ?? ''),
    forget() {
      told.events.length = 0
      told.frames.length = 0
    },
    async close() {
      await db.close()
      await admin.close()
      await database.drop()
    },
  }
}

export function delivered<E>(event: E): Delivered<E> {
  return { event, meta: {}, streamTime: new Date(0), redelivered: false, tries: 0 }
}
