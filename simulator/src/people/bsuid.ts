import { countryOf } from './countries.ts'

/** Two halves of 26 bits: numbers up to here are exact, and hold every phone number. */
const half = 2 ** 26
const rounds = [1, 2, 3, 4] as const
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const digitsMax = 13
const letters = 9

/**
 * Business-scoped user ids that follow from the number: another one in every portfolio and for every owner of a recycled
 * number, the same in every run, and read backwards without keeping a list, so that a load test's millions have theirs.
 * `CC.` and nine letters. Source: Meta, "Business-scoped user IDs".
 */
export function bsuidOf(waId: string, scope: string, generation = 0): string {
  return `${countryOf(waId)}.${written(scrambled(Number(waId), keyOf(scope, generation)))}`
}

/** A parent id, the same in every portfolio that is enrolled. */
export function parentBsuidOf(waId: string, generation = 0): string {
  return bsuidOf(waId, parentScope, generation).replace('.', '.ENT.')
}

/** Whose number an id of that scope and generation was made from; undefined when it was not. */
export function waIdIn(bsuid: string, scope: string, generation = 0): string | undefined {
  const match = /^([A-Z]{2})\.(ENT\.)?([0-9A-Za-z]{9})$/.exec(bsuid)
  const [, country, ent, text = ''] = match ?? []
  const value = match ? read(text) : undefined
  if (value === undefined || value >= half * half) return undefined
  const waId = String(unscrambled(value, keyOf(ent ? parentScope : scope, generation)))
  return waId.length <= digitsMax && /^[1-9]\d{6,}$/.test(waId) && countryOf(waId) === country
    ? waId
    : undefined
}

const parentScope = 'ENT'

const keys = new Map<string, number>()
function keyOf(scope: string, generation: number): number {
  const name = `${scope}/${generation}`
  const known = keys.get(name)
  if (known !== undefined) return known
  const key = Bun.hash.crc32(name)
  keys.set(name, key)
  return key
}

/** A Feistel network: whatever `mixed` does, it can be undone. */
function scrambled(value: number, key: number): number {
  let [left, right] = [Math.floor(value / half), value % half]
  for (const round of rounds) [left, right] = [right, left ^ mixed(right, key, round)]
  return left * half + right
}

function unscrambled(value: number, key: number): number {
  let [left, right] = [Math.floor(value / half), value % half]
  for (const round of rounds.toReversed()) [left, right] = [right ^ mixed(left, key, round), left]
  return left * half + right
}

function mixed(value: number, key: number, round: number): number {
  let mix = Math.imul(value ^ key, 0x9e3779b1) + Math.imul(round, 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 15), 0x2c1b3c6d)
  return (mix ^ (mix >>> 13)) & (half - 1)
}

function written(value: number): string {
  let text = ''
  for (let rest = value, n = 0; n < letters; n++, rest = Math.floor(rest / 62))
    text = (alphabet[rest % 62] ?? '') + text
  return text
}

function read(text: string): number {
  let value = 0
  for (const letter of text) value = value * 62 + alphabet.indexOf(letter)
  return value
}
