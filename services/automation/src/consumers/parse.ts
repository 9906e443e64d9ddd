import { type IdKind, parseId, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'

/** An event that cannot be what it says it is: a dead letter, never a retry. */
export function unreadable(reason: string) {
  return appError('validation_failed', { internal: reason })
}

/** The uuid of a TypeID in an event. */
export function uuid(kind: IdKind, text: string | undefined, name: string): string {
  const id = parseId(kind, text ?? '')
  if (!id) throw unreadable(`${name} is no id of a ${kind}`)
  return uuidOf(id)
}

export function optionalUuid(kind: IdKind, text: string, name: string): string | undefined {
  return text === '' ? undefined : uuid(kind, text, name)
}

export function instant(time: Date | undefined, name: string): Date {
  if (!time || Number.isNaN(time.getTime())) throw unreadable(`${name} is no time`)
  return time
}
