/** The access tokens that people's programs hold: EdDSA JWTs that name a session, and nothing that changes. */
import { type Id, parseId } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { CallerKeys, SigningKey } from '@palomar/rpc'
import { decodeProtectedHeader, errors as joseErrors, jwtVerify, SignJWT } from 'jose'

const issuer = 'palomar'
/** No service's audience: a user's access token is never good as a caller token, nor the other way round. */
const audience = 'palomar-api'

export interface AccessClaims {
  userId: Id<'user'>
  tenantId: Id<'tenant'>
  sessionId: Id<'session'>
}

export interface AccessTokens {
  sign(claims: AccessClaims): Promise<{ token: string; expiresAt: Date }>
  /** Throws `token_expired` or `unauthenticated`. Says nothing of whether the session still lives. */
  verify(token: string): Promise<AccessClaims & { expiresAt: Date }>
}

export function createAccessTokens(options: {
  signing: SigningKey
  keys: CallerKeys
  ttlS: number
  now: () => number
}): AccessTokens {
  const { signing, keys, ttlS, now } = options
  return {
    async sign({ userId, tenantId, sessionId }) {
      const issuedS = Math.floor(now() / 1000)
      const expiresS = issuedS + ttlS
      const token = await new SignJWT({ ten: tenantId, sid: sessionId })
        .setProtectedHeader({ alg: 'EdDSA', kid: signing.kid, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setSubject(userId)
        .setAudience(audience)
        .setIssuedAt(issuedS)
        .setExpirationTime(expiresS)
        .sign(signing.privateKey)
      return { token, expiresAt: new Date(expiresS * 1000) }
    },
    async verify(token) {
      try {
        const { kid } = decodeProtectedHeader(token)
        const key = kid ? await keys.get(kid) : undefined
        if (!key) throw appError('unauthenticated', { internal: 'unknown key' })
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['EdDSA', 'Ed25519'],
          typ: 'at+jwt',
          issuer,
          audience,
          requiredClaims: ['exp', 'sub', 'ten', 'sid'],
          currentDate: new Date(now()),
        })
        const userId = parseId('user', String(payload.sub))
        const tenantId = parseId('tenant', String(payload.ten))
        const sessionId = parseId('session', String(payload.sid))
        if (!userId || !tenantId || !sessionId) throw appError('unauthenticated', { internal: 'claims' })
        return { userId, tenantId, sessionId, expiresAt: new Date(Number(payload.exp) * 1000) }
      } catch (error) {
        if (error instanceof joseErrors.JWTExpired) throw appError('token_expired', { cause: error })
        throw appError('unauthenticated', { internal: 'not an access token', cause: error })
      }
    },
  }
}
