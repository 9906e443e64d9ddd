/**
 * AES-256-GCM. What is sealed reads: version (1 byte) | key id (8) | nonce (12) | ciphertext | tag (16).
 *
 * `aad` names the place it belongs to (table, tenant, row): sealed bytes copied to another row do not open there. It
 * is not stored. Nonces are random: one key is good for 2^32 seals before chance matters.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { appError } from '@palomar/errors'
import { idOfKey, type Key, keyBytes, keyIdBytes } from './key.ts'
import type { Keyring } from './keyring.ts'

const version = 1
const nonceBytes = 12
const tagBytes = 16
const headerBytes = 1 + keyIdBytes + nonceBytes

export function seal(key: Key | Keyring, plaintext: Uint8Array | string, aad: string): Uint8Array {
  const one = 'current' in key ? key.current : key
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', one, nonce)
  cipher.setAAD(Buffer.from(aad, 'utf8'))
  const plain = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext
  const sealed = [Buffer.of(version), idOfKey(one), nonce, cipher.update(plain), cipher.final()]
  return Buffer.concat([...sealed, cipher.getAuthTag()])
}

/**
 * The plaintext. Throws `internal` when the bytes were altered, belong elsewhere, or were sealed by a key that is
 * not at hand (one of a deleted tenant, for instance); see {@link opensWith}.
 */
export function open(key: Key | Keyring, sealed: Uint8Array, aad: string): Uint8Array {
  if (sealed.length < headerBytes + tagBytes || sealed[0] !== version)
    throw refused('not something we sealed')
  const one = keyFor(key, sealed)
  if (!one) throw refused('sealed by a key that is not at hand')
  const nonce = sealed.subarray(1 + keyIdBytes, headerBytes)
  const decipher = createDecipheriv('aes-256-gcm', one, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(aad, 'utf8'))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  try {
    const body = decipher.update(sealed.subarray(headerBytes, sealed.length - tagBytes))
    return Buffer.concat([body, decipher.final()])
  } catch (cause) {
    throw refused('altered, or sealed for another place', cause)
  }
}

/** {@link open} for text. */
export function openText(key: Key | Keyring, sealed: Uint8Array, aad: string): string {
  return Buffer.from(open(key, sealed, aad)).toString('utf8')
}

/** Whether this key, or one of this ring, sealed it; says nothing about `aad`. */
export function opensWith(key: Key | Keyring, sealed: Uint8Array): boolean {
  return sealed.length >= headerBytes + tagBytes && sealed[0] === version && keyFor(key, sealed) !== undefined
}

/** Seals a data key by the ring's current key. */
export function wrapKey(ring: Keyring, dataKey: Key, aad: string): Uint8Array {
  if (dataKey.length !== keyBytes) throw new Error(`a key has ${keyBytes} bytes`)
  return seal(ring, dataKey, aad)
}

export function unwrapKey(ring: Keyring, wrapped: Uint8Array, aad: string): Key {
  const key = open(ring, wrapped, aad)
  if (key.length !== keyBytes) throw refused('not a wrapped key')
  return key
}

/** True when something older than the ring's current key sealed it: rotation re-seals these. */
export function needsReseal(ring: Keyring, sealed: Uint8Array): boolean {
  return !opensWith(ring.current, sealed)
}

function keyFor(key: Key | Keyring, sealed: Uint8Array): Key | undefined {
  const id = sealed.subarray(1, 1 + keyIdBytes)
  if ('current' in key) return key.byKeyId(id)
  return idOfKey(key).equals(id) ? key : undefined
}

function refused(internal: string, cause?: unknown) {
  return appError('internal', { internal, ...(cause === undefined ? {} : { cause }) })
}
