import { appError } from '@palomar/errors'

/** Limits of a page: 1–200, 50 when not said. */
export function limitOf(limit: number | undefined): number {
  if (!limit) return 50
  return Math.min(Math.max(Math.trunc(limit), 1), 200)
}

/** A place in a list: the sort value and the id of the last row given out. Opaque to clients. */
export function encodeCursor(sort: string, id: string): string {
  return Buffer.from(JSON.stringify([sort, id])).toString('base64url')
}

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The place that a cursor of ours names; undefined for none. Anything else is the caller's mistake. */
export function decodeCursor(cursor: string | undefined): { sort: string; id: string } | undefined {
  if (!cursor) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(value) && value.length === 2) {
      const [sort, id] = value as unknown[]
      if (typeof sort === 'string' && typeof id === 'string' && uuidForm.test(id)) return { sort, id }
    }
  } catch {
    // Refused below, like any other text that is not ours.
  }
  throw badCursor()
}

export function decodeTimeCursor(cursor: string | undefined): { at: Date; id: string } | undefined {
  const place = decodeCursor(cursor)
  if (!place) return undefined
  const at = new Date(place.sort)
  if (Number.isNaN(at.getTime())) throw badCursor()
  return { at, id: place.id }
}

export function decodeNumberCursor(cursor: string | undefined): { n: number; id: string } | undefined {
  const place = decodeCursor(cursor)
  if (!place) return undefined
  if (!/^-?\d{1,9}$/.test(place.sort)) throw badCursor()
  return { n: Number(place.sort), id: place.id }
}

function badCursor() {
  const detail = 'The cursor is not one of this list.'
  return appError('bad_request', { detail, fields: [{ path: 'cursor', code: 'invalid', detail }] })
}
