import { type Id, parseId } from '@palomar/contracts'

/** Meta's limit of biz_opaque_callback_data, in characters. */
export const echoLengthMax = 512

export interface Echo {
  messageId: Id<'message'>
  /** Which attempt of the message, from 1. */
  n: number
}

/**
 * What travels as biz_opaque_callback_data and comes back with every status: `msg_…~n`, then `|` and the caller's own
 * value when he gave one. When both together are too long only ours travels; his is in the ledger, and he
 * gets it back from there.
 */
export function buildEcho(echo: Echo, callerValue: string): string {
  const ours = `${echo.messageId}~${echo.n}`
  if (callerValue === '') return ours
  const both = `${ours}|${callerValue}`
  return both.length <= echoLengthMax ? both : ours
}

const ours = /^(msg_[0-7][0-9a-hjkmnp-tv-z]{25})~([1-9][0-9]{0,8})$/

/**
 * Reads an echo. Undefined when it cannot be one of ours: the field is free text that any sender may fill, so what
 * is read here is a claim, to be checked against the attempt (see {@link echoMatches}).
 */
export function parseEcho(text: string): Echo | undefined {
  const bar = text.indexOf('|')
  const match = ours.exec(bar < 0 ? text : text.slice(0, bar))
  if (!match) return undefined
  const [, id = '', n = ''] = match
  const messageId = parseId('message', id)
  return messageId && { messageId, n: Number(n) }
}

/**
 * Whether a status may settle the attempt that its echo names: same tenant and number, and the attempt's wamid is
 * empty or the status's own.
 */
export function echoMatches(
  attempt: { tenantId: string; numberId: string; wamid: string | null },
  status: { tenantId: string; numberId: string; wamid: string },
): boolean {
  return (
    attempt.tenantId === status.tenantId &&
    attempt.numberId === status.numberId &&
    status.wamid !== '' &&
    (attempt.wamid === null || attempt.wamid === status.wamid)
  )
}
