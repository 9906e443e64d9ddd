/** A place in a list that is ordered by time and id, newest or oldest first. Opaque to callers, and no secret. */
export interface Position {
  at: Date
  id: string
}

const form = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export function cursorOf({ at, id }: Position): string {
  return Buffer.from(`${at.getTime()}.${id}`).toString('base64url')
}

/** Undefined when it is none of ours. */
export function positionOf(cursor: string): Position | undefined {
  const match = form.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  return match?.[1] && match[2] ? { at: new Date(Number(match[1])), id: match[2] } : undefined
}

export const pageDefault = 50
export const pageMax = 200

export function limitOf(limit: number | undefined): number {
  return Math.min(Math.max(limit || pageDefault, 1), pageMax)
}
