import { idOfKey, type Key, keyBytes } from './key.ts'

/** Keys that take turns: the current one seals, all of them open. Rotation puts a new one in front. */
export interface Keyring {
  readonly current: Key
  /** The operator's name of the current key, for logs and audits. */
  readonly currentId: string
  /** Undefined: none of these keys sealed it. */
  byKeyId(id: Uint8Array): Key | undefined
}

/**
 * `id:base64,id:base64`, as an environment variable holds it; the first is current. Errors name the entry and never
 * quote it.
 */
export function parseKeyring(text: string): Keyring {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseEntry)
  const names = new Set(entries.map(({ name }) => name))
  if (names.size < entries.length) throw new Error('two keys of the keyring have the same id')
  return keyringOf(entries)
}

/** A keyring from keys at hand, current first. */
export function keyringOf(entries: readonly { name: string; key: Key }[]): Keyring {
  const first = entries[0]
  if (!first) throw new Error('a keyring needs at least one key (id:base64)')
  const byId = new Map(entries.map(({ key }) => [idOfKey(key).toString('hex'), key]))
  return {
    current: first.key,
    currentId: first.name,
    byKeyId: (id) => byId.get(Buffer.from(id).toString('hex')),
  }
}

function parseEntry(entry: string, index: number): { name: string; key: Key } {
  const match = /^([\w.-]{1,64}):([A-Za-z0-9+/_-]+={0,2})$/.exec(entry)
  const key = match?.[2] === undefined ? undefined : new Uint8Array(Buffer.from(match[2], 'base64'))
  if (!match?.[1] || key?.length !== keyBytes) {
    throw new Error(`key ${index + 1} of the keyring is not id:base64 of ${keyBytes} bytes`)
  }
  return { name: match[1], key }
}
