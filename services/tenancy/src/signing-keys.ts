import { type JwkSet, type SigningKey, signingKeyFromSeed } from '@palomar/rpc'

export interface SigningKeys {
  /** Signs what is issued from now on. */
  current: SigningKey
  /** What verifies: the current one first, then those it replaced. */
  jwks: JwkSet
}

/**
 * To rotate without refusing anyone, put the new seed second everywhere, then first, and drop the old one when the last
 * token it signed has expired (an hour for services).
 */
export async function signingKeys(seeds: readonly string[]): Promise<SigningKeys> {
  const keys = await Promise.all(seeds.map(signingKeyFromSeed))
  const [current] = keys
  if (!current) throw new Error('at least one signing key seed is needed')
  return { current, jwks: { keys: keys.map((key) => key.publicJwk) } }
}
