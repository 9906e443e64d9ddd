/**
 * Credentials exchanged for caller tokens (CONTRACTS 35), cached for 30 s: the tokens live 60, so one handed out
 * has half a minute left. A revocation drops what it concerns at once; one that no one told us of ends with the cache.
 */
import type { authV1 } from '@palomar/contracts'
import { AppError, appError } from '@palomar/errors'
import type { Clock } from '@palomar/runtime'
import type { Credential } from './credential.ts'

export const audiences = [
  'tenancy',
  'inbox',
  'dispatcher',
  'ingest',
  'media',
  'analytics',
  'automation',
] as const
export type Audience = (typeof audiences)[number]

export interface Session {
  readonly identity: authV1.Identity
  readonly permissions: ReadonlySet<string>
  readonly tokens: Readonly<Record<string, string>>
}

export interface Exchange {
  /** `tenantId`: the company a platform admin names; empty for the credential's own. */
  get(credential: Credential, tenantId: string): Promise<Session>
  /** Forgets every session of this user, key or session family. */
  dropSubject(subjectId: string): void
  /** Forgets every session in this company. */
  dropTenant(tenantId: string): void
  readonly size: number
}

export interface ExchangeOptions {
  call(request: authV1.ExchangeCredentialRequest): Promise<authV1.ExchangeCredentialResponse>
  clock: Clock
  ttlMs?: number
  /** A refused credential is refused again without asking, so that a loop with a bad key does not reach tenancy. */
  refusedTtlMs?: number
  entriesMax?: number
}

type Entry = { untilMs: number } & ({ session: Session } | { refusal: AppError })

export function createExchange(options: ExchangeOptions): Exchange {
  const { clock, call, ttlMs = 30_000, refusedTtlMs = 2_000, entriesMax = 20_000 } = options
  const cached = new Map<string, Entry>()
  const underway = new Map<string, Promise<Session>>()
  /** Rises with every drop: an answer that was asked for before a revocation must not be kept after it. */
  let drops = 0

  function keep(key: string, entry: Entry): void {
    if (cached.size >= entriesMax) {
      const oldest = cached.keys().next().value
      if (oldest !== undefined) cached.delete(oldest)
    }
    cached.set(key, entry)
  }

  async function ask(key: string, credential: Credential, tenantId: string): Promise<Session> {
    const dropsBefore = drops
    const askedAtMs = clock.monotonic()
    try {
      const { identity, tokens, expiresAt } = await call({
        credential: { $case: credential.kind, value: credential.value },
        audiences: [...audiences],
        tenantId,
      })
      if (!identity)
        throw appError('internal', { internal: 'ExchangeCredential answered without an identity' })
      const session = { identity, permissions: new Set(identity.permissions), tokens }
      // A token about to end (its credential does) is not kept past that.
      const leftMs = expiresAt ? expiresAt.getTime() - clock.now() : ttlMs
      if (drops === dropsBefore) keep(key, { session, untilMs: askedAtMs + Math.min(ttlMs, leftMs) })
      return session
    } catch (error) {
      const refused =
        error instanceof AppError && (error.code === 'unauthenticated' || error.code === 'token_expired')
      if (refused) keep(key, { refusal: error, untilMs: clock.monotonic() + refusedTtlMs })
      throw error
    }
  }

  function drop(concerns: (identity: authV1.Identity) => boolean): void {
    drops++
    for (const [key, entry] of cached) {
      if ('session' in entry && concerns(entry.session.identity)) cached.delete(key)
    }
  }

  return {
    async get(credential, tenantId) {
      const key = keyOf(credential, tenantId)
      const entry = cached.get(key)
      if (entry && clock.monotonic() < entry.untilMs) {
        if ('session' in entry) return entry.session
        throw entry.refusal
      }
      cached.delete(key)
      let asking = underway.get(key)
      if (!asking) {
        asking = ask(key, credential, tenantId).finally(() => underway.delete(key))
        underway.set(key, asking)
      }
      return asking
    },
    dropSubject: (id) => drop(({ actorId, sessionId }) => actorId === id || sessionId === id),
    dropTenant: (id) => drop(({ tenantId }) => tenantId === id),
    get size() {
      return cached.size
    },
  }
}

// Never the credential itself: a heap dump must not hold them.
function keyOf({ kind, value }: Credential, tenantId: string): string {
  return new Bun.CryptoHasher('sha256').update(`${kind} ${tenantId} ${value}`).digest('base64')
}
