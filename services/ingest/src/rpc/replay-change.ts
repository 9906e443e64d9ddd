import type { ingestV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import type { Deps } from './deps.ts'
import { findChange } from './find-change.ts'

type H = Handler<ingestV1.ReplayChangeRequest, ingestV1.ReplayResponse>

/** Same ids as the first time: a replay has no double effect. */
export const replayChange =
  (deps: Deps): H =>
  async ({ id }, call) => {
    const found = await findChange(deps, id, call)
    return 'routed' in found ? deps.replayer.routed(found.routed) : deps.replayer.unrouted(found.unrouted)
  }
