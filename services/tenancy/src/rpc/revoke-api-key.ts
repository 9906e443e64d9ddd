import { idFromUuid, type tenancyV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { revokeApiKey as revokeRow } from '../db/api-keys.ts'
import type { Deps } from '../deps.ts'
import { apiKeyMessage } from '../domain/messages.ts'
import { actorOf, targetTenant, uuidNamed } from './target.ts'

type H = Handler<tenancyV1.RevokeApiKeyRequest, tenancyV1.ApiKey>

/** For good. Revoking it again answers the same and tells nobody a second time. */
export const revokeApiKey =
  ({ db }: Deps): H =>
  async ({ id, tenantId }, call) => {
    const keyId = uuidNamed('apiKey', id)
    return change(db, targetTenant(call, tenantId), actorOf(call), async (made) => {
      const revoked = await revokeRow(made, keyId)
      if (!revoked) throw appError('not_found')
      if (revoked.now) {
        made.revoked({ kind: 'api_key', subject: idFromUuid('apiKey', keyId) })
        made.audit({ action: 'api_key.revoked', entity: 'apiKey', entityId: keyId })
      }
      return apiKeyMessage(revoked.key)
    })
  }
