import { idFromUuid } from '@palomar/contracts'

export interface Credential {
  token: string
  tokenVersion: bigint
}

/** The part of tenancy's NumbersService that this needs. */
export interface CredentialSource {
  getNumberCredentials(request: {
    tenantId: string
    numberId: string
  }): Promise<{ accessToken: string; tokenVersion: bigint }>
}

/** A token is asked for again after this, in case every word of its rotation was missed. */
const maxAgeMs = 10 * 60_000

/**
 * Access tokens by number, in memory only. A token older than the version the number is known to have is fetched again,
 * so a rotation needs no restart; the TENANCY tap drops it at once.
 */
export function createCredentials(source: CredentialSource, now: () => number = Date.now) {
  const known = new Map<string, Credential & { at: number }>()
  const underway = new Map<string, Promise<Credential>>()

  async function fetch(tenantUuid: string, numberUuid: string): Promise<Credential> {
    const answer = await source.getNumberCredentials({
      tenantId: idFromUuid('tenant', tenantUuid),
      numberId: idFromUuid('number', numberUuid),
    })
    const credential = { token: answer.accessToken, tokenVersion: answer.tokenVersion }
    known.set(numberUuid, { ...credential, at: now() })
    return credential
  }

  return {
    /** The token of a number, at least as new as `tokenVersion`. Throws tenancy's AppError. */
    get(tenantUuid: string, numberUuid: string, tokenVersion: bigint): Promise<Credential> | Credential {
      const found = known.get(numberUuid)
      if (found && found.tokenVersion >= tokenVersion && now() - found.at < maxAgeMs) return found
      const asked = underway.get(numberUuid)
      if (asked) return asked
      const asking = fetch(tenantUuid, numberUuid).finally(() => underway.delete(numberUuid))
      underway.set(numberUuid, asking)
      return asking
    },
    drop(numberUuid: string): void {
      known.delete(numberUuid)
    },
  }
}

export type Credentials = ReturnType<typeof createCredentials>
