import { ingestV1 } from '@palomar/contracts'
import type { RpcServer } from '@palomar/rpc'
import type { Deps } from './deps.ts'
import { getChange } from './get-change.ts'
import { getIntakeSummary } from './get-intake-summary.ts'
import { listChanges } from './list-changes.ts'
import { replayChange } from './replay-change.ts'
import { replayRange } from './replay-range.ts'

export function addServices(server: RpcServer, deps: Deps): void {
  server.add(ingestV1.IngestServiceService, {
    listChanges: listChanges(deps),
    getChange: getChange(deps),
    replayChange: replayChange(deps),
    replayRange: replayRange(deps),
    getIntakeSummary: getIntakeSummary(deps),
  })
}
