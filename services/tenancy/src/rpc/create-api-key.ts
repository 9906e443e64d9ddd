import { newId, type tenancyV1, uuidOf } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { insertApiKey } from '../db/api-keys.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { apiKeyMessage } from '../domain/messages.ts'
import { permissionsOf } from '../domain/roles.ts'
import { type ScopeProblem, scopeProblems } from '../domain/scopes.ts'
import { hashSecret, newSecret, shownPrefix } from '../domain/secrets.ts'
import { actorOf, existing, targetTenant } from './target.ts'

type H = Handler<tenancyV1.CreateApiKeyRequest, tenancyV1.CreateApiKeyResponse>

/** More than any number takes; the gateway's own limit holds above. */
const ratePerSecondMax = 10_000

const details: Record<ScopeProblem['code'], string> = {
  unknown: 'There is no such permission.',
  forbidden: 'People manage this; a key cannot have it.',
  not_yours: 'You do not have this permission yourself.',
}

/** A service account is an API key. The secret is in this answer and nowhere else: only its hash is kept. */
export const createApiKey =
  ({ db, clock }: Deps): H =>
  async (request, call) => {
    const { caller } = call
    const scopes = [...new Set(request.scopes)].sort()
    const checks = new Checks()
      .name(request.name)
      .that(scopes.length > 0, 'scopes', 'required', 'A key without permissions is of no use.')
      .that(
        request.expiresAt === undefined || request.expiresAt.getTime() > clock.now(),
        'expires_at',
        'in_the_past',
        'A time to come.',
      )
      .that(
        request.ratePerSecond >= 0 && request.ratePerSecond <= ratePerSecondMax,
        'rate_per_second',
        'out_of_range',
        `From 1 to ${ratePerSecondMax}; 0 for the default.`,
      )
    checks.done()

    return change(db, targetTenant(call, request.tenantId), actorOf(call), async (made) => {
      const { isPlatform } = await existing(made, 'share')
      // A platform admin who acts in a company makes keys of that company: the platform's permissions stay out.
      const creator = caller.kind === 'tenant' ? caller.permissions : new Set<string>()
      const grantable = isPlatform
        ? creator
        : creator.intersection(new Set<string>(permissionsOf('tenant_admin')))
      const problems = new Checks()
      for (const { scope, code } of scopeProblems(scopes, grantable)) {
        problems.that(false, 'scopes', code, `${scope.slice(0, 60)}: ${details[code]}`)
      }
      problems.done()

      const secret = newSecret('apiKey')
      const id = uuidOf(newId('apiKey'))
      const row = await insertApiKey(made, {
        id,
        hash: hashSecret(secret),
        prefix: shownPrefix(secret),
        name: request.name.trim(),
        scopes,
        ratePerSecond: request.ratePerSecond,
        createdBy: made.actorId,
        expiresAt: request.expiresAt ?? null,
      })
      made.audit({
        action: 'api_key.created',
        entity: 'apiKey',
        entityId: id,
        metadata: { name: row.name, scopes },
      })
      return { apiKey: apiKeyMessage(row), secret }
    })
  }
