import { createHash, randomBytes } from 'node:crypto'

/** 32 bytes of AES-256. */
export type Key = Uint8Array
export const keyBytes = 32
export const keyIdBytes = 8

export function generateKey(): Key {
  return randomBytes(keyBytes)
}

const idsOfKeys = new WeakMap<Key, Buffer>()

/**
 * What names a key inside what it sealed: the start of a hash, so that the same key has the same id everywhere and
 * the id says nothing about the key.
 */
export function idOfKey(key: Key): Buffer {
  const known = idsOfKeys.get(key)
  if (known) return known
  if (key.length !== keyBytes) throw new Error(`a key has ${keyBytes} bytes, this one ${key.length}`)
  const id = createHash('sha256').update('palomar key id').update(key).digest().subarray(0, keyIdBytes)
  idsOfKeys.set(key, id)
  return id
}
