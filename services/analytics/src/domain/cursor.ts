import { appError } from '@palomar/errors'

/** Limits of a page: 1–200, 50 when not said. */
export function limitOf(limit: number): number {
  if (!limit) return 50
  return Math.min(Math.max(Math.trunc(limit), 1), 200)
}

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The place of the last row given out. Opaque to clients. */
export function encodeCursor(place: { at: Date; id: string }): string {
  return Buffer.from(JSON.stringify([place.at.toISOString(), place.id])).toString('base64url')
}

/** Undefined for no cursor; refuses what is none of ours. */
export function decodeCursor(cursor: string): { at: Date; id: string } | undefined {
  if (!cursor) return undefined
  const parts = partsOf(cursor)
  const [time, id] = parts ?? []
  const at = new Date(time ?? '')
  if (Number.isNaN(at.getTime()) || !uuidForm.test(id ?? '')) throw badCursor()
  return { at, id: id ?? '' }
}

function partsOf(cursor: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value : undefined
  } catch {
    return undefined
  }
}

function badCursor() {
  const detail = 'The cursor is not one of this list.'
  return appError('bad_request', { detail, fields: [{ path: 'cursor', code: 'invalid', detail }] })
}
