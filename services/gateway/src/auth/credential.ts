import { appError } from '@palomar/errors'

/** What a caller shows: a signed-in person's access token, or an API key. */
export interface Credential {
  kind: 'accessToken' | 'apiKey'
  value: string
}

/** Longer than any token of ours; a header of a megabyte is not looked at. */
const credentialBytesMax = 8_192

/** From `Authorization: Bearer` or `X-Api-Key`; `unauthenticated` without either. */
export function credentialOf(headers: Headers): Credential {
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const match = /^Bearer +(\S+)$/i.exec(authorization)
    if (!match?.[1] || match[1].length > credentialBytesMax) throw appError('unauthenticated')
    return credentialFrom(match[1])
  }
  const key = headers.get('x-api-key')
  if (!key || key.length > credentialBytesMax) throw appError('unauthenticated')
  return { kind: 'apiKey', value: key }
}

/** A JWT has three parts and starts with a JSON header; everything else is taken for a key. */
function credentialFrom(value: string): Credential {
  const isJwt = value.startsWith('eyJ') && value.split('.').length === 3
  return { kind: isJwt ? 'accessToken' : 'apiKey', value }
}
