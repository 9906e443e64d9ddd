import { type authV1, services, type Uuid, uuidOfFact } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { type Handler, signCaller } from '@palomar/rpc'
import { authenticateKey, authenticateToken } from '../authenticate.ts'
import { change } from '../change.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { existing, uuidNamed } from './target.ts'

type H = Handler<authV1.ExchangeCredentialRequest, authV1.ExchangeCredentialResponse>

const audiences: ReadonlySet<string> = new Set(services)

/** CONTRACTS 35: a caller token per audience, 60 s, from a credential that is good at this moment. */
export const exchangeCredential =
  (deps: Deps): H =>
  async (request) => {
    const { credential, tenantId } = request
    const wanted = [...new Set(request.audiences)]
    new Checks()
      .that(
        wanted.every((audience) => audiences.has(audience)),
        'audiences',
        'unknown',
        'Names of services.',
      )
      .done()
    if (!credential?.value) throw appError('unauthenticated')
    const { identity: own, endsAt } =
      credential.$case === 'accessToken'
        ? await authenticateToken(deps, credential.value)
        : await authenticateKey(deps, credential.value)
    const identity = tenantId === '' || tenantId === own.tenantId ? own : await actingIn(deps, own, tenantId)
    const { tokens, expiresAt } = await callerTokens(deps, identity, wanted)
    return { identity, tokens, expiresAt: earlier(expiresAt, endsAt) }
  }

const earlier = (a: Date | undefined, b: Date | undefined) => (a && b ? (a < b ? a : b) : (a ?? b))

export async function callerTokens(
  deps: Deps,
  identity: authV1.Identity,
  wanted: readonly string[],
): Promise<{ tokens: Record<string, string>; expiresAt: Date | undefined }> {
  const caller = {
    kind: 'tenant' as const,
    tenantId: identity.tenantId,
    actorId: identity.actorId,
    role: identity.role,
    permissions: new Set(identity.permissions),
  }
  const nowMs = deps.clock.now()
  const signed = await Promise.all(
    wanted.map(async (audience) => ({
      audience,
      ...(await signCaller(deps.signing, caller, { audience, nowMs })),
    })),
  )
  return {
    tokens: Object.fromEntries(signed.map(({ audience, token }) => [audience, token])),
    expiresAt: signed[0]?.expiresAt,
  }
}

/**
 * A platform admin inside a company, suspended or not. The company's audit log has one entry per session and day: this
 * runs for each of the gateway's exchanges, twice a minute.
 */
async function actingIn(deps: Deps, own: authV1.Identity, tenantId: string): Promise<authV1.Identity> {
  if (own.role !== 'platform_admin') throw appError('forbidden')
  const target = uuidNamed('tenant', tenantId)
  const session = uuidNamed('session', own.sessionId)
  const day = new Date(deps.clock.now()).toISOString().slice(0, 10)
  const tenant = await change(deps.db, target, own.actorId, async (made) => {
    const row = await existing(made)
    made.audit({
      id: auditId(target, session, day),
      action: 'company.entered',
      entity: 'tenant',
      entityId: target,
    })
    return row
  })
  return { ...own, tenantId, tenantName: tenant.name }
}

const auditId = (tenant: Uuid, session: Uuid, day: string): Uuid =>
  uuidOfFact('tenancy', 'company.entered', tenant, session, day)
