import { createHmac, timingSafeEqual } from 'node:crypto'

const form = /^sha256=([0-9a-f]{64})$/

/**
 * Whether `X-Hub-Signature-256` is the HMAC of these very bytes under one of the app's secrets (two while it rotates).
 * Constant time; no secret, no header or an odd one is a no.
 * `pages.webhookEndpoint`
 */
export function verifySignature(
  bytes: Uint8Array,
  header: string | null | undefined,
  secrets: readonly string[],
): boolean {
  const hex = form.exec(header ?? '')?.[1]
  if (hex === undefined) return false
  const given = Buffer.from(hex, 'hex')
  return secrets.some(
    (secret) => secret !== '' && timingSafeEqual(createHmac('sha256', secret).update(bytes).digest(), given),
  )
}

/** The header for these bytes, as Meta makes it. */
export function signPayload(bytes: Uint8Array | string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`
}
