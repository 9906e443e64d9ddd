/** The keys that sign and verify caller tokens. */
import { appError } from '@palomar/errors'
import { calculateJwkThumbprint, importJWK, type JWK } from 'jose'

type VerifyingKey = Awaited<ReturnType<typeof importJWK>>

export interface SigningKey {
  /** The key's RFC 7638 thumbprint. */
  kid: string
  privateKey: VerifyingKey
  /** What GetSigningKeys and the CALLER_KEYS bucket publish of it. */
  publicJwk: JWK
}

export interface JwkSet {
  keys: JWK[]
}

export interface CallerKeys {
  /** Undefined: certainly no key of ours. Throws `unavailable` when that cannot be known now. */
  get(kid: string): Promise<VerifyingKey | undefined>
}

// PKCS#8 of an Ed25519 key is this prefix and the 32-byte seed (RFC 8410).
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The Ed25519 key that a 32-byte seed (base64) stands for: every replica derives the same one. */
export async function signingKeyFromSeed(seedBase64: string): Promise<SigningKey> {
  const seed = Buffer.from(seedBase64, 'base64')
  if (seed.length !== 32) throw new Error('a signing key seed is 32 bytes in base64')
  const pkcs8 = Buffer.concat([pkcs8Prefix, seed])
  const exported = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign'])
  const { d, ...jwk } = (await crypto.subtle.exportKey('jwk', exported)) as JWK
  if (!d || !jwk.x) throw new Error('the platform derived no Ed25519 key')
  const publicJwk: JWK = { kty: 'OKP', crv: 'Ed25519', x: jwk.x, alg: 'EdDSA', use: 'sig' }
  publicJwk.kid = await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x: jwk.x })
  return { kid: publicJwk.kid, privateKey: await importJWK({ ...publicJwk, d }, 'EdDSA'), publicJwk }
}

/** Keys known at start: tenancy verifies with its own. */
export function staticCallerKeys(jwks: JwkSet): CallerKeys {
  const byKid = new Map(jwks.keys.map((jwk) => [jwk.kid ?? '', importJWK(jwk, 'EdDSA')]))
  return { get: async (kid) => byKid.get(kid) }
}

/**
 * Keys fetched when an unknown key id turns up, at most once per `minIntervalMs`; what was fetched once keeps
 * verifying while its source is away.
 */
export function remoteCallerKeys(
  fetch: () => Promise<JwkSet>,
  options: { minIntervalMs?: number } = {},
): CallerKeys {
  const minIntervalMs = options.minIntervalMs ?? 5_000
  let known = new Map<string, VerifyingKey>()
  let fetchedAt = Number.NEGATIVE_INFINITY
  let underway: Promise<void> | undefined

  async function refresh(): Promise<void> {
    const { keys } = await fetch()
    const entries = keys.map(async (jwk) => [jwk.kid ?? '', await importJWK(jwk, 'EdDSA')] as const)
    known = new Map(await Promise.all(entries))
    fetchedAt = performance.now()
  }

  return {
    async get(kid) {
      const key = known.get(kid)
      if (key || performance.now() - fetchedAt < minIntervalMs) return key
      underway ??= refresh().finally(() => {
        underway = undefined
      })
      try {
        await underway
      } catch (cause) {
        throw appError('unavailable', { internal: 'the keys of caller tokens cannot be fetched', cause })
      }
      return known.get(kid)
    },
  }
}
