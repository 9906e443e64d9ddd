import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** Two letters of ISO 3166, in capitals. */
export type Country = string

/**
 * A phone number as people type it (`+57 300 123 4567`, `573001234567`, `011 15 2200-0011` in Argentina) as E.164 with
 * its plus; undefined when it cannot be one. Without a plus, or 00, digits that begin with the country's own code are
 * international; others are a number of that country where they can be one, as Meta reads them (`16315551234` of a business in
 * Colombia is +57…): whoever means another country writes the plus.
 */
export function toE164(text: string, country?: Country): string | undefined {
  const trimmed = text.trim()
  // Letters would be dialled as keypad digits; an extension cannot be written to.
  if (trimmed.length > 40 || !/^[+\d\s().\-/]+$/.test(trimmed)) return undefined
  const digits = trimmed.replace(/\D/g, '')
  if (trimmed.startsWith('+')) return parsed(`+${digits}`)
  if (digits.startsWith('00')) return parsed(`+${digits.slice(2)}`)
  const national = country && parsed(digits, country)
  const international = parsed(`+${digits}`)
  if (!national) return international
  // Both readings are possible. A full number with the country's own code is what webhooks and APIs carry.
  return international && isFull(international, country) ? international : national
}

function parsed(text: string, country?: Country): string | undefined {
  const number = parsePhoneNumberFromString(text, country as CountryCode | undefined)
  return number?.isPossible() && /^\+[1-9]\d{6,14}$/.test(number.number) ? number.number : undefined
}

function isFull(e164: string, country: Country): boolean {
  return parsePhoneNumberFromString(e164)?.country === country
}

/**
 * A phone number as it goes to Meta: without the spaces, dashes and brackets that people write. What is no phone number, such as a
 * group's id, stays as it is.
 */
export function plainPhone(text: string): string {
  return /^\s*\+?[\d\s().-]+$/.test(text) && /\d/.test(text) ? text.replace(/[\s().-]/g, '') : text
}

/** The two spellings that WhatsApp has for one mobile number in these countries: without and with a digit. */
interface Twin {
  short: RegExp
  long: RegExp
  prefix: string
  digit: string
}

const twins: readonly Twin[] = [
  // Brazil: 55, two digits of area, eight of the number. Only mobiles (6 to 9) have the ninth digit; a landline keeps its 8.
  { short: /^55(\d\d)([6-9]\d{7})$/, long: /^55(\d\d)9([6-9]\d{7})$/, prefix: '55', digit: '9' },
  { short: /^52(\d{10})$/, long: /^521(\d{10})$/, prefix: '52', digit: '1' },
  { short: /^54(\d{10})$/, long: /^549(\d{10})$/, prefix: '54', digit: '9' },
]

/** The digits under which all spellings of a number meet (CONTRACTS 31). Takes digits with or without the plus. */
export function canonicalPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '')
  for (const { long, prefix } of twins) {
    const match = long.exec(digits)
    if (match) return prefix + match.slice(1).join('')
  }
  return digits
}

/** Every spelling, in digits, that belongs to the same person; the given one first. */
export function phoneVariants(phone: string): string[] {
  const given = phone.replace(/\D/g, '')
  const canonical = canonicalPhone(given)
  const variants = new Set([given, canonical])
  for (const { short, prefix, digit } of twins) {
    const match = short.exec(canonical)
    if (!match) continue
    const [, ...parts] = match
    const last = parts.pop() ?? ''
    variants.add(prefix + parts.join('') + digit + last)
  }
  return [...variants].filter((digits) => digits !== '')
}
