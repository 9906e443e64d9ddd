import { createHash, timingSafeEqual } from 'node:crypto'

export type Handshake = { ok: true; challenge: string } | { ok: false }

/**
 * Meta's question when a callback URL is saved. A yes is answered 200 with the challenge as the whole body, byte for
 * byte; anything else 403. `pages.webhookEndpoint`
 */
export function answerHandshake(
  query: URLSearchParams | Readonly<Record<string, string | undefined>>,
  verifyToken: string | readonly string[],
): Handshake {
  const read = (name: string) => (query instanceof URLSearchParams ? query.get(name) : query[name]) ?? ''
  const challenge = read('hub.challenge')
  const given = digest(read('hub.verify_token'))
  const tokens = typeof verifyToken === 'string' ? [verifyToken] : verifyToken
  const known = tokens.some((token) => token !== '' && timingSafeEqual(digest(token), given))
  if (!known || read('hub.mode') !== 'subscribe' || challenge === '') return { ok: false }
  return { ok: true, challenge }
}

/** Equal lengths for the comparison, so that the token's own length does not show. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
