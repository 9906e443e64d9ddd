import type { Uuid } from '@palomar/contracts'

export const pageLimitDefault = 50
/** A page is one statement's rows in memory; more is a second request. */
export const pageLimitMax = 200

export interface Keyset {
  limit: number
  /** The last row of the page before; rows after it (in the list's order) follow. */
  after: Uuid | undefined
}

const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Undefined when the cursor is none of ours. It only narrows a list, so it need not be secret or bound to a tenant. */
export function keysetOf(page: { limit: number; cursor: string } | undefined): Keyset | undefined {
  const limit = Math.min(Math.max(page?.limit || pageLimitDefault, 1), pageLimitMax)
  if (!page?.cursor) return { limit, after: undefined }
  const text = Buffer.from(page.cursor, 'base64url').toString('utf8')
  return uuidShape.test(text) ? { limit, after: text as Uuid } : undefined
}

/** Takes the rows of `limit + 1`: one more than asked for says that there is a next page. */
export function pageOf<R>(
  rows: R[],
  keyset: Keyset,
  idOf: (row: R) => string,
): { rows: R[]; nextCursor: string } {
  const shown = rows.slice(0, keyset.limit)
  const last = shown.at(-1)
  const more = rows.length > keyset.limit && last !== undefined
  return { rows: shown, nextCursor: more ? Buffer.from(idOf(last)).toString('base64url') : '' }
}
