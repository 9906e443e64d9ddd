/**
 * Tokens verified once are known by their hash until they expire, so that a call costs a map look-up and not a
 * signature check. Refused tokens are not kept: whoever floods with bad ones would push the good ones out.
 */

import { type KnownCaller, type VerifiedCaller, verifyCaller } from './caller.ts'
import type { CallerKeys } from './caller-keys.ts'

/** About 2 MB of entries; past it the oldest go first. */
const entriesMax = 10_000

export interface VerifiedTokens {
  /** The caller when the token is known and still good; no promise on this path. */
  peek(token: string): KnownCaller | undefined
  verify(token: string): Promise<KnownCaller>
  readonly size: number
}

export function createVerifiedTokens(
  keys: CallerKeys,
  audience: string,
  now: () => number = Date.now,
): VerifiedTokens {
  const byHash = new Map<string, VerifiedCaller>()

  function remember(hash: string, verified: VerifiedCaller): void {
    if (byHash.size >= entriesMax) {
      const oldest = byHash.keys().next().value
      if (oldest !== undefined) byHash.delete(oldest)
    }
    byHash.set(hash, verified)
  }

  return {
    peek(token) {
      const hash = hashOf(token)
      const known = byHash.get(hash)
      if (!known) return undefined
      if (now() < known.goodUntilMs) return known.caller
      byHash.delete(hash)
      return undefined
    },
    async verify(token) {
      const verified = await verifyCaller(token, keys, audience, now())
      remember(hashOf(token), verified)
      return verified.caller
    },
    get size() {
      return byHash.size
    },
  }
}

// Never the token itself: a heap dump of a service must not hold credentials of its callers.
function hashOf(token: string): string {
  return new Bun.CryptoHasher('sha256').update(token).digest('base64')
}
