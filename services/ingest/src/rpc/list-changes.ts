import { type ingestV1, parseId, uuidOf } from '@palomar/contracts'
import { appError, type FieldError } from '@palomar/errors'
import type { CallContext, Handler } from '@palomar/rpc'
import { type ListedChange, listChanges as listRouted } from '../db/changes.ts'
import { type ListedUnrouted, listUnrouted } from '../db/unrouted.ts'
import { cursorOf, limitOf, type Position, positionOf } from '../domain/cursor.ts'
import type { UnroutedState } from '../domain/route.ts'
import { seesUnrouted, tenantOfCaller } from './caller.ts'
import { changeResource } from './change-resource.ts'
import type { Deps } from './deps.ts'

type Request = ingestV1.ListChangesRequest
type H = Handler<Request, ingestV1.ListChangesResponse>

const unroutedStates: readonly string[] = ['parked', 'quarantined', 'unparsed'] satisfies UnroutedState[]

/** Newest first. Without a state, or with `routed`: the company's. The other states are the platform's. */
export const listChanges =
  (deps: Deps): H =>
  async (request, call) => {
    const { state, page } = request
    const before = page?.cursor ? positionOf(page.cursor) : undefined
    if (page?.cursor && !before) throw refusal('cursor', 'invalid', 'Use a next_cursor of this list.')
    if (state !== '' && state !== 'routed' && !unroutedStates.includes(state))
      throw refusal('state', 'unknown', 'One of routed, parked, quarantined, unparsed.')
    const limit = limitOf(page?.limit)
    const rows = await read(deps, request, call, { before, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    // One more than asked for says that there is a next page.
    const nextCursor = rows.length > limit && last ? cursorOf({ at: last.receivedAt, id: last.id }) : ''
    return { changes: shown.map((row) => changeResource(row)), nextCursor }
  }

async function read(
  { db }: Deps,
  request: Request,
  call: CallContext,
  place: { before: Position | undefined; limit: number },
): Promise<(ListedChange | ListedUnrouted)[]> {
  const { state, field, from, to, numberId } = request
  const range = { field: field || undefined, from, to }
  if (state !== '' && state !== 'routed') {
    if (!seesUnrouted(call)) return []
    return db.system((tx) => listUnrouted(tx, { state: state as UnroutedState, ...range }, place))
  }
  const tenantId = tenantOfCaller(call)
  const number = numberId === '' ? undefined : parseId('number', numberId)
  // A number that is none of ours is a number without changes.
  if (!tenantId || (numberId !== '' && !number)) return []
  const filter = { ...range, numberId: number && uuidOf(number) }
  return db.forTenant(tenantId, (tx) => listRouted(tx, tenantId, filter, place))
}

function refusal(path: string, code: string, detail: string) {
  const field: FieldError = { path, code, detail }
  return appError('validation_failed', { fields: [field] })
}
