import type { ingestV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { totalArchived } from '../db/changes.ts'
import { countUnrouted } from '../db/unrouted.ts'
import type { Deps } from './deps.ts'

type H = Handler<ingestV1.GetIntakeSummaryRequest, ingestV1.IntakeSummary>

/** What waits now, by state, and how many changes were ever given to a company. */
export const getIntakeSummary =
  ({ db }: Deps): H =>
  () =>
    db.system(async (tx) => ({ ...(await countUnrouted(tx)), routed: await totalArchived(tx) }))
