import { isObject } from '../json.ts'
import { answerOf, type GraphAnswer } from './answer.ts'
import { edge, type GraphCall, type GraphCore, type Page, type Paging, pageIn, pagingQuery } from './core.ts'

type OfNumber = GraphCall & { phoneNumberId: string }

/** A phone number, or a business-scoped user id. */
export type BlockedUser = { user: string } | { user_id: string }

export interface BlockOutcome {
  done: { input: string; waId?: string; userId?: string }[]
  failed: { input: string; code: number; details: string }[]
}

export interface BlockCalls {
  /** At most 1,000, and only who wrote in the last 24 hours; some may fail while others do not (139100). */
  blockUsers(call: OfNumber & { users: readonly BlockedUser[] }): Promise<GraphAnswer<BlockOutcome>>
  unblockUsers(call: OfNumber & { users: readonly BlockedUser[] }): Promise<GraphAnswer<BlockOutcome>>
  listBlockedUsers(call: OfNumber & Paging): Promise<GraphAnswer<Page>>
}

/** `pages.blocks` */
export function blockCalls(core: GraphCore): BlockCalls {
  const change = async (
    method: 'POST' | 'DELETE',
    call: OfNumber & { users: readonly BlockedUser[] },
  ): Promise<GraphAnswer<BlockOutcome>> => {
    const result = await core.request(call, {
      method,
      path: edge(call.phoneNumberId, 'block_users'),
      json: { messaging_product: 'whatsapp', block_users: call.users },
    })
    // A partial success has an error beside the lists: the lists say more.
    const outcome = result.kind === 'answered' ? outcomeIn(result.json) : undefined
    if (outcome && result.kind === 'answered')
      return { kind: 'ok', value: outcome, ...(result.usage ? { usage: result.usage } : {}) }
    return answerOf<BlockOutcome>(result, () => undefined)
  }
  return {
    blockUsers: (call) => change('POST', call),
    unblockUsers: (call) => change('DELETE', call),
    listBlockedUsers: (call) =>
      core.ask(
        call,
        { method: 'GET', path: edge(call.phoneNumberId, 'block_users'), query: pagingQuery(call) },
        pageIn,
      ),
  }
}

function outcomeIn(json: Record<string, unknown>): BlockOutcome | undefined {
  const lists = json.block_users
  if (!isObject(lists)) return undefined
  const objects = (value: unknown) => (Array.isArray(value) ? value.filter(isObject) : [])
  return {
    done: [...objects(lists.added_users), ...objects(lists.removed_users)].map((user) => ({
      input: String(user.input ?? ''),
      ...(typeof user.wa_id === 'string' ? { waId: user.wa_id } : {}),
      ...(typeof user.user_id === 'string' ? { userId: user.user_id } : {}),
    })),
    failed: objects(lists.failed_users).map((user) => {
      const [error = {}] = objects(user.errors)
      const data = isObject(error.error_data) ? error.error_data : {}
      return {
        input: String(user.input ?? ''),
        code: Number(error.code) || 0,
        details: String(data.details ?? error.message ?? ''),
      }
    }),
  }
}
