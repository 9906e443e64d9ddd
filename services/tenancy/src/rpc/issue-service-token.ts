import type { authV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { type Handler, signCaller } from '@palomar/rpc'
import type { Deps } from '../deps.ts'
import { provesService } from '../service-secrets.ts'

type H = Handler<authV1.IssueServiceTokenRequest, authV1.IssueTokenResponse>

/** For Palomar's own services. An unknown name and a wrong secret are refused alike. */
export const issueServiceToken =
  ({ serviceSecrets, signing, clock }: Deps): H =>
  async ({ service, secret }) => {
    if (!provesService(serviceSecrets, service, secret)) throw appError('unauthenticated')
    return signCaller(signing, { kind: 'service', service }, { nowMs: clock.now() })
  }
