/**
 * Caller tokens (CONTRACTS 35): EdDSA JWTs signed by tenancy. A tenant caller's token names tenant, actor and
 * permissions, lives 60 s and is good for one audience. A service's own token names the service and no tenant.
 */
import { AppError, appError } from '@palomar/errors'
import { decodeProtectedHeader, errors as joseErrors, jwtVerify, SignJWT } from 'jose'
import type { CallerKeys, SigningKey } from './caller-keys.ts'

export interface TenantCaller {
  readonly kind: 'tenant'
  /** ten_… */
  readonly tenantId: string
  /** usr_… or key_… */
  readonly actorId: string
  readonly role: string
  readonly permissions: ReadonlySet<string>
}
export interface ServiceCaller {
  readonly kind: 'service'
  readonly service: string
}
/** Whoever calls a public RPC (login, token issue): nobody is known yet. */
export interface AnonymousCaller {
  readonly kind: 'anonymous'
}
export type KnownCaller = TenantCaller | ServiceCaller
export type Caller = KnownCaller | AnonymousCaller

/** `aud` of service tokens: good at every service, since the rpcAccess table says who may call what. */
export const servicesAudience = 'palomar-services'
/** A tenant caller's token lives this long. */
export const callerTtlS = 60
/** A service token is renewed after this long … */
export const serviceTokenTtlS = 600
/** … and stays good for this much longer, so that services go on talking for an hour while tenancy is away. */
export const serviceTokenGraceS = 3_000

const issuer = 'palomar-tenancy'

export interface VerifiedCaller {
  readonly caller: KnownCaller
  /** Epoch milliseconds from which on the token is refused. */
  readonly goodUntilMs: number
}

/** Signs a caller token. `ttlS` defaults to 60 s for tenant callers and 10 min for services. */
export async function signCaller(
  key: SigningKey,
  caller: KnownCaller,
  options: { audience?: string; ttlS?: number; nowMs?: number },
): Promise<{ token: string; expiresAt: Date }> {
  const issuedS = Math.floor((options.nowMs ?? Date.now()) / 1000)
  const isService = caller.kind === 'service'
  const expiresS = issuedS + (options.ttlS ?? (isService ? serviceTokenTtlS : callerTtlS))
  const claims = isService
    ? { svc: caller.service }
    : { ten: caller.tenantId, role: caller.role, perms: [...caller.permissions] }
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .setIssuer(issuer)
    .setSubject(isService ? caller.service : caller.actorId)
    .setAudience(options.audience ?? servicesAudience)
    .setIssuedAt(issuedS)
    .setExpirationTime(expiresS)
    .sign(key.privateKey)
  return { token, expiresAt: new Date(expiresS * 1000) }
}

/**
 * Who the token names. Throws `token_expired` or `unauthenticated` when it is not good for this audience, and
 * `unavailable` when the keys cannot be had (which says nothing about the token).
 */
export async function verifyCaller(
  token: string,
  keys: CallerKeys,
  audience: string,
  nowMs: number = Date.now(),
): Promise<VerifiedCaller> {
  try {
    const { kid } = decodeProtectedHeader(token)
    const key = kid ? await keys.get(kid) : undefined
    if (!key) throw refused('unknown key')
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['EdDSA', 'Ed25519'],
      issuer,
      audience: [audience, servicesAudience],
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(nowMs),
      clockTolerance: 0,
    }).catch((error: unknown) => lateServiceToken(error, audience, nowMs))
    return fromClaims(payload, audience)
  } catch (error) {
    if (error instanceof AppError) throw error
    if (error instanceof joseErrors.JWTExpired) throw appError('token_expired', { cause: error })
    throw refused('not a caller token', error)
  }
}

/** An expired service token is still good for its grace; jose checked the signature before it looked at `exp`. */
function lateServiceToken(error: unknown, _audience: string, nowMs: number): { payload: Claims } {
  if (error instanceof joseErrors.JWTExpired && typeof error.payload.svc === 'string') {
    const expiresS = Number(error.payload.exp)
    if (error.payload.aud === servicesAudience && nowMs < (expiresS + serviceTokenGraceS) * 1000) {
      return { payload: error.payload }
    }
  }
  throw error
}

type Claims = Record<string, unknown> & { sub?: string; exp?: number; aud?: string | string[] }

function fromClaims(claims: Claims, audience: string): VerifiedCaller {
  const { sub, exp, svc, ten, role, perms } = claims
  if (!sub || !exp) throw refused('claims are missing')
  if (typeof svc === 'string') {
    if (claims.aud !== servicesAudience) throw refused('a service token for another audience')
    return { caller: { kind: 'service', service: svc }, goodUntilMs: (exp + serviceTokenGraceS) * 1000 }
  }
  if (typeof ten !== 'string' || typeof role !== 'string' || !Array.isArray(perms))
    throw refused('claims are missing')
  if (claims.aud !== audience) throw refused('a tenant token for another audience')
  return {
    caller: { kind: 'tenant', tenantId: ten, actorId: sub, role, permissions: new Set(perms.map(String)) },
    goodUntilMs: exp * 1000,
  }
}

function refused(internal: string, cause?: unknown): AppError {
  return appError('unauthenticated', { internal, ...(cause === undefined ? {} : { cause }) })
}
