/** Fields that several resources have, and how values of the services look in JSON. */
import { type IdKind, idPrefixes, parseId } from '@palomar/contracts'
import { z } from 'zod'

/** A TypeID of one kind. In a path a malformed one is 404, in a body or query 422. */
export const id = (kind: IdKind) =>
  z
    .string()
    .max(90)
    .refine((text) => parseId(kind, text) !== undefined, `must be an id such as ${idPrefixes[kind]}_01h…`)
    .meta({ description: `${idPrefixes[kind]}_…` })

export const idParams = (kind: IdKind) => z.object({ id: id(kind) })

/** One line of text that people gave: no control characters, never blank. */
export const line = (lengthMax: number) =>
  z
    .string()
    .min(1)
    .max(lengthMax)
    .refine((text) => text.trim() !== '', 'must not be blank')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
    .refine((text) => !/[\u0000-\u001f\u007f]/.test(text), 'must not contain control characters')

/** What travels in a header or a query of Meta's: visible ASCII. */
export const secret = (lengthMax: number, lengthMin = 1) =>
  z
    .string()
    .min(lengthMin)
    .max(lengthMax)
    .regex(/^[\x21-\x7e]*$/, 'must be visible ASCII without spaces')
export const email = z.email().max(254)
export const password = z.string().min(8).max(256)
export const language = z.enum(['es', 'pt', 'en'])
export const country = z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1)')
export const timeZone = z.string().max(64).refine(isTimeZone, 'must be an IANA time zone')
/** Meta's ids are digits, sent as text because they outgrow numbers. */
export const metaId = z.string().regex(/^\d{1,32}$/, 'must be digits')
export const instant = z.iso.datetime({ offset: true })

export const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1_024).default(''),
})

export const listOf = (item: z.ZodType) =>
  z.object({ data: z.array(item), next_cursor: z.string().nullable() })

/** `{ data, next_cursor }` as every list answers. */
export function listAnswer<T>(items: readonly T[], nextCursor: string, show: (item: T) => unknown) {
  return { data: items.map(show), next_cursor: nextCursor === '' ? null : nextCursor }
}

export const iso = (date: Date | undefined): string | null => date?.toISOString() ?? null
/** Proto3 has no absent text; JSON does. */
export const orNull = (text: string): string | null => (text === '' ? null : text)

export function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text)
}

/** JSON that a service keeps as text. What does not parse is shown as nothing rather than breaking a list. */
export function json(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export const nullableText = z.string().nullable()
export const nullableInstant = z.string().nullable()

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
