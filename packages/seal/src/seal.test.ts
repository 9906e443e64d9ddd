import { expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  generateKey,
  hashIdentity,
  keyringOf,
  needsReseal,
  open,
  opensWith,
  openText,
  parseKeyring,
  seal,
  unwrapKey,
  wrapKey,
} from './index.ts'

const base64 = (key: Uint8Array) => Buffer.from(key).toString('base64')

test('X1: what is sealed opens with the same key and place, to the same bytes', () => {
  const key = generateKey()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.string(), (plain, aad) => {
      const sealed = seal(key, plain, aad)
      expect(Buffer.from(open(key, sealed, aad)).equals(Buffer.from(plain))).toBe(true)
      expect(Buffer.from(sealed).equals(Buffer.from(seal(key, plain, aad)))).toBe(false)
    }),
  )
})

test('X1: nothing altered in any byte opens', () => {
  const key = generateKey()
  const sealed = seal(key, 'un mensaje', 'tenancy.numbers:1')
  for (let i = 0; i < sealed.length; i++) {
    const altered = Uint8Array.from(sealed)
    altered[i] = (altered[i] ?? 0) ^ 1
    expect(() => open(key, altered, 'tenancy.numbers:1')).toThrow()
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(() => open(key, sealed.subarray(0, length), 'tenancy.numbers:1')).toThrow()
  }
})

test('X1: bytes copied to another row or tenant do not open there', () => {
  const key = generateKey()
  const sealed = seal(key, 'secreto', 'ten_a/num_1')
  expect(() => open(key, sealed, 'ten_b/num_1')).toThrow('another place')
  expect(() => open(generateKey(), sealed, 'ten_a/num_1')).toThrow('not at hand')
})

test('T8: after a rotation the old still opens, the new seals, and what must be re-sealed says so', () => {
  const [old, fresh] = [generateKey(), generateKey()]
  const before = parseKeyring(`2025:${base64(old)}`)
  const after = parseKeyring(`2026:${base64(fresh)}, 2025:${base64(old)}`)
  const dataKey = generateKey()
  const wrapped = wrapKey(before, dataKey, 'ten_a')
  expect(base64(unwrapKey(after, wrapped, 'ten_a'))).toBe(base64(dataKey))
  expect(needsReseal(after, wrapped)).toBe(true)
  const again = wrapKey(after, dataKey, 'ten_a')
  expect(needsReseal(after, again)).toBe(false)
  expect(opensWith(before, again)).toBe(false)
  expect(after.currentId).toBe('2026')
})

test('a keyring that is not well-formed is refused without quoting a key', () => {
  const key = base64(generateKey())
  for (const text of ['', ' , ', key, `a:${key.slice(4)}`, `a:${key},a:${key}`, `a b:${key}`, `:${key}`]) {
    let message = ''
    try {
      parseKeyring(text)
    } catch (error) {
      message = String(error)
    }
    expect(message).toMatch(/keyring/)
    expect(message).not.toContain(key.slice(4, 20))
  }
})

test('X4: identities hash alike under one key and apart under another, and the hash shows no digit run', () => {
  const [a, b] = [generateKey(), generateKey()]
  expect(hashIdentity(a, 'p:573001234567')).toBe(hashIdentity(a, 'p:573001234567'))
  expect(hashIdentity(a, 'p:573001234567')).not.toBe(hashIdentity(b, 'p:573001234567'))
  expect(hashIdentity(a, 'p:573001234567')).toMatch(/^[0-9a-f]{64}$/)
})

test('text and rings: openText returns what seal was given', () => {
  const ring = keyringOf([{ name: 'one', key: generateKey() }])
  expect(openText(ring, seal(ring, 'señal ✓', 'x'), 'x')).toBe('señal ✓')
})
