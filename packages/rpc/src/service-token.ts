import { authV1 } from '@palomar/contracts'
import type { Logger } from '@palomar/runtime'
import { serviceTokenGraceS } from './caller.ts'
import { type CallerKeys, type JwkSet, remoteCallerKeys } from './caller-keys.ts'
import { createClient, type TokenSource } from './client.ts'

/** Asked for again when this share of its life is over. */
const renewAfterShare = 0.5
/** Between attempts while tenancy is away. */
const retryMs = 1_000

/**
 * This service's own token. Renewed in the background well before it ends; while tenancy is away the last one goes
 * on being used for its grace (CONTRACTS 35: 10 min, usable 1 h). Only the very first call waits for tenancy.
 */
export function serviceTokenSource(options: {
  service: string
  secret: string
  tenancyAddress: string
  logger?: Logger
  now?: () => number
}): TokenSource & { close(): void } {
  const now = options.now ?? Date.now
  const tenancy = createClient(authV1.AuthServiceService, {
    address: options.tenancyAddress,
    audience: 'tenancy',
    deadlineMs: 5_000,
  })
  let current: { token: string; renewAtMs: number; endsAtMs: number } | undefined
  let underway: Promise<string> | undefined
  let nextTryAtMs = 0

  async function issue(): Promise<string> {
    const { token, expiresAt } = await tenancy.issueServiceToken({
      service: options.service,
      secret: options.secret,
    })
    const endMs = expiresAt?.getTime() ?? now()
    const lifeMs = endMs - now()
    current = {
      token,
      renewAtMs: now() + lifeMs * renewAfterShare,
      endsAtMs: endMs + serviceTokenGraceS * 1000,
    }
    return token
  }

  function renew(): Promise<string> {
    underway ??= issue().finally(() => {
      underway = undefined
    })
    return underway
  }

  return {
    get() {
      if (!current || now() >= current.endsAtMs) return renew()
      if (now() >= current.renewAtMs && now() >= nextTryAtMs) {
        nextTryAtMs = now() + retryMs
        renew().catch((error) => options.logger?.warn('service token not renewed', { error }))
      }
      return current.token
    },
    close: () => tenancy.close(),
  }
}

/** The keys of caller tokens, asked of tenancy's GetSigningKeys when an unknown one turns up. */
export function tenancyCallerKeys(tenancyAddress: string): CallerKeys & { close(): void } {
  const tenancy = createClient(authV1.AuthServiceService, {
    address: tenancyAddress,
    audience: 'tenancy',
    deadlineMs: 5_000,
  })
  const keys = remoteCallerKeys(async () => JSON.parse((await tenancy.getSigningKeys({})).jwksJson) as JwkSet)
  return { get: (kid) => keys.get(kid), close: () => tenancy.close() }
}
