import type { analyticsV1 } from '@palomar/contracts'
import type { Handlers } from '@palomar/rpc'
import type { RpcDeps } from './deps.ts'
import { getOverview } from './get-overview.ts'
import { listRecentEvents } from './list-recent-events.ts'
import { rebuild } from './rebuild.ts'

export function analyticsHandlers(deps: RpcDeps): Handlers<typeof analyticsV1.AnalyticsServiceService> {
  return {
    getOverview: getOverview(deps),
    listRecentEvents: listRecentEvents(deps),
    rebuild: rebuild(deps),
  }
}
