import { appError } from '@palomar/errors'

/** Limits of a page: 1–200, 50 when not said. */
export function limitOf(limit: number | undefined): number {
  if (!limit) return 50
  return Math.min(Math.max(Math.trunc(limit), 1), 200)
}

/** A place in a list: the sort values of the last row given out. Opaque to clients. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** The parts of a cursor of ours; undefined for none. Anything else is the caller's mistake. */
export function decodeCursor(cursor: string | undefined, parts: number): string[] | undefined {
  if (!cursor) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(value) && value.length === parts && value.every((part) => typeof part === 'string'))
      return value
  } catch {
    // Refused below, like any other text that is not ours.
  }
  throw badCursor()
}

/** A time and an id, as most lists sort. */
export function decodeTimeCursor(cursor: string | undefined): { at: Date; key: string } | undefined {
  const parts = decodeCursor(cursor, 2)
  if (!parts) return undefined
  const at = new Date(parts[0] ?? '')
  if (Number.isNaN(at.getTime())) throw badCursor()
  return { at, key: parts[1] ?? '' }
}

function badCursor() {
  const detail = 'The cursor is not one of this list.'
  return appError('bad_request', { detail, fields: [{ path: 'cursor', code: 'invalid', detail }] })
}

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Where a walk through all histories goes on: in this company, behind this place. */
export function decodeHistoryCursor(
  cursor: string | undefined,
): { tenantId: string; after: { at: Date; key: string } | undefined } | undefined {
  const parts = decodeCursor(cursor, 3)
  if (!parts) return undefined
  const [tenantId = '', time = '', key = ''] = parts
  const at = new Date(time)
  if (!uuidForm.test(tenantId) || (time && Number.isNaN(at.getTime()))) throw badCursor()
  return { tenantId, after: time ? { at, key } : undefined }
}

/** A text and an id. */
export function decodeUuidKeyCursor(cursor: string | undefined): { text: string; id: string } | undefined {
  const parts = decodeCursor(cursor, 2)
  if (!parts) return undefined
  const [text = '', id = ''] = parts
  if (!uuidForm.test(id)) throw badCursor()
  return { text, id }
}

/** The same for lists whose second value is a uuid: another text would be an error of Postgres. */
export function decodeUuidCursor(cursor: string | undefined): { at: Date; key: string } | undefined {
  const place = decodeTimeCursor(cursor)
  if (place && !uuidForm.test(place.key)) throw badCursor()
  return place
}
