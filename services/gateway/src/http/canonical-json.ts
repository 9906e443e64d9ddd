/**
 * The one text of a JSON value, whatever order and spacing it came in: keys sorted, no spaces. What an
 * Idempotency-Key is compared by, so that a client that serialises anew is not told that it sent something else.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

export function canonicalHash(value: unknown): Buffer {
  return Buffer.from(new Bun.CryptoHasher('sha256').update(canonicalJson(value)).digest())
}
