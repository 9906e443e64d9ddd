import { timeIn } from '../webhook/value.ts'
import { type Exact, type ExactObject, isExactObject, mendText } from './exact.ts'
import { type Part, setOwn } from './part.ts'

type Path = readonly (string | number)[]

/**
 * How one place of a webhook is read into a typed value, and written back as Meta documents it. What a shape does not
 * understand, and what it would write otherwise than it came, goes into the parts.
 */
export interface Shape<T> {
  /** Undefined: nothing to say, and a part says why. */
  read(json: Exact, path: Path, parts: Part[]): T | undefined
  write(value: T): Exact
}
export type ShapeValue<S> = S extends Shape<infer T> ? T : never

const note = (parts: Part[], path: Path, json: Exact, understood: boolean, absent: boolean): undefined => {
  parts.push({ path, json, understood, absent })
  return undefined
}

/** A leaf: `read` gives undefined for what it does not understand. */
function leaf<T>(read: (json: Exact) => T | undefined, write: (value: T) => Exact): Shape<T> {
  return {
    write,
    read(json, path, parts) {
      if (json === null) return note(parts, path, json, true, true)
      const value = read(json)
      if (value === undefined) return note(parts, path, json, false, true)
      if (!Object.is(write(value), json)) note(parts, path, json, true, false)
      return value
    },
  }
}

const asText = (json: Exact): string | undefined =>
  typeof json === 'string'
    ? mendText(json)
    : typeof json === 'number' || typeof json === 'bigint'
      ? String(json)
      : undefined

/** Text, a word or an id: ids also come as numbers, and keep every digit. */
export const text: Shape<string> = leaf(asText, (value) => value)

const numberOf = (json: Exact): number | undefined => {
  if (typeof json === 'bigint') return undefined
  const number = typeof json === 'string' && json.trim() !== '' ? Number(json) : json
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** A number, also when it is written as text. */
export const number: Shape<number> = leaf(numberOf, (value) => value)

const flagOf = (json: Exact): boolean | undefined => {
  if (typeof json === 'boolean') return json
  return json === 'true' ? true : json === 'false' ? false : undefined
}

/** True or false, also when it is written as text. */
export const flag: Shape<boolean> = leaf(flagOf, (value) => value)

const dateOf = (json: Exact): Date | undefined =>
  typeof json === 'string' || typeof json === 'number' ? timeIn(json) : undefined
const seconds = (date: Date): number => date.getTime() / 1_000

/** Unix seconds as text, as messages have them; numbers and milliseconds are understood too. */
export const time: Shape<Date> = leaf(dateOf, (date) => String(seconds(date)))

/** Unix seconds as a number. */
export const timeNumber: Shape<Date> = leaf(dateOf, seconds)

/** A number here, a word there: `2000`, `TIER_2K`. */
export const numberOrText: Shape<number | string> = leaf(
  (json) => (typeof json === 'number' ? json : asText(json)),
  (value) => value,
)

/** Each member may be missing: Meta leaves out what it does not know. */
export type Fields = Readonly<Record<string, Shape<unknown>>>
export type Members<F extends Fields> = { -readonly [K in keyof F]?: ShapeValue<F[K]> }

/** What a JSON object says, member by member; members that are not named here are raw. */
export function object<F extends Fields>(fields: F): Shape<Members<F>> {
  return {
    read(json, path, parts) {
      if (json === null) return note(parts, path, json, true, true)
      if (!isExactObject(json)) return note(parts, path, json, false, true)
      const value: Record<string, unknown> = {}
      for (const [key, member] of Object.entries(json)) {
        const shape = Object.hasOwn(fields, key) ? fields[key] : undefined
        const here = [...path, key]
        const read = shape ? shape.read(member, here, parts) : note(parts, here, member, false, true)
        if (read !== undefined) setOwn(value, key, read)
      }
      return value as Members<F>
    },
    write(value) {
      const json: ExactObject = {}
      for (const [key, member] of Object.entries(value))
        if (member !== undefined) setOwn(json, key, fields[key]?.write(member) ?? null)
      return json
    },
  }
}

/** A list; items that are not understood are raw, and the rest keeps its order. */
export function list<T>(item: Shape<T>): Shape<T[]> {
  return {
    read(json, path, parts) {
      if (json === null) return note(parts, path, json, true, true)
      if (!Array.isArray(json)) return note(parts, path, json, false, true)
      return json.flatMap((each, i) => {
        const read = item.read(each, [...path, i], parts)
        return read === undefined ? [] : [read]
      })
    },
    write: (values) => values.map((value) => item.write(value)),
  }
}

/** An object of values that all have one shape, under names that Meta or a business chooses. */
export function record<T>(item: Shape<T>): Shape<Record<string, T>> {
  return {
    read(json, path, parts) {
      if (json === null) return note(parts, path, json, true, true)
      if (!isExactObject(json)) return note(parts, path, json, false, true)
      const value: Record<string, T> = {}
      for (const [key, member] of Object.entries(json)) {
        const read = item.read(member, [...path, key], parts)
        if (read !== undefined) setOwn(value, key, read)
      }
      return value
    },
    write(value) {
      const json: ExactObject = {}
      for (const [key, member] of Object.entries(value)) setOwn(json, key, item.write(member))
      return json
    },
  }
}

/**
 * JSON that is someone's own and means itself: the body of a send in an echo, the call hours of a business. Long numbers come as
 * text, as everywhere.
 */
export const free: Shape<unknown> = {
  read(json, path, parts) {
    if (json === null) return note(parts, path, json, true, true)
    if (Array.isArray(json)) return list(free).read(json, path, parts)
    if (isExactObject(json)) return record(free).read(json, path, parts)
    if (typeof json === 'boolean' || (typeof json === 'number' && Number.isFinite(json))) return json
    return text.read(json, path, parts)
  },
  write: (value) => value as Exact,
}
