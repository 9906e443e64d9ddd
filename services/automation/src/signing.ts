/** Endpoints' secrets: sealed with the tenant's data key, opened when a request is signed. */
import { idFromUuid } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { type Key, openText, seal } from '@palomar/seal'
import type { DataKeys } from './data-keys.ts'
import type { SealedSecrets } from './db/endpoints.ts'

const placeOf = (endpointId: string) => `automation.webhook_endpoints/${endpointId}`

async function keyOf(dataKeys: DataKeys, tenantId: string): Promise<Key> {
  const id = idFromUuid('tenant', tenantId)
  const key = (await dataKeys.get([id])).get(id)
  if (!key) throw appError('not_found', { internal: 'the company has no data key' })
  return key
}

export async function sealSecret(
  dataKeys: DataKeys,
  tenantId: string,
  endpointId: string,
  secret: string,
): Promise<Uint8Array> {
  return seal(await keyOf(dataKeys, tenantId), secret, placeOf(endpointId))
}

/** The secrets that sign now, the current one first. Rejects when tenancy is away. */
export async function openSecrets(
  dataKeys: DataKeys,
  tenantId: string,
  endpointId: string,
  { secret, previousSecret, previousUntil }: SealedSecrets,
  now: Date,
): Promise<string[]> {
  const key = await keyOf(dataKeys, tenantId)
  const held = previousSecret && previousUntil && previousUntil > now ? [secret, previousSecret] : [secret]
  return held.map((sealed) => openText(key, sealed, placeOf(endpointId)))
}
