import type { authV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import type { Deps } from '../deps.ts'

type H = Handler<authV1.GetSigningKeysRequest, authV1.GetSigningKeysResponse>

export const getSigningKeys =
  ({ jwksJson }: Deps): H =>
  async () => ({ jwksJson })
