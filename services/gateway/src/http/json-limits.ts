/** What valid JSON may still do to us, looked at once at the edge. */
import { pathOf } from './validate.ts'

/** Our deepest bodies (interactive messages, template components) have about 12. */
export const nestingMax = 64

const quote = 0x22
const backslash = 0x5c

/**
 * Whether arrays and objects nest deeper than anything of ours. Whoever walks a value later does so by recursion, and
 * a megabyte of brackets would end in a stack overflow.
 */
export function nestsTooDeep(bytes: Uint8Array): boolean {
  let depth = 0
  let inText = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (inText) {
      if (byte === backslash) i++
      else if (byte === quote) inText = false
    } else if (byte === quote) inText = true
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > nestingMax) return true
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return false
}

/** The path of a text or key with U+0000, which Postgres cannot keep; undefined when there is none. */
export function findNul(value: unknown, path: PropertyKey[] = []): string | undefined {
  if (typeof value === 'string') return value.includes('\u0000') ? pathOf(path) : undefined
  if (typeof value !== 'object' || value === null) return undefined
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? value.map((item, i) => [i, item])
    : Object.entries(value)
  for (const [key, item] of entries) {
    if (typeof key === 'string' && key.includes('\u0000')) return pathOf(path)
    const found = findNul(item, [...path, key])
    if (found !== undefined) return found
  }
  return undefined
}
