import { isObject, type Json, type JsonObject } from '../json.ts'

/** Readers of what a webhook holds: Meta leaves fields out, sends null for them, and writes numbers as text or not. */

export const objectIn = (value: Json | undefined): JsonObject =>
  isObject(value) ? (value as JsonObject) : {}

/** The objects of a list; anything else in it is left out. */
export const objectsIn = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter((item): item is JsonObject => isObject(item)) : []

/** Text that says something: an id or a word, also when it comes as a number. */
export function wordIn(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' ? String(value) : undefined
}

/** The first of several spellings. */
export function firstWord(object: JsonObject, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const word = wordIn(object[key])
    if (word !== undefined) return word
  }
  return undefined
}

export const textIn = (value: Json | undefined): string =>
  typeof value === 'string' ? value : (wordIn(value) ?? '')

export function numberIn(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

export function flagIn(value: Json | undefined): boolean | undefined {
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  return undefined
}

const year3000 = 32_503_680_000

/** Unix seconds, as text or number. Milliseconds, which no field is known to have, are recognised by their size. */
export function timeIn(value: Json | undefined): Date | undefined {
  const number = numberIn(value)
  if (number === undefined || number <= 0) return undefined
  const ms = number > year3000 ? number : number * 1000
  return ms < year3000 * 1000 ? new Date(ms) : undefined
}

/** `key: value` when there is one, for objects whose absent fields stay absent. */
export function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V })
}

/** An object that holds something: `null` and `{}` say the same as nothing. */
export const isGiven = (value: Json | undefined): boolean => isObject(value) && Object.keys(value).length > 0
