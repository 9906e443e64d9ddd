import { idFromUuid, newId, rolePermissions, type Uuid, uuidOf } from '@palomar/contracts'
import type { Change } from '../change.ts'
import { apiKeysBy, insertApiKey, revokeApiKey } from '../db/api-keys.ts'
import { takeValue } from '../db/environment-values.ts'
import { hashSecret, shownPrefix } from '../domain/secrets.ts'

/** What an agent may do with messages and people: a program that sends and reads (T3). */
const scopes = rolePermissions.agent.filter((permission) => permission !== 'users:read').toSorted()

/** Another key in the environment takes the place of the one before; one that people revoked stays revoked. */
export async function seedApiKey(made: Change, secret: string, say: (text: string) => void): Promise<void> {
  if ((await takeValue(made.orm, 'SEED_API_KEY', secret)) === 'same') return
  for (const { id } of await apiKeysBy(made, made.actorId)) {
    const keyId = id as Uuid
    if (!(await revokeApiKey(made, keyId))?.now) continue
    made.revoked({ kind: 'api_key', subject: idFromUuid('apiKey', keyId) })
    made.audit({ action: 'api_key.revoked', entity: 'apiKey', entityId: keyId })
  }
  const id = uuidOf(newId('apiKey'))
  await insertApiKey(made, {
    id,
    hash: hashSecret(secret),
    prefix: shownPrefix(secret),
    name: 'Environment',
    scopes,
    createdBy: made.actorId,
    expiresAt: null,
  })
  made.audit({
    action: 'api_key.created',
    entity: 'apiKey',
    entityId: id,
    metadata: { name: 'Environment', scopes },
  })
  say('the API key was made')
}
