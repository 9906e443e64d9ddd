/** Keeps changes, sealed, and gives them back. */

import { messagesIn, statusesIn } from '@palomar/cloud-api'
import { type Id, idFromUuid, parseId, uuidOf } from '@palomar/contracts'
import { type Db, type Outcome, runBatch } from '@palomar/db'
import { hashIdentity, type Key, type Keyring, open, seal } from '@palomar/seal'
import type { DataKeys } from './data-keys.ts'
import { type ChangeRow, insertChanges, type NewChange } from './db/changes.ts'
import { dropUnrouted, keepUnrouted, type UnroutedRow } from './db/unrouted.ts'
import { identitiesOf } from './domain/identities.ts'
import { changeAgain, changesOf, type IncomingChange, idOfChange } from './domain/incoming.ts'
import type { Route, Verdict } from './domain/route.ts'

export interface Judged {
  change: IncomingChange
  verdict: Verdict
}

export interface Archive {
  /**
   * One row per change, each where its verdict says; what was unrouted and now has a tenant moves. A second run
   * changes nothing. One outcome per change: a row that Postgres refuses harms no other.
   */
  keep(changes: readonly Judged[]): Promise<Outcome<true>[]>
  /** The change as it came in, and whose it was then. */
  reopen(row: ChangeRow): Promise<{ change: IncomingChange; route: Route }>
  /** The changes of a row: one, or all of a body that parses by now. */
  reopenUnrouted(row: UnroutedRow): IncomingChange[]
  /** The bytes alone. */
  rawOf(row: ChangeRow | UnroutedRow): Promise<Uint8Array>
  drop(unroutedIds: readonly string[]): Promise<void>
}

type Row = { kind: 'routed'; row: NewChange } | { kind: 'unrouted'; row: UnroutedRow }

export function createArchive(deps: { db: Db; dataKeys: DataKeys; platformKeys: Keyring }): Archive {
  const { db, dataKeys, platformKeys } = deps

  function rowOf({ change, verdict }: Judged, keys: ReadonlyMap<string, Key>): Row {
    if (verdict.state !== 'routed') return { kind: 'unrouted', row: unroutedRow(change, verdict) }
    const key = keys.get(verdict.route.tenantId)
    if (key) return { kind: 'routed', row: routedRow(change, verdict.route, key) }
    // Deleted between the question whose it is and this one.
    return { kind: 'unrouted', row: unroutedRow(change, { state: 'parked', reason: 'the company is gone' }) }
  }

  function routedRow(change: IncomingChange, route: Route, key: Key): NewChange {
    const id = idOfChange(change)
    const number = parseId('number', route.numberId)
    return {
      ...keptOf(change),
      id,
      tenantId: uuidOf(route.tenantId),
      numberId: number ? uuidOf(number) : null,
      phoneNumberId: change.key?.phoneNumberId ?? '',
      wabaId: route.wabaId,
      portfolioId: route.portfolioId,
      sealed: seal(key, change.raw, routedPlace(id)),
      identities: identitiesOf(change.parsed).map((text) => hashIdentity(key, text)),
    }
  }

  function unroutedRow(change: IncomingChange, verdict: Exclude<Verdict, { state: 'routed' }>): UnroutedRow {
    const id = idOfChange(change)
    return {
      ...keptOf(change),
      id,
      state: verdict.state,
      reason: verdict.reason,
      isBody: change.parsed === undefined,
      sealed: seal(platformKeys, change.raw, unroutedPlace(id)),
      identities: identitiesOf(change.parsed).map((text) => hashIdentity(platformKeys.current, text)),
    }
  }

  async function write(rows: Row[]): Promise<true[]> {
    const routed = rows.flatMap((one) => (one.kind === 'routed' ? [one.row] : []))
    const unrouted = rows.flatMap((one) => (one.kind === 'unrouted' ? [one.row] : []))
    await db.forTenants(new Set(routed.map((row) => row.tenantId)), async (tx) => {
      await insertChanges(tx, routed)
      await keepUnrouted(tx, unrouted)
    })
    return rows.map(() => true)
  }

  async function rawOf(row: ChangeRow | UnroutedRow): Promise<Uint8Array> {
    if (!('tenantId' in row)) return open(platformKeys, row.sealed, unroutedPlace(row.id))
    const tenantId = idFromUuid('tenant', row.tenantId)
    const key = (await dataKeys.get([tenantId])).get(tenantId)
    if (!key) throw new Error('the company is gone, and its key with it')
    return open(key, row.sealed, routedPlace(row.id))
  }

  return {
    async keep(changes) {
      const keys = await dataKeys.get(
        changes.flatMap(({ verdict }) => (verdict.state === 'routed' ? [verdict.route.tenantId] : [])),
      )
      const outcomes = new Array<Outcome<true>>(changes.length)
      // The same change twice in one batch is one row; a statement may not touch a row twice.
      const byKey = new Map<string, { row: Row; at: number[] }>()
      for (const [at, judged] of changes.entries()) {
        try {
          const row = rowOf(judged, keys)
          const key = `${row.kind === 'routed' ? row.row.tenantId : ''} ${row.row.id}`
          const same = byKey.get(key)
          if (same) same.at.push(at)
          else byKey.set(key, { row, at: [at] })
        } catch (error) {
          outcomes[at] = { error }
        }
      }
      const items = [...byKey.entries()]
      const done = await runBatch(items, {
        key: ([key]) => key,
        run: (part) => write(part.map(([, { row }]) => row)),
      })
      for (const [n, [, { at }]] of items.entries()) {
        for (const index of at) outcomes[index] = done[n] ?? { error: new Error('no outcome') }
      }
      return outcomes
    },
    async reopen(row) {
      return { change: parsedAgain(row, await rawOf(row)), route: routeOf(row) }
    },
    reopenUnrouted(row) {
      const raw = open(platformKeys, row.sealed, unroutedPlace(row.id))
      return row.isBody ? changesOf({ ...timesOf(row), bytes: raw }) : [parsedAgain(row, raw)]
    },
    rawOf,
    drop: (ids) => db.system((tx) => dropUnrouted(tx, ids)),
  }
}

/** Sealed bytes open only in the row they were sealed for. */
const routedPlace = (id: string) => `ingest.changes/${id}`
const unroutedPlace = (id: string) => `ingest.unrouted/${id}`

function keptOf(change: IncomingChange) {
  const { parsed } = change
  return {
    appId: change.appId,
    phoneNumberId: change.key?.phoneNumberId ?? '',
    wabaId: change.key?.wabaId ?? '',
    entryId: change.entryId,
    entryTime: change.entryTime ?? null,
    field: change.field,
    messages: parsed ? messagesIn(parsed).length : 0,
    statuses: parsed ? statusesIn(parsed).length : 0,
    receivedAt: change.receivedAt,
    webhookAt: change.webhookAt,
  }
}

function timesOf({ appId, receivedAt, webhookAt }: ChangeRow | UnroutedRow) {
  return { appId, receivedAt, webhookAt }
}

/** Read again from its bytes, which stand for the change: its id and its events stay the same. */
function parsedAgain(row: ChangeRow | UnroutedRow, raw: Uint8Array): IncomingChange {
  const { entryId, entryTime } = row
  return changeAgain(raw, entryTime === null ? { entryId } : { entryId, entryTime }, timesOf(row))
}

function routeOf(row: ChangeRow): Route {
  return {
    tenantId: idFromUuid('tenant', row.tenantId) as Id<'tenant'>,
    numberId: row.numberId === null ? '' : idFromUuid('number', row.numberId),
    phoneNumberId: row.phoneNumberId,
    wabaId: row.wabaId,
    portfolioId: row.portfolioId,
    appIds: new Set([row.appId]),
  }
}
