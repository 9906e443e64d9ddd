import type { Db } from '@palomar/db'
import type { SigningKey } from '@palomar/rpc'
import type { Clock, Logger } from '@palomar/runtime'
import type { AccessTokens } from './access-tokens.ts'
import type { AppSnapshot } from './app-snapshot.ts'
import type { AttemptLimit } from './db/login-attempts.ts'
import type { LastUsed } from './last-used.ts'
import type { TenancyMetrics } from './metrics.ts'
import type { Passwords } from './passwords.ts'
import type { Republisher } from './republish.ts'
import type { Vault } from './vault.ts'

/** What handlers are given. */
export interface Deps {
  db: Db
  logger: Logger
  clock: Clock
  metrics: TenancyMetrics
  vault: Vault
  passwords: Passwords
  signing: SigningKey
  /** The JWK set of the keys that verify, as GetSigningKeys and CALLER_KEYS publish it. */
  jwksJson: string
  accessTokens: AccessTokens
  appSnapshot: AppSnapshot
  lastUsed: LastUsed
  republisher: Republisher
  /** Service → what proves it. */
  serviceSecrets: ReadonlyMap<string, string>
  attemptLimit: AttemptLimit
  /** From one refresh to the next. */
  refreshTtlMs: number
  /** A family's whole life, however often it is refreshed. */
  familyTtlMs: number
}
