import { type AccountCalls, accountCalls } from './account.ts'
import type { GraphResult } from './answer.ts'
import { type AppCalls, appCalls } from './app.ts'
import { type BlockCalls, blockCalls } from './blocks.ts'
import { createCore, type GraphCall, type GraphClientOptions } from './core.ts'
import { type MediaCalls, mediaCalls } from './media.ts'
import { type MessageCalls, messageCalls } from './messages.ts'
import { type NumberCalls, numberCalls } from './numbers.ts'
import { type ProfileCalls, profileCalls } from './profile.ts'
import { type TemplateCalls, templateCalls } from './templates.ts'

/**
 * Meta's API, one try a call: `not_sent`, `in_doubt` and Graph's own answer are told apart (CONTRACTS 22, 27), never thrown,
 * never repeated. Version and deadline belong to each call.
 */
export interface GraphClient
  extends MessageCalls,
    MediaCalls,
    TemplateCalls,
    NumberCalls,
    ProfileCalls,
    BlockCalls,
    AccountCalls,
    AppCalls {
  /** `GET` of a node or edge such as `4000041`; answered also when the JSON is an error. */
  get(call: GraphCall & { path: string; query?: Record<string, string> }): Promise<GraphResult>
  /** Closes idle sockets; requests under way end as they would. */
  close(): void
}

export function createGraphClient(options: GraphClientOptions): GraphClient {
  const core = createCore(options)
  return {
    ...messageCalls(core),
    ...mediaCalls(core),
    ...templateCalls(core),
    ...numberCalls(core),
    ...profileCalls(core),
    ...blockCalls(core),
    ...accountCalls(core),
    ...appCalls(core),
    get: (call) =>
      core.request(call, { method: 'GET', path: call.path, ...(call.query ? { query: call.query } : {}) }),
    close: core.close,
  }
}
