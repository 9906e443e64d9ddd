/** The form an e-mail address is kept and looked up in: composed, trimmed, lower case. */
export function normalizeEmail(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase()
}

// Deliberately loose: only delivery proves an address. 254 is the longest that SMTP carries (RFC 5321).
const shape = /^[^\s@\p{Cc}]{1,64}@[^\s@.\p{Cc}]+(\.[^\s@.\p{Cc}]+)+$/u
export const emailLengthMax = 254

export function isEmail(text: string): boolean {
  return text.length <= emailLengthMax && shape.test(text)
}
