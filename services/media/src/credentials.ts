import { idFromUuid } from '@palomar/contracts'

/** The part of tenancy's NumbersService that this needs. */
export interface CredentialSource {
  getNumberCredentials(request: { tenantId: string; numberId: string }): Promise<{ accessToken: string }>
}

export interface Tokens {
  /** Throws tenancy's AppError. */
  get(tenantId: string, numberId: string): Promise<string>
  /** Graph said it is not good, or it was replaced. */
  drop(numberId: string): void
}

/** Asked for again after this, in case every word of a rotation was missed. */
const maxAgeMs = 10 * 60_000

/** Access tokens by number, in memory only; who asks at once shares one call. */
export function createTokens(source: CredentialSource, now: () => number): Tokens {
  const known = new Map<string, { token: Promise<string>; at: number }>()
  return {
    get(tenantId, numberId) {
      const found = known.get(numberId)
      if (found && now() - found.at < maxAgeMs) return found.token
      const token = source
        .getNumberCredentials({
          tenantId: idFromUuid('tenant', tenantId),
          numberId: idFromUuid('number', numberId),
        })
        .then(({ accessToken }) => accessToken)
      known.set(numberId, { token, at: now() })
      token.catch(() => {
        if (known.get(numberId)?.token === token) known.delete(numberId)
      })
      return token
    },
    drop: (numberId) => void known.delete(numberId),
  }
}
