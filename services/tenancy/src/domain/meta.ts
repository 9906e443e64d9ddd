/** The forms of what Meta hands out: ids, phone numbers, Graph versions, tokens. */

/** Meta's ids (phone number, WABA, business, app) are decimal strings too long for a number. */
export function isMetaId(text: string): boolean {
  return /^[1-9]\d{0,31}$/.test(text)
}

/**
 * A display phone number as `+` and digits (E.164). Meta writes `+1 555-078-3881` in the panel and `15550783881`
 * in webhooks; both are international, so the `+` may be missing. Undefined when it is no such number.
 */
export function displayPhoneNumber(text: string): string | undefined {
  const digits = text
    .trim()
    .replace(/^\+/, '')
    .replace(/[\s().\-\u2011]/g, '')
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined
}

/** `v22.0`; empty means the deployment's default. */
export function isGraphVersion(text: string): boolean {
  return text === '' || /^v\d{1,3}\.\d{1,2}$/.test(text)
}

export const accessTokenLengthMax = 4_096

/** Visible ASCII only: it travels in an Authorization header. */
export function isAccessToken(text: string): boolean {
  return text.length <= accessTokenLengthMax && /^[\x21-\x7e]+$/.test(text)
}

/** Meta grants 20 (coexistence), 80 (default) or 1,000 messages per second. */
export const throughputDefault = 80
export const throughputMax = 1_000

/** An app's place in its webhook path, and its key in the snapshot: never the snapshot's `_marker`. */
export function isSlug(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,62}$/.test(text)
}

/** The slug that serves the bare webhook path. */
export const defaultSlug = 'default'

/** Meta's are 32 hex digits; a simulator's need not be. */
export function isAppSecret(text: string): boolean {
  return /^[\x21-\x7e]{8,256}$/.test(text)
}

/** It travels in a query string and is compared byte by byte. */
export function isVerifyToken(text: string): boolean {
  return /^[\x21-\x7e]{1,256}$/.test(text)
}
