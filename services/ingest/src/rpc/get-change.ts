import type { ingestV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { changeResource } from './change-resource.ts'
import type { Deps } from './deps.ts'
import { findChange } from './find-change.ts'

type H = Handler<ingestV1.GetChangeRequest, ingestV1.Change>

/** With Meta's bytes; those that are no UTF-8 are shown as they can be. */
export const getChange =
  (deps: Deps): H =>
  async ({ id }, call) => {
    const found = await findChange(deps, id, call)
    const row = 'routed' in found ? found.routed : found.unrouted
    return changeResource(row, new TextDecoder().decode(await deps.archive.rawOf(row)))
  }
