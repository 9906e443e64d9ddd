/**
 * Keys and what they seal. The master keyring (environment or KMS) seals each company's data key and the platform's own
 * secrets; a data key seals that company's tokens. Opened keys live as long as the call that needs them.
 */
import type { Uuid } from '@palomar/contracts'
import {
  generateKey,
  type Key,
  type Keyring,
  needsReseal,
  openText,
  seal,
  unwrapKey,
  wrapKey,
} from '@palomar/seal'

export interface Vault {
  newTenantKey(tenantId: string): { key: Key; sealed: Uint8Array }
  /** Throws `internal` when the master key that sealed it is not in the ring. */
  openTenantKey(tenantId: string, sealed: Uint8Array): Key
  /** The same data key under the current master key; undefined when it is already. */
  resealTenantKey(tenantId: string, sealed: Uint8Array): Uint8Array | undefined
  sealToken(key: Key, numberId: Uuid, token: string): Uint8Array
  openToken(key: Key, numberId: Uuid, sealed: Uint8Array): string
  /** App secrets and verify tokens; the platform's, so under the master keyring. */
  sealForApp(appId: string, text: string): Uint8Array
  openForApp(appId: string, sealed: Uint8Array): string
  resealForApp(appId: string, sealed: Uint8Array): Uint8Array | undefined
  /** An entry of the APP_SECRETS snapshot, as the gateway opens it (CONTRACTS 14). */
  sealEntry(slug: string, json: string): Uint8Array
}

// Sealed bytes copied to another row, table or company do not open there.
const tenantPlace = (tenantId: string) => `tenancy.tenant_keys ${tenantId}`
const appPlace = (appId: string) => `tenancy.apps ${appId}`

export function createVault(masterKeys: Keyring, appSecretsKeys: Keyring): Vault {
  return {
    newTenantKey(tenantId) {
      const key = generateKey()
      return { key, sealed: wrapKey(masterKeys, key, tenantPlace(tenantId)) }
    },
    openTenantKey: (tenantId, sealed) => unwrapKey(masterKeys, sealed, tenantPlace(tenantId)),
    resealTenantKey(tenantId, sealed) {
      if (!needsReseal(masterKeys, sealed)) return undefined
      const place = tenantPlace(tenantId)
      return wrapKey(masterKeys, unwrapKey(masterKeys, sealed, place), place)
    },
    sealToken: (key, numberId, token) => seal(key, token, numberId),
    openToken: (key, numberId, sealed) => openText(key, sealed, numberId),
    sealForApp: (appId, text) => seal(masterKeys, text, appPlace(appId)),
    openForApp: (appId, sealed) => openText(masterKeys, sealed, appPlace(appId)),
    resealForApp(appId, sealed) {
      if (!needsReseal(masterKeys, sealed)) return undefined
      return seal(masterKeys, openText(masterKeys, sealed, appPlace(appId)), appPlace(appId))
    },
    sealEntry: (slug, json) => seal(appSecretsKeys, json, slug),
  }
}
