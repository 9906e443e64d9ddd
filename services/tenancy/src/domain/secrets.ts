import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a bearer secret is for; its first letters, so that leaked ones are recognised by scanners and people. */
const prefixes = { apiKey: 'plk_', refreshToken: 'plr_', verifyToken: 'plv_' } as const

/** 256 random bits: no one guesses it, so a plain SHA-256 is enough to keep it by. */
export function newSecret(kind: keyof typeof prefixes): string {
  return prefixes[kind] + randomBytes(32).toString('base64url')
}

export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret, 'utf8').digest()
}

/** What is kept in clear of an API key, to recognise it in a list: four characters tell nothing about the rest. */
export function shownPrefix(secret: string): string {
  return secret.slice(0, 8)
}

/** Whether two texts are equal, in a time that tells nothing about where they differ. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(hashSecret(a), hashSecret(b))
}
