import type { numbersV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import type { Deps } from '../deps.ts'

type H = Handler<numbersV1.RepublishRequest, numbersV1.RepublishResponse>

export const republish =
  ({ republisher }: Deps): H =>
  async () => ({ events: await republisher.run() })
