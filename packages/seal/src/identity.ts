import { createHmac } from 'node:crypto'
import type { Key } from './key.ts'

/**
 * A phone number, user id or wa_id as a look-up value (64 hex digits): equal for equal text under one key, and without
 * the key not to be found by trying all numbers. Canonicalise before hashing.
 */
export function hashIdentity(key: Key, text: string): string {
  // Another purpose than sealing, so another key.
  const own = createHmac('sha256', key).update('palomar identity').digest()
  return createHmac('sha256', own).update(text).digest('hex')
}
