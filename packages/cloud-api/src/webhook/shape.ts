import type { Json } from '../json.ts'
import { type Exact, type ExactObject, isExactObject, mendText, storable } from './exact.ts'
import { type Reading, setOwn } from './part.ts'
import { timeOf } from './time.ts'

/**
 * How one place of a webhook is read into a typed value, and written back as Meta documents it. What a shape does not
 * understand, and what it would write otherwise than it came, goes into the parts of the reading.
 */
export interface Shape<T> {
  /** Undefined: nothing to say, and a part says why. */
  read(json: Exact, reading: Reading): T | undefined
  write(value: T): Exact
}
/** Written, it is an object. */
export interface ObjectShape<T> extends Shape<T> {
  write(value: T): ExactObject
}
export type ShapeValue<S> = S extends Shape<infer T> ? T : never

/** A leaf: `read` gives undefined for what it does not understand. */
function leaf<T>(read: (json: Exact) => T | undefined, write: (value: T) => Exact): Shape<T> {
  return {
    write,
    read(json, reading) {
      const value = json === null ? undefined : read(json)
      if (value === undefined) return reading.left(json)
      if (!Object.is(write(value), json)) reading.spelt(json)
      return value
    },
  }
}

/** Text, a word or an id: ids also come as numbers, and keep every digit. */
export const text: Shape<string> = {
  write: (value) => value,
  read(json, reading) {
    if (typeof json === 'string') {
      if (reading.isPlain) return json
      const mended = mendText(json)
      if (mended !== json) reading.spelt(json)
      return mended
    }
    if (typeof json !== 'number' && typeof json !== 'bigint') return reading.left(json)
    reading.spelt(json)
    return String(json)
  },
}

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
  typeof json === 'string' || typeof json === 'number' ? timeOf(json) : undefined
const seconds = (date: Date): number => date.getTime() / 1_000

/** Unix seconds as text, as messages have them; numbers and milliseconds are understood too. */
export const time: Shape<Date> = leaf(dateOf, (date) => String(seconds(date)))

/** Unix seconds as a number. */
export const timeNumber: Shape<Date> = leaf(dateOf, seconds)

/** A number here, a word there: `2000`, `TIER_2K`. */
export const numberOrText: Shape<number | string> = {
  write: (value) => value,
  read: (json, reading) => (typeof json === 'number' ? json : text.read(json, reading)),
}

/** Each member may be missing: Meta leaves out what it does not know. */
export type Fields = Readonly<Record<string, Shape<unknown>>>
export type Members<F extends Fields> = { -readonly [K in keyof F]?: ShapeValue<F[K]> }

/** What a JSON object says, member by member; members that are not named here are raw. */
export function object<F extends Fields>(fields: F): ObjectShape<Members<F>> {
  const shapes = new Map(Object.entries(fields))
  return {
    read(json, reading) {
      if (!isExactObject(json)) return reading.left(json)
      const value: Record<string, unknown> = {}
      for (const key in json) {
        const member = json[key] as Exact
        reading.path.push(key)
        const read = shapes.get(key)?.read(member, reading)
        if (read !== undefined) value[key] = read
        else if (!shapes.has(key)) reading.left(member, false)
        reading.path.pop()
      }
      return value as Members<F>
    },
    write(value) {
      const json: ExactObject = {}
      for (const [key, member] of Object.entries(value))
        if (member !== undefined) json[key] = shapes.get(key)?.write(member) ?? null
      return json
    },
  }
}

/** A list; items that are not understood are raw, and the rest keeps its order. */
export function list<T>(item: Shape<T>): Shape<T[]> {
  return {
    read(json, reading) {
      if (!Array.isArray(json)) return reading.left(json)
      const values: T[] = []
      for (let i = 0; i < json.length; i++) {
        reading.path.push(i)
        const value = item.read(json[i] as Exact, reading)
        if (value !== undefined) values.push(value)
        reading.path.pop()
      }
      return values
    },
    write: (values) => values.map((value) => item.write(value)),
  }
}

/** An object of values that all have one shape, under names that Meta or a business chooses. */
export function record<T>(item: Shape<T>): Shape<Record<string, T>> {
  return {
    read(json, reading) {
      if (!isExactObject(json)) return reading.left(json)
      const value: Record<string, T> = {}
      for (const [key, member] of Object.entries(json)) {
        reading.path.push(key)
        const read = item.read(member, reading)
        if (read !== undefined) setOwn(value, key, read)
        reading.path.pop()
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

/** What must not be there: null is as good as absent, all else is raw. */
export const nothing: Shape<never> = {
  read: (json, reading) => reading.left(json),
  write: () => null,
}

/**
 * JSON that is someone's own and means itself: the body of a send in an echo, the call hours of a business. Long numbers come as
 * text, as everywhere.
 */
export const free: Shape<Json> = {
  read(json, reading) {
    if (Array.isArray(json)) return list(free).read(json, reading)
    if (isExactObject(json)) return record(free).read(json, reading)
    if (typeof json === 'boolean' || (typeof json === 'number' && Number.isFinite(json))) return json
    return text.read(json, reading)
  },
  // A copy: parts are put into what was written, never into the typed value.
  write: storable,
}
