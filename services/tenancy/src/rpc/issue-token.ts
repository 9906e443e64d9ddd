import { type authV1, services } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { authenticateKey } from '../authenticate.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { callerTokens } from './exchange-credential.ts'

type H = Handler<authV1.IssueTokenRequest, authV1.IssueTokenResponse>

/** For the operator's own programs that call gRPC directly (CONTRACTS 36). */
export const issueToken =
  (deps: Deps): H =>
  async ({ apiKey, audience }) => {
    new Checks()
      .that(
        (services as readonly string[]).includes(audience),
        'audience',
        'unknown',
        'The name of a service.',
      )
      .done()
    const { identity } = await authenticateKey(deps, apiKey)
    const { tokens, expiresAt } = await callerTokens(deps, identity, [audience])
    return { token: tokens[audience] ?? '', expiresAt }
  }
